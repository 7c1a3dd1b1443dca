import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { asciiJson, authenCode, codeFits, openEnvelope, signatureFits } from '../../../simulator/gateway/wire.ts';
import { KEY } from './bench.ts';

const wire = suite('simulator/gateway/wire');

const V1 =
  '{"pay_mch_key":{"pay_platform":1,"out_mch_id":"sz01TESTMCH000000001","out_sub_mch_id":"sz01TESTSUB000000001","out_shop_id":"sz01TESTSHP000000001"},"pay_content":{"out_trade_no":"01009999000000000001","author_code":"130000000000000001","total_fee":2,"fee_type":"CNY","body":"test"},"order_client":{"device_id":"dev-001","staff_id":"1001","terminal_type":4,"sub_terminal_type":9001,"machine_no":"SIM0000001","sdk_version":"1.0","spbill_create_ip":"192.168.1.20","sn_code":"SIM0000001"},"nonce_str":"00112233445566778899aabbccddeeff"}';
const V5 =
  '{"pay_mch_key":{"pay_platform":1,"out_mch_id":"sz01TESTMCH000000001","out_sub_mch_id":"sz01TESTSUB000000001","out_shop_id":"sz01TESTSHP000000001"},"refund_content":{"out_trade_no":"01009999000000000001","out_refund_no":"01009999000000000002","total_fee":2,"refund_fee":1,"refund_fee_type":"CNY"},"order_client":{"device_id":"dev-001","staff_id":"1001","terminal_type":4,"sub_terminal_type":9001,"machine_no":"SIM0000001","sdk_version":"1.0","spbill_create_ip":"192.168.1.20","sn_code":"SIM0000001"},"nonce_str":"00112233445566778899aabbccddeeff"}';
const V6 =
  '{"status":104,"description":"duplicate order number with different content","log_id":2,"internal_status":407,"micro_pay":{"nonce_str":"ffeeddccbbaa99887766554433221100"}}';
const V9_SIGN =
  'IP3Rlv3ukzEgPt3vtrgxGe+0lePlYtG8CiBV4WcIccvt3tzjpNCzpq5gQeVF6NBS/C5m1MugEOu1jTKPdfIAKFPc6y/Unrtfd4DHtrVJNuV63nYkVUEvc+b6hEiajGdGEkwoWmb0/WN8Q7dbgk5Z6sgRE13/p93Lz+DdM5he/H7ZUYEx4eiSwQaJqCrh3dXjPCD1YcWD9i3FNR+E5q1R7OSUdNMtVlX1/osm900/dKffzkwxuQSpHhYcn8r7wlbbsBXFXc6UIrkdwci+icu9XcQUQYsT+yIMwqo7+1NwUPrNVy5ulUF2V6BJQHxYJ4RIFcsiNVLkKDXmuiHjyn3JUw==';
const V9_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsG8JZ1PH/lh0g/R9bH3T
raLOxb8Ff4NQMfyeFryMVTT3BEi654QlyjrJmAdgyCn82+QmdKZzl1XqJwSGf4c0
JozryGvqBiO78rw3WAR6nEpDmg599KxI1M7VsTMBUZKD8IRQDVctLQ9cSLMoG/SR
59HUf1EyLY0PafjiYBEi+cnvAOt9BQj9NC8E3TY42mX5iF1425UBOeGzVJS2AhP/
U6osTpAxxStvFkX9+byPYSEur5eazcQhkbYp9aPn24KUDBa0OKHiVx4Ysu/CPvDd
jbLLyVhY7fvEoOxgdtB4QFAlTi2zwjuJZIOykwmQg7VrVK/5HDSkJQqR7AYHWdIh
FwIDAQAB
-----END PUBLIC KEY-----`;

wire('gives the codes of the reference vectors', () => {
  assert.is(authenCode(KEY, V1), 'D3DBD674DA4235E51289795271770CEEDD9DBE9AFEB3772388A4D546D1D874C7');
  assert.is(authenCode(KEY, V6), '8220835636EFF8C3727E1DF62B8290928B38E2C1985F9B3C9A670C9784385626');
  assert.is(authenCode(KEY, V5), 'C1746DDF8A978DB3D5BB7DDA2AEF3D7B79AD7D1E2251DBE8CC92227E7AD99124');
});

const EXACT: readonly (readonly [string, string])[] = [
  ['{"nonce_str":"0"}', '13D0AD424FDEAAEC87537FED8F2FB7C8DC11D2D035A3DE3F3129C7C4BA91C6C2'],
  ['{"nonce_str":"0"}\n', '315C98251CB9D93995B4125E10489E9D2170F938D9853EB6293A62B3681EACFB'],
  ['{"d":"支付"}', '6D42B95239A4763EEDB89BEE4A7CCE0FC8EE63861759924A43F6F75CB2EA0A92'],
  ['{"d":"\\u652f\\u4ed8"}', '6BF93FCAE89D2793F06CF8C6F2B6B771F57489F113F3226EB46288831C5F8852'],
  ['{"u":"a/b"}', '59BA55D8E68F0EDD4DCC4F2B3B634808A2D1D48F55866F80E91219EA40D1ACE2'],
  ['{"u":"a\\/b"}', 'C59BC2DA780634ED69D05165202B892AEC2C97ABC185559BA2D9C98B4DBA9946'],
];

wire('signs exact bytes: newline, escapes and slashes all change the code', () => {
  for (const [content, code] of EXACT) assert.is(authenCode(KEY, content), code, content);
});

wire('takes upper-case codes only', () => {
  assert.ok(codeFits(KEY, V1, authenCode(KEY, V1)));
  assert.not(codeFits(KEY, V1, authenCode(KEY, V1).toLowerCase()));
  assert.not(codeFits(KEY.toLowerCase(), V1, authenCode(KEY, V1)));
  assert.not(codeFits(KEY, V1, ''));
});

wire('keeps the signed newline of an envelope', () => {
  const opened = openEnvelope(
    '{"request_content":"{\\"nonce_str\\":\\"0\\"}\\n","authen_info":{"a":{"authen_type":1,"authen_code":"X"}}}',
  );
  assert.is(typeof opened === 'string' ? opened : opened.content, '{"nonce_str":"0"}\n');
});

wire('verifies the reference signature with any salt, and no other content', () => {
  assert.ok(signatureFits(V9_KEY, V5, V9_SIGN));
  assert.not(signatureFits(V9_KEY, `${V5} `, V9_SIGN));
  assert.not(signatureFits('not a key', V5, V9_SIGN));
});

wire('writes everything outside ASCII as \\uXXXX in upper case', () => {
  assert.is(asciiJson({ d: '操作成功。', e: '\u00ff' }), '{"d":"\\u64CD\\u4F5C\\u6210\\u529F\\u3002","e":"\\u00FF"}');
});

wire.run();
