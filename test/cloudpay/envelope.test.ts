import { constants, createPublicKey, verify } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { authenCode, openAnswer, sealRequest } from '../../cloudpay/envelope.ts';
import { Secret } from '../../domain/secret.ts';
import { CONFIGURATION, envelope } from './scripted-transport.ts';
import { CONTENT_VECTORS, PSS_VECTOR, VECTOR_KEY } from './vectors.ts';

const test = suite('cloudpay/envelope');
const bytes = (text: string) => Buffer.from(text, 'utf8');
const key = CONFIGURATION.authenKey;

const P_KEY = '654502BB0F57EC8737B4CF12117575B8';
const P2 = '2F09EFCB064D4F9A4A0BABD5260842D8AC4D0611F4B941A03A77E5E55B5168D7';
const PUBLISHED = [
  [
    'P1',
    'c852274d372982d5530b692fd77124d3',
    'ac=p9fa01zex4mi&rs=c44f32e0&sn=LANDI_QM600_LA190000000',
    'E0CA8FDA56464BDF702FCA1AE9692EB99483E065879247763B3A46B576EBF5AC',
  ],
  ['P2', '696FF05FA7CE76664211A47CD788CC30', 'ea90ceba', P2],
  [
    'P3',
    P_KEY,
    `{"device_id":"fff","hash_content":"${P2}","nonce_str":"ea90ceba","out_shop_id":"ddd","sn":"aaa","timestamp":1568859333}\n`,
    '091745D976208923097F66771324CA7C6EC32A55ABECAD6C3D42826AA363CA86',
  ],
  [
    'P4',
    P_KEY,
    '{"app_version":"1.0.0","cellid":"eee","lac":"ddd","mcc":"bbb","mnc":"ccc","nonce_str":"ea90ceba","rss":"fff","sn":"aaa","timestamp":1568859333}\n',
    'E84DCFDF546D0A0F91FFB90746F6FC7E9A8FCF62C4E682FE769BFB64486F72E5',
  ],
  [
    'P5',
    P_KEY,
    '{"nonce_str":"ea90ceba","sn":"aaa","timestamp":1568859333,"token":"8azip8115bq"}\n',
    '09E33D5E1D208569EE634C733F0B1FD933DD690B25F5BF72B386257B7A2113B0',
  ],
] as const;

for (const [name, secret, message, code] of PUBLISHED) {
  test(`the published example ${name} is reproduced`, () => {
    assert.is(authenCode(new Secret(secret), message), code);
  });
}

test('the case of the key matters, because it is text', () => {
  const [, secret, message] = PUBLISHED[0];
  assert.match(authenCode(new Secret(secret.toUpperCase()), message), /^70D1131F/);
});

for (const [name, { text, code, bytes: size }] of Object.entries(CONTENT_VECTORS)) {
  test(`the vector ${name} has its size and its code`, () => {
    assert.is(bytes(text).length, size);
    assert.is(authenCode(new Secret(VECTOR_KEY), text), code);
  });
}

test('an answer that was serialised anew is refused, though it says the same', () => {
  const { text, code } = CONTENT_VECTORS.V4;
  const again = JSON.stringify(JSON.parse(text));
  assert.is(bytes(again).length, 667);
  assert.match(authenCode(key, again), /^50F7631F.*085D$/);
  assert.is(openAnswer(bytes(envelope(again, code)), key).kind, 'invalid');
  assert.is(openAnswer(bytes(envelope(text, code)), key).kind, 'signed');
});

const EXACT = [
  ['{"nonce_str":"0"}', '13D0AD424FDEAAEC87537FED8F2FB7C8DC11D2D035A3DE3F3129C7C4BA91C6C2'],
  ['{"nonce_str":"0"}\n', '315C98251CB9D93995B4125E10489E9D2170F938D9853EB6293A62B3681EACFB'],
  ['{"d":"支付"}', '6D42B95239A4763EEDB89BEE4A7CCE0FC8EE63861759924A43F6F75CB2EA0A92'],
  ['{"d":"\\u652f\\u4ed8"}', '6BF93FCAE89D2793F06CF8C6F2B6B771F57489F113F3226EB46288831C5F8852'],
  ['{"u":"a/b"}', '59BA55D8E68F0EDD4DCC4F2B3B634808A2D1D48F55866F80E91219EA40D1ACE2'],
  ['{"u":"a\\/b"}', 'C59BC2DA780634ED69D05165202B892AEC2C97ABC185559BA2D9C98B4DBA9946'],
] as const;

for (const [content, code] of EXACT) {
  test(`every byte counts: ${JSON.stringify(content)}`, () => {
    assert.is(authenCode(key, content), code);
    for (const [other, otherCode] of EXACT) {
      assert.is(openAnswer(bytes(envelope(content, otherCode)), key).kind, other === content ? 'signed' : 'invalid');
    }
  });
}

test('a request travels as the documents show it', () => {
  assert.is(
    sealRequest('{"nonce_str":"0"}\n', CONFIGURATION),
    '{"request_content":"{\\"nonce_str\\":\\"0\\"}\\n","authen_info":{"a":{"authen_type":1,"authen_code":"315C98251CB9D93995B4125E10489E9D2170F938D9853EB6293A62B3681EACFB"}}}',
  );
});

test('a configuration with another authentication type cannot sign', () => {
  assert.throws(() => sealRequest('{}', { ...CONFIGURATION, authenType: 2 }), /authen_type 2 is not supported/);
});

test("the documents' signature verifies with automatic salt length and fails with 32", () => {
  const publicKey = createPublicKey(PSS_VECTOR.publicKey);
  const data = bytes(CONTENT_VECTORS.V5.text);
  const sign = Buffer.from(PSS_VECTOR.sign, 'base64');
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  assert.ok(verify('sha256', data, { key: publicKey, padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, sign));
  assert.not.ok(verify('sha256', data, { key: publicKey, padding, saltLength: 32 }, sign));
});

test('a code in lower case, of another length or of another type is refused', () => {
  const { text, code } = CONTENT_VECTORS.V2;
  for (const wrong of [code.toLowerCase(), code.slice(1), `${code}0`, '', ' '.repeat(64), 'é'.repeat(64)]) {
    assert.is(openAnswer(bytes(envelope(text, wrong)), key).kind, 'invalid');
  }
  for (const authenInfo of [
    {},
    null,
    { a: null },
    { a: { authen_type: 2, authen_code: code } },
    { a: { authen: code } },
    [],
  ]) {
    const body = JSON.stringify({ response_content: text, authen_info: authenInfo });
    assert.is(openAnswer(bytes(body), key).kind, 'invalid');
  }
});

test('an answer without a code is unsigned, whatever it says', () => {
  assert.is(openAnswer(bytes(envelope('{"status":0}', null)), key).kind, 'unsigned');
});

test('bytes that are not UTF-8 and lone surrogates are refused', () => {
  const good = bytes(envelope('{"status":0,"description":"ab"}'));
  const bad = Buffer.from(good);
  bad[bad.indexOf('ab')] = 0xff;
  assert.is(openAnswer(bad, key).kind, 'invalid');
  const lone = '{"d":"\ud800"}';
  assert.is(openAnswer(bytes(envelope(lone)), key).kind, 'invalid');
});

test.run();
