import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maskCustomerCode, readCustomerCode } from '../../domain/customer-code.ts';

const codes = suite('domain/customer-code');

codes('the first two digits name the wallet, for every head from 00 to 99', () => {
  for (let head = 0; head < 100; head += 1) {
    const reading = readCustomerCode(String(head).padStart(2, '0') + '0123456789012345');
    const expected =
      head >= 10 && head <= 15
        ? 'wechat'
        : head >= 25 && head <= 30
          ? 'alipay'
          : [62, 91, 99].includes(head)
            ? 'other-wallet'
            : 'none';
    assert.is(reading.kind === 'customer-code' ? reading.platform : reading.kind, expected, String(head));
  }
});

codes('15 and 25 digits are no customer code, 16 and 24 are', () => {
  for (const [length, kind] of [
    [15, 'none'],
    [16, 'customer-code'],
    [24, 'customer-code'],
    [25, 'none'],
  ] as const) {
    assert.is(readCustomerCode('28'.padEnd(length, '7')).kind, kind);
  }
});

codes('the mask keeps two digits at each end', () => {
  assert.is(maskCustomerCode('134567890123456789'), '13**************89');
  assert.is(maskCustomerCode('1345'), '****');
});

codes.run();
