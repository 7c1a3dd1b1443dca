import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  at,
  CLIENT,
  detailFields,
  envelope,
  expectStatus,
  KEY,
  MCH,
  open,
  openBench,
  orderNumber,
  payFields,
  queryFields,
  refundFields,
  stateIn,
  type Bench,
  type Fields,
  type Opened,
} from './bench.ts';

const rules = suite('simulator/gateway/rules');

function raw(bench: Bench, name: string, body: string): Opened {
  return open(bench.sandbox.handle({ host: 0, method: 'POST', path: `/cpay/${name}`, query: '', body }));
}

/** The fields with one of them replaced; `undefined` removes it. */
function changed(fields: Fields, group: string, name: string, value: unknown): Fields {
  const inner = group === '' ? fields : (fields[group] as Fields);
  const next = Object.fromEntries(Object.entries({ ...inner, [name]: value }).filter(([, one]) => one !== undefined));
  return group === '' ? next : { ...fields, [group]: next };
}

rules('1: a broken envelope or field of the wrong type gets an unsigned 101', () => {
  const bench = openBench();
  for (const body of ['', '{', '[]', '{"request_content":5}', '{"request_content":"{"}', '{"request_content":"{}"}']) {
    expectStatus(raw(bench, 'micro_pay', body), 101);
  }
  expectStatus(bench.ask('micro_pay', changed(payFields(orderNumber(1), 2), 'pay_content', 'total_fee', '2')), 101);
  assert.is(bench.sandbox.book().orders.length, 0);
});

rules('2: a wrong code gets 101 with internal status 7 and the documented words', () => {
  const bench = openBench();
  const content = JSON.stringify(payFields(orderNumber(1), 2));
  const right = envelope(content);
  const lower = right.replace(/[0-9A-F]{64}/, (code) => code.toLowerCase());
  const reserialised = JSON.stringify({ ...(JSON.parse(right) as Fields), request_content: ` ${content}` });
  for (const body of [lower, reserialised, envelope(content, `${KEY.slice(0, -1)}0`)]) {
    const opened = raw(bench, 'micro_pay', body);
    expectStatus(opened, 101, 7);
    assert.match(opened.text, '\\u53C2\\u6570authen_code\\u9519\\u8BEF.');
  }
  assert.is(bench.sandbox.book().orders.length, 0);
});

rules('2: MD5 and a signature without a key on file are refused', () => {
  const bench = openBench();
  const content = JSON.stringify(payFields(orderNumber(1), 2));
  const md5 = { request_content: content, authen_info: { a: { authen_type: 2, authen_code: 'A'.repeat(32) } } };
  const sign = { request_content: content, authen_info: { s: { sign_type: 1, sign: 'AAAA' } } };
  expectStatus(raw(bench, 'micro_pay', JSON.stringify(md5)), 101);
  expectStatus(raw(bench, 'refund', JSON.stringify(sign)), 101, 7);
});

rules('3: an unknown merchant, sub-merchant or shop gets an unsigned 101', () => {
  const bench = openBench();
  for (const name of ['out_mch_id', 'out_sub_mch_id', 'out_shop_id']) {
    expectStatus(bench.ask('micro_pay', changed(payFields(orderNumber(1), 2), 'pay_mch_key', name, 'sz01NOBODY')), 101);
  }
});

rules('4: another device, clerk or serial number is refused on four interfaces', () => {
  const bench = openBench();
  bench.pay(1, 2);
  const requests: readonly (readonly [string, Fields])[] = [
    ['micro_pay', payFields(orderNumber(2), 2)],
    ['query_order', queryFields(orderNumber(1))],
    ['refund', refundFields(orderNumber(1), orderNumber(9), 2, 1)],
    ['query_refund_order', { ...queryFields(orderNumber(1)) }],
  ];
  for (const [name, fields] of requests) {
    for (const [field, value] of [
      ['sn_code', undefined],
      ['sn_code', 'OTHER'],
      ['device_id', 'dev-999'],
      ['device_id', 'dev-002'],
      ['staff_id', '9999'],
    ] as const) {
      const opened = bench.ask(name, changed(fields, 'order_client', field, value));
      expectStatus(opened, 104);
      assert.is(opened.content['description'], '子商户门店、设备和店员信息验证不通过。');
    }
  }
  assert.is(bench.sandbox.book().orders.length, 1);
  assert.is(bench.sandbox.book().refunds.length, 0);
});

rules('5: a missing, over-long or impossible field gets an unsigned 101 that names it', () => {
  const bench = openBench();
  const fields = payFields(orderNumber(1), 2);
  for (const [group, name, value] of [
    ['pay_content', 'out_trade_no', undefined],
    ['pay_content', 'out_trade_no', `01009999${'1'.repeat(25)}`],
    ['pay_content', 'out_trade_no', '99990000000000000001'],
    ['pay_content', 'total_fee', 0],
    ['pay_content', 'total_fee', -1],
    ['pay_content', 'total_fee', 0.5],
    ['pay_content', 'fee_type', 'USD'],
    ['pay_content', 'body', undefined],
    ['pay_content', 'author_code', '1234'],
    ['order_client', 'sub_terminal_type', undefined],
    ['order_client', 'machine_no', undefined],
    ['order_client', 'sdk_version', '12345678901'],
    ['', 'nonce_str', undefined],
  ] as const) {
    const opened = bench.ask('micro_pay', changed(fields, group, name, value));
    expectStatus(opened, 101);
    assert.match(String(opened.content['description']), name);
  }
  assert.is(bench.sandbox.book().orders.length, 0);
});

rules('6: a code of the other wallet is refused', () => {
  const bench = openBench();
  expectStatus(bench.pay(1, 2, 1, '280000000000000001'), 104);
  expectStatus(bench.pay(1, 2, 2, '130000000000000001'), 104);
  expectStatus(bench.pay(1, 2, 1, '990000000000000001'), 104);
  assert.is(bench.sandbox.book().orders.length, 0);
});

rules('7: the same request again gives the same order and charges once', () => {
  const bench = openBench();
  for (let times = 0; times < 5; times += 1) assert.is(stateIn(bench.pay(1, 2).content, 'micro_pay'), 2);
  assert.is(bench.charges(1), 1);
  assert.equal(bench.sandbox.book().requests[orderNumber(1)], { micro_pay: 5 });
});

rules('8: the same number with anything else gets 407 and leaves the old order alone', () => {
  const bench = openBench();
  bench.pay(1, 2);
  expectStatus(bench.pay(1, 3), 104, 407);
  expectStatus(bench.pay(1, 2, 1, '139999999999999999'), 104, 407);
  expectStatus(bench.pay(1, 2, 2, '289999999999999999'), 104, 407);
  assert.is(bench.sandbox.book().orders[0]?.totalFen, 2);
  assert.is(bench.charges(1), 1);
});

rules('9: a number of another shop of the merchant gets 102', () => {
  const bench = openBench();
  bench.pay(1, 2);
  bench.sandbox.bind('sz01TESTSHP000000002', 'sea-001', 'SEA1');
  const there = {
    ...payFields(orderNumber(1), 2),
    pay_mch_key: { ...MCH, pay_platform: 1, out_shop_id: 'sz01TESTSHP000000002' },
    order_client: { ...CLIENT, device_id: 'sea-001', staff_id: '2001', sn_code: 'SEA1' },
  };
  expectStatus(bench.ask('micro_pay', there), 102);
});

rules('10 and 11: a missing order, or one of another platform, is a signed 400', () => {
  const bench = openBench();
  expectStatus(bench.ask('query_order', queryFields(orderNumber(1))), 104, 400);
  bench.pay(1, 2);
  expectStatus(bench.ask('query_order', queryFields(orderNumber(1), 2)), 104, 400);
  expectStatus(bench.ask('query_order', queryFields(orderNumber(1), 1)), 0);
  expectStatus(bench.ask('query_order', changed(queryFields(orderNumber(1)), '', 'trade_type', undefined)), 0);
});

rules('12: refunds never exceed what was paid, nor touch an unpaid order', () => {
  const bench = openBench();
  expectStatus(bench.refund(1, 11, 2, 1), 104);
  bench.pay(1, 2);
  expectStatus(bench.refund(1, 11, 3, 1), 104);
  expectStatus(bench.refund(1, 11, 2, 0), 104);
  expectStatus(bench.refund(1, 11, 2, 3), 104);
  expectStatus(bench.refund(1, 11, 2, 1), 0);
  expectStatus(bench.refund(1, 12, 2, 2), 104);
  expectStatus(bench.refund(1, 12, 2, 1), 0);
  expectStatus(bench.refund(1, 13, 2, 1), 104);
  bench.pay(2, 90014);
  expectStatus(bench.refund(2, 14, 90014, 1), 104);
  assert.is(bench.sandbox.book().orders.find((order) => order.number === orderNumber(1))?.refundedFen, 2);
});

rules('13: the same refund number is the same refund, or 102', () => {
  const bench = openBench();
  bench.pay(1, 5);
  bench.pay(2, 5);
  expectStatus(bench.refund(1, 11, 5, 2), 0);
  expectStatus(bench.refund(1, 11, 5, 2), 0);
  expectStatus(bench.refund(1, 11, 5, 1), 102);
  expectStatus(bench.refund(2, 11, 5, 2), 102);
  assert.is(bench.sandbox.book().refunds.length, 1);
});

rules('14: with api_version 2 a clerk needs the right to refund', () => {
  const bench = openBench();
  bench.pay(1, 5);
  const fields = { ...refundFields(orderNumber(1), orderNumber(11), 5, 1), api_version: 2 };
  expectStatus(bench.ask('refund', fields), 104);
  expectStatus(bench.ask('refund', changed(fields, 'pay_mch_key', 'authorization_staff_id', '1002')), 104);
  expectStatus(bench.ask('refund', changed(fields, 'pay_mch_key', 'authorization_staff_id', '1001')), 0);
  expectStatus(bench.ask('refund', changed(fields, 'pay_mch_key', 'is_sub_mch_admin', true)), 0);
});

rules('15: no refund to show is a signed 426; without a number all refunds come', () => {
  const bench = openBench();
  bench.pay(1, 5);
  const all = queryFields(orderNumber(1));
  expectStatus(bench.ask('query_refund_order', all), 104, 426);
  bench.refund(1, 11, 5, 1);
  bench.refund(1, 12, 5, 2);
  const list = at(bench.ask('query_refund_order', all).content, 'query_refund_order.refund_order_content');
  assert.is(Array.isArray(list) && list.length, 2);
  expectStatus(bench.ask('query_refund_order', { ...all, out_refund_no: orderNumber(13) }), 104, 426);
});

rules('17: a page past the end is empty and still counts everything', () => {
  const bench = openBench();
  for (let n = 1; n <= 3; n += 1) bench.pay(n, 2);
  const query = { ...detailFields(bench), page_num: 9 };
  const content = bench.ask('client_order_detail', query).content;
  assert.is(at(content, 'order_detail_query.total_count'), 3);
  assert.equal(at(content, 'order_detail_query.order_details'), []);
});

rules('18: pages count from 1 and hold at most 100 rows', () => {
  const bench = openBench();
  expectStatus(bench.ask('client_order_detail', { ...detailFields(bench), page_num: 0 }), 101);
  expectStatus(bench.ask('client_order_detail', { ...detailFields(bench), page_size: 101 }), 101);
  expectStatus(bench.ask('client_order_detail', { ...detailFields(bench), page_size: 100 }), 0);
});

rules.run();
