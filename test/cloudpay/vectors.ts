/** Published and derived test vectors of the gateway's protocol (invented identifiers). */
export const VECTOR_KEY = '0123456789ABCDEF0123456789ABCDEF';

/** Content strings of requests and answers, with their size in bytes and their authentication code. */
export const CONTENT_VECTORS = {
  V1: {
    bytes: 531,
    code: 'D3DBD674DA4235E51289795271770CEEDD9DBE9AFEB3772388A4D546D1D874C7',
    text: String.raw`{"pay_mch_key":{"pay_platform":1,"out_mch_id":"sz01TESTMCH000000001","out_sub_mch_id":"sz01TESTSUB000000001","out_shop_id":"sz01TESTSHP000000001"},"pay_content":{"out_trade_no":"01009999000000000001","author_code":"130000000000000001","total_fee":2,"fee_type":"CNY","body":"test"},"order_client":{"device_id":"dev-001","staff_id":"1001","terminal_type":4,"sub_terminal_type":9001,"machine_no":"SIM0000001","sdk_version":"1.0","spbill_create_ip":"192.168.1.20","sn_code":"SIM0000001"},"nonce_str":"00112233445566778899aabbccddeeff"}`,
  },
  V2: {
    bytes: 570,
    code: 'E36FFFE2D024B8C7EC5635314D018E0C7DEAF779AC2CA5C06C6232646D1B4C28',
    text: String.raw`{"status":0,"description":"","log_id":3637968353,"internal_status":0,"micro_pay":{"nonce_str":"ffeeddccbbaa99887766554433221100","pay_mch_key":{"pay_platform":1,"out_mch_id":"sz01TESTMCH000000001","out_sub_mch_id":"sz01TESTSUB000000001","out_shop_id":"sz01TESTSHP000000001"},"order_content":{"out_trade_no":"01009999000000000001","trade_type":1,"nonce_str":"00112233445566778899aabbccddeeff","create_time":1577836800,"last_update_time":1577836800,"is_transforming":false,"total_fee":2,"fee_type":"CNY","body":"test","wxpay_order_content_ext":{"current_trade_state":9}}}}`,
  },
  V3: {
    bytes: 450,
    code: '6C1656A3A5C9D3728A79F290F552CCD3FC226FE105C84448A4F8ED803EC70CE8',
    text: String.raw`{"pay_mch_key":{"out_mch_id":"sz01TESTMCH000000001","out_sub_mch_id":"sz01TESTSUB000000001","out_shop_id":"sz01TESTSHP000000001","pay_platform":2},"order_client":{"device_id":"dev-001","staff_id":"1001","terminal_type":4,"sub_terminal_type":9001,"machine_no":"SIM0000001","sdk_version":"1.0","spbill_create_ip":"192.168.1.20","sn_code":"SIM0000001"},"out_trade_no":"01009999000000000003","trade_type":1,"nonce_str":"0123456789abcdef0123456789abcdef"}`,
  },
  V4: {
    bytes: 682,
    code: '921558DE40E2980BB47E2E1DA27A4B6CC91395CE7213D807F47AE4E218539DBD',
    text: String.raw`{"status":0,"description":"\u64CD\u4F5C\u6210\u529F\u3002","log_id":3637968353,"internal_status":0,"query_order":{"nonce_str":"ffeeddccbbaa99887766554433221100","pay_mch_key":{"pay_platform":2,"out_mch_id":"sz01TESTMCH000000001","out_sub_mch_id":"sz01TESTSUB000000001","out_shop_id":"sz01TESTSHP000000001","sub_pay_platform":200},"order_content":{"out_trade_no":"01009999000000000003","transaction_id":"2020010122001400000000000001","trade_type":1,"time_end":1577836812,"nonce_str":"00112233445566778899aabbccddeeff","create_time":1577836800,"last_update_time":1577836812,"is_transforming":false,"total_fee":2,"fee_type":"CNY","alipay_order_content_ext":{"current_trade_state":2}}}}`,
  },
  V5: {
    bytes: 546,
    code: 'C1746DDF8A978DB3D5BB7DDA2AEF3D7B79AD7D1E2251DBE8CC92227E7AD99124',
    text: String.raw`{"pay_mch_key":{"pay_platform":1,"out_mch_id":"sz01TESTMCH000000001","out_sub_mch_id":"sz01TESTSUB000000001","out_shop_id":"sz01TESTSHP000000001"},"refund_content":{"out_trade_no":"01009999000000000001","out_refund_no":"01009999000000000002","total_fee":2,"refund_fee":1,"refund_fee_type":"CNY"},"order_client":{"device_id":"dev-001","staff_id":"1001","terminal_type":4,"sub_terminal_type":9001,"machine_no":"SIM0000001","sdk_version":"1.0","spbill_create_ip":"192.168.1.20","sn_code":"SIM0000001"},"nonce_str":"00112233445566778899aabbccddeeff"}`,
  },
  V6: {
    bytes: 170,
    code: '8220835636EFF8C3727E1DF62B8290928B38E2C1985F9B3C9A670C9784385626',
    text: String.raw`{"status":104,"description":"duplicate order number with different content","log_id":2,"internal_status":407,"micro_pay":{"nonce_str":"ffeeddccbbaa99887766554433221100"}}`,
  },
} as const;

/** RSASSA-PSS over the bytes of V5, made with a throw-away key (V9). */
export const PSS_VECTOR = {
  sign: 'IP3Rlv3ukzEgPt3vtrgxGe+0lePlYtG8CiBV4WcIccvt3tzjpNCzpq5gQeVF6NBS/C5m1MugEOu1jTKPdfIAKFPc6y/Unrtfd4DHtrVJNuV63nYkVUEvc+b6hEiajGdGEkwoWmb0/WN8Q7dbgk5Z6sgRE13/p93Lz+DdM5he/H7ZUYEx4eiSwQaJqCrh3dXjPCD1YcWD9i3FNR+E5q1R7OSUdNMtVlX1/osm900/dKffzkwxuQSpHhYcn8r7wlbbsBXFXc6UIrkdwci+icu9XcQUQYsT+yIMwqo7+1NwUPrNVy5ulUF2V6BJQHxYJ4RIFcsiNVLkKDXmuiHjyn3JUw==',
  publicKey: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsG8JZ1PH/lh0g/R9bH3T
raLOxb8Ff4NQMfyeFryMVTT3BEi654QlyjrJmAdgyCn82+QmdKZzl1XqJwSGf4c0
JozryGvqBiO78rw3WAR6nEpDmg599KxI1M7VsTMBUZKD8IRQDVctLQ9cSLMoG/SR
59HUf1EyLY0PafjiYBEi+cnvAOt9BQj9NC8E3TY42mX5iF1425UBOeGzVJS2AhP/
U6osTpAxxStvFkX9+byPYSEur5eazcQhkbYp9aPn24KUDBa0OKHiVx4Ysu/CPvDd
jbLLyVhY7fvEoOxgdtB4QFAlTi2zwjuJZIOykwmQg7VrVK/5HDSkJQqR7AYHWdIh
FwIDAQAB
-----END PUBLIC KEY-----`,
} as const;
