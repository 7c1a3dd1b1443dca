import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkDigit, hasValidCheckDigit } from '../../domain/check-digit.ts';

const checks = suite('domain/check-digit');
const digits = fc.stringMatching(/^\d{1,23}$/);

checks('the published example of the algorithm holds: 572 has check digit 4', () => {
  assert.is(checkDigit('572'), '4');
});

checks('every single wrong digit and every swap of unequal neighbours is caught', () => {
  fc.assert(
    fc.property(digits, (body) => {
      const number = body + checkDigit(body);
      assert.ok(hasValidCheckDigit(number));
      for (let at = 0; at < number.length; at += 1) {
        for (const digit of '0123456789') {
          if (digit !== number[at])
            assert.not.ok(hasValidCheckDigit(number.slice(0, at) + digit + number.slice(at + 1)));
        }
        const [one, next] = [number.charAt(at), number.charAt(at + 1)];
        if (next !== '' && one !== next) {
          assert.not.ok(hasValidCheckDigit(number.slice(0, at) + next + one + number.slice(at + 2)));
        }
      }
    }),
  );
});

checks('letters count, in both cases, and anything else is refused', () => {
  assert.ok(hasValidCheckDigit(`sz0100lmnx${checkDigit('sz0100lmnx')}`));
  assert.is.not(checkDigit('sz1'), checkDigit('Sz1'));
  assert.throws(() => checkDigit('1-2'), RangeError);
  fc.assert(fc.property(fc.string(), (text) => void hasValidCheckDigit(text)));
});

checks.run();
