import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { composeNumber } from '../../domain/order-number.ts';
import { recogniseScan } from '../../domain/recognise-scan.ts';

const recognise = suite('domain/recognise-scan');
const DOMAINS = ['https://pay.qcloud.com', 'https://sz.pay.qcloud.com', 'https://127.0.0.1:8443'];
const known = (orderPrefix: string | null): { orderPrefix: string | null; domains: string[] } => ({
  orderPrefix,
  domains: DOMAINS,
});
const at = (text: string, prefix: string | null = '01000052'): ReturnType<typeof recogniseScan> =>
  recogniseScan(text, known(prefix));

recognise('a customer code names its wallet, and only its ends may be shown', () => {
  for (const [code, platform] of [
    ['134567890123456789', 'wechat'],
    ['1000000000000000', 'wechat'],
    ['287654321098765432', 'alipay'],
    ['300000000000000000000000', 'alipay'],
  ] as const) {
    const scan = at(code);
    assert.is(scan.kind, 'customer-code');
    if (scan.kind !== 'customer-code') return;
    assert.is(scan.platform, platform);
    assert.is(scan.code.reveal(), code);
    assert.is(scan.masked.length, code.length);
    assert.not.match(JSON.stringify(scan), code.slice(2, -2));
  }
});

recognise('the noise of scanners around a code is not part of it', () => {
  for (const noisy of ['134567890123456789\r\n', '\ufeff134567890123456789\t', ' \x00134567890123456789 ']) {
    assert.is(at(noisy).kind, 'customer-code');
  }
});

recognise('other wallets, digits, text, links, nothing and too much are named as such', () => {
  const table = {
    '6212345678901234567': 'other-wallet',
    '912345678901234567': 'other-wallet',
    '990000000000000000': 'other-wallet',
    '123456': 'digits',
    '160000000000000000': 'digits',
    '1３4567890123456789': 'text',
    hello: 'text',
    'https://example.com/': 'url',
    'weixin://wxpay/bizpayurl?pr=abc': 'url',
    'https://pay.qcloud.com/cpay/ping': 'url',
    '': 'empty',
    '\r\n': 'empty',
  };
  for (const [text, what] of Object.entries(table)) assert.equal(at(text), { kind: 'unknown', what }, text);
  assert.equal(at('1'.repeat(2049)), { kind: 'unknown', what: 'too-long' });
  assert.equal(at(' '.repeat(1_000_000)), { kind: 'unknown', what: 'too-long' });
});

recognise('the own slip is an order even where its prefix could begin a customer code', () => {
  for (const prefix of ['01000052', '10000052', '28000052', 'sz0100lmnx', '13', '2']) {
    for (const kind of ['order', 'refund'] as const) {
      const number = composeNumber({ prefix, device: '2501', counter: 17, of: kind });
      assert.equal(at(`${number}\r`, prefix), { kind: 'order', number, of: kind });
    }
  }
});

recognise('a slip with a wrong digit is refused, never charged as a customer code', () => {
  const number = composeNumber({ prefix: '28000052', device: '2501', counter: 17, of: 'order' });
  for (let place = 8; place < 24; place += 1) {
    const wrong = number.slice(0, place) + String((Number(number[place]) + 3) % 10) + number.slice(place + 1);
    assert.equal(at(wrong, '28000052'), { kind: 'order-refused', reason: 'check-digit' });
  }
});

recognise('orders of other vendors’ terminals of this shop are accepted in their own layout', () => {
  assert.equal(at('01000052201911050001'), { kind: 'order', number: '01000052201911050001', of: 'order' });
  assert.equal(at('sz0100lmnx20191105123456', 'sz0100lmnx').kind, 'order-refused');
  assert.equal(at('sz0100lmnx201911051234567', 'sz0100lmnx').kind, 'order');
  assert.equal(at('28000052123456789', '28000052').kind, 'order');
  assert.equal(at('01000052' + '1'.repeat(40)), { kind: 'unknown', what: 'digits' });
});

recognise('a very short prefix does not swallow the customers’ codes', () => {
  assert.is(at('134567890123456789', '1').kind, 'customer-code');
  assert.is(at('134567890123456789', '13').kind, 'customer-code');
  assert.is(at('134567890123456789', '134567').kind, 'order');
});

recognise('a slip of another merchant is named so', () => {
  const number = composeNumber({ prefix: '01000099', device: '2501', counter: 17, of: 'order' });
  assert.equal(at(number), { kind: 'order-refused', reason: 'foreign-prefix' });
  assert.equal(at(number, null), { kind: 'order-refused', reason: 'foreign-prefix' });
});

recognise('any text is judged without throwing, and a secret never shows in the judgement', () => {
  const pieces = fc.constantFrom(
    'WIFI:',
    'S:',
    'P:',
    ';',
    ':',
    '\\',
    '%',
    '%E5',
    'T:WPA',
    'https://',
    'pay.qcloud.com',
    '/cpay/use_device_setting',
    '?osi=',
    '&si=',
    '01000052',
    '28',
    '"',
    '\n',
    '\ud800',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(texts, fc.option(fc.string()), (text, prefix) => {
      assert.type(recogniseScan(text, known(prefix)).kind, 'string');
    }),
    { numRuns: 3000 },
  );
  assert.not.match(JSON.stringify(at('WIFI:T:WPA;S:shop;P:hunter2hunter2;;')), /hunter2/);
});

recognise('hostile long texts take linear time', () => {
  const worst = [
    'WIFI:' + ';'.repeat(2040),
    'WIFI:S:' + '\\'.repeat(2040),
    'WIFI:S:a;P:' + '%25'.repeat(600),
    'x' + ' '.repeat(2040) + 'x',
    'https://pay.qcloud.com/cpay/use_device_setting?' + '&'.repeat(1990),
  ];
  for (const text of worst) for (let round = 0; round < 50; round += 1) assert.ok(at(text));
});

recognise.run();
