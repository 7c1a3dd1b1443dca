import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFailure } from '../../domain/failure.ts';
import { composeNumber, counterCapacity, devicePart, hasNumberLayout, readNumber } from '../../domain/order-number.ts';

const numbers = suite('domain/order-number');
const anyPrefix = fc.stringMatching(/^[0-9A-Za-z]{1,14}$/);
const anyDevice = fc.stringMatching(/^\d{4}$/);
const anyKind = fc.constantFrom('order' as const, 'refund' as const);
/** Spread over the whole capacity of a prefix. */
const counterIn = (prefix: string, share: number): number => Math.floor(share * (counterCapacity(prefix) - 1));
const anyShare = fc.double({ min: 0, max: 1, noNaN: true });

numbers('a number is the prefix and then digits, 24 long, and reads back whole', () => {
  fc.assert(
    fc.property(anyPrefix, anyDevice, anyKind, anyShare, (prefix, device, of, share) => {
      const counter = counterIn(prefix, share);
      const number = composeNumber({ prefix, device, counter, of });
      assert.is(number.length, 24);
      assert.match(number.slice(prefix.length), /^\d+$/);
      assert.ok(number.startsWith(prefix));
      assert.equal(readNumber(number, prefix), { ok: true, of, counter, device });
      assert.ok(hasNumberLayout(number));
    }),
  );
});

numbers('different counters, kinds and devices never give the same number', () => {
  const seen = new Set<string>();
  for (const device of ['0001', '0002', '0010']) {
    for (const kind of ['order', 'refund'] as const) {
      for (let counter = 0; counter < 500; counter += 1)
        seen.add(composeNumber({ prefix: '01000052', device, counter, of: kind }));
    }
  }
  assert.is(seen.size, 3 * 2 * 500);
});

numbers('a single wrong character or two swapped neighbours are refused, wherever they are', () => {
  const prefix = '01000052';
  fc.assert(
    fc.property(anyDevice, anyKind, fc.nat(9_999_999_999), fc.nat(23), fc.nat(9), (device, of, counter, at, digit) => {
      const number = composeNumber({ prefix, device, counter, of });
      const wrong = number.slice(0, at) + String(digit) + number.slice(at + 1);
      if (wrong !== number) assert.is(readNumber(wrong, prefix).ok, false);
      const swapped = number.slice(0, at) + number.charAt(at + 1) + number.charAt(at) + number.slice(at + 2);
      if (swapped !== number) assert.is(readNumber(swapped, prefix).ok, false);
    }),
  );
});

numbers('another merchant, a wrong digit and a foreign layout are told apart', () => {
  const number = composeNumber({ prefix: '01000052', device: '1234', counter: 7, of: 'order' });
  assert.equal(readNumber(number, '01000053'), { ok: false, reason: 'foreign-prefix' });
  assert.equal(readNumber(`${number.slice(0, 23)}${(Number(number[23]) + 1) % 10}`, '01000052'), {
    ok: false,
    reason: 'check-digit',
  });
  assert.equal(readNumber(number.slice(0, 23), '01000052'), { ok: false, reason: 'malformed' });
  assert.equal(readNumber('', ''), { ok: false, reason: 'malformed' });
  fc.assert(fc.property(fc.string(), fc.string(), (text, prefix) => void readNumber(text, prefix)));
});

numbers('a used-up counter and an impossible prefix are failures that say what to do', () => {
  const parts = { device: '1234', of: 'order' as const };
  assert.is(counterCapacity('01000052'), 10_000_000_000);
  assert.is(counterCapacity('ABCDEFGHIJKLMN'), 10_000);
  try {
    composeNumber({ ...parts, prefix: 'ABCDEFGHIJKLMN', counter: 10_000 });
    assert.unreachable();
  } catch (error) {
    assert.ok(isFailure(error, 'order-number.exhausted'));
    assert.match(String(error), /configure/);
  }
  for (const prefix of ['', '123456789012345', '12 4', '１２']) {
    try {
      composeNumber({ ...parts, prefix, counter: 0 });
      assert.unreachable();
    } catch (error) {
      assert.ok(isFailure(error, 'configuration.invalid'), String(error));
    }
  }
  assert.throws(() => composeNumber({ ...parts, prefix: '1', counter: 0.5 }), RangeError);
  assert.throws(() => composeNumber({ ...parts, prefix: '1', counter: 0, device: '12' }), RangeError);
});

numbers('the device part is four digits, the same for the same serial number', () => {
  assert.is(devicePart('0123456789abcdef'), devicePart('0123456789abcdef'));
  fc.assert(fc.property(fc.stringMatching(/^[0-9a-f]{12,64}$/), (hash) => assert.match(devicePart(hash), /^\d{4}$/)));
  assert.throws(() => devicePart('xyz'), RangeError);
});

numbers.run();
