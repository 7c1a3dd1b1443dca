import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCloudPay } from '../../cloudpay/cloud-pay.ts';
import type { Transport, TransportAnswer } from '../../cloudpay/transport.ts';
import { NO_EVIDENCE, type OrderDetailQuery, type OrderQuery, type PayRequest } from '../../domain/payment-gateway.ts';
import { Secret } from '../../domain/secret.ts';
import {
  answerOf,
  call,
  CONFIGURATION,
  DOMAIN,
  envelope,
  fixedRandom,
  IDENTITY,
  signed,
  standingClock,
  startCloudPay,
} from './scripted-transport.ts';
import { CONTENT_VECTORS, VECTOR_KEY } from './vectors.ts';

const test = suite('cloudpay/cloud-pay');

const CUSTOMER_CODE = '130000000000000001';
const PAY: PayRequest = {
  order: '01009999000000000001',
  amountFen: 2,
  platform: 'wechat',
  customerCode: new Secret(CUSTOMER_CODE),
  staffId: null,
  configuration: CONFIGURATION,
};
const QUERY: OrderQuery = {
  order: '01009999000000000003',
  platform: 'alipay',
  amountFen: 2,
  evidence: NO_EVIDENCE,
  staffId: null,
  configuration: CONFIGURATION,
};
const DETAIL: OrderDetailQuery = { ...QUERY, createdAtMs: 1_577_836_800_000 };
const REFUND = {
  order: '01009999000000000001',
  refund: '01009999000000000002',
  orderFen: 2,
  refundFen: 1,
  platform: 'wechat',
  staffId: null,
  configuration: CONFIGURATION,
} as const;
const SPAN = { fromMs: 1_577_836_800_000, toMs: 1_577_923_199_999 };
const head = (status: number, internalStatus = 0) => ({
  status,
  description: '',
  log_id: 1,
  internal_status: internalStatus,
});
const { V1, V2, V3, V4, V5, V6 } = CONTENT_VECTORS;

async function pay(answer: TransportAnswer) {
  const { gateway } = startCloudPay(answer);
  return gateway.pay(gateway.preparePayment(PAY), call());
}

const queryOrder = (answer: TransportAnswer, query: OrderQuery = QUERY) =>
  startCloudPay(answer).gateway.queryOrder(query, call());

// Requests.

test('a pay request is made of the documented bytes, once', async () => {
  const { gateway, requests, contents } = startCloudPay(answerOf(''));
  const payment = gateway.preparePayment(PAY);
  await gateway.pay(payment, call());
  await gateway.pay(payment, call());
  assert.equal(contents(), [V1.text, V1.text]);
  assert.is(requests[0]?.body, envelopeOfRequest(V1.text, V1.code));
  assert.is(requests[0]?.body, requests[1]?.body);
  assert.is(requests[0]?.path, '/cpay/micro_pay');
  assert.is(requests[0]?.method, 'POST');
  assert.is(requests[0]?.domain, DOMAIN);
});

function envelopeOfRequest(content: string, code: string): string {
  return JSON.stringify({ request_content: content, authen_info: { a: { authen_type: 1, authen_code: code } } });
}

test('a query is made of the documented bytes', async () => {
  const { gateway, contents } = startCloudPay(answerOf(''));
  await gateway.queryOrder(QUERY, call());
  assert.is(contents()[0], V3.text.replace('0123456789abcdef0123456789abcdef', '00112233445566778899aabbccddeeff'));
});

test('a refund is made of the documented bytes', async () => {
  const { gateway, contents } = startCloudPay(answerOf(''));
  await gateway.refund(REFUND, call());
  assert.is(contents()[0], V5.text);
});

test('unset optionals are left out, set ones travel as text', async () => {
  const { gateway, contents } = startCloudPay(answerOf(''));
  const configuration = { ...CONFIGURATION, staffId: null };
  await gateway.queryOrder({ ...QUERY, platform: null, configuration }, call());
  await gateway.queryOrder({ ...QUERY, staffId: '77', configuration }, call());
  const [without, withStaff] = contents().map((text) => JSON.parse(text));
  assert.not.ok('staff_id' in without.order_client);
  assert.not.ok('pay_platform' in without.pay_mch_key);
  assert.is(withStaff.order_client.staff_id, '77');
  assert.is(withStaff.order_client.sub_terminal_type, 9001);
  assert.is(withStaff.order_client.sn_code, 'SIM0000001');
});

test('without a sub terminal type nothing that needs one is sent', async () => {
  const identity = { ...IDENTITY, subTerminalType: null };
  const requests: string[] = [];
  const transport: Transport = {
    async request({ path }) {
      requests.push(path);
      return answerOf('');
    },
    warmUp: async () => undefined,
    close: async () => undefined,
  };
  const gateway = createCloudPay({ transport, clock: standingClock(), random: fixedRandom('00'), identity });
  assert.throws(() => gateway.preparePayment(PAY), /sub_terminal_type is not set/);
  const refused = await gateway.refund(REFUND, call()).catch((error: Error) => error.message);
  assert.match(String(refused), /sub_terminal_type is not set/);
  assert.is(requests.length, 0);
});

test('an amount or an order number that makes no sense is not made into a request', () => {
  const { gateway } = startCloudPay();
  for (const amountFen of [0, -1, 0.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => gateway.preparePayment({ ...PAY, amountFen }), /not an amount/);
  }
  for (const order of ['', 'a b', '1'.repeat(33), '支']) {
    assert.throws(() => gateway.preparePayment({ ...PAY, order }), /not an order number/);
  }
});

test('a long shop name is cut between characters, at 128 bytes', () => {
  const { gateway } = startCloudPay();
  const configuration = { ...CONFIGURATION, shopName: '店'.repeat(60) };
  const { body } = gateway.preparePayment({ ...PAY, configuration });
  const content = JSON.parse(JSON.parse(body.reveal()).request_content);
  assert.is(content.pay_content.body, '店'.repeat(42));
});

test('a prepared payment shows neither the code nor the key', () => {
  const { gateway } = startCloudPay();
  const payment = gateway.preparePayment(PAY);
  for (const shown of [JSON.stringify(payment), inspect(payment, { depth: 9 }), String(payment.body)]) {
    assert.not.ok(shown.includes(CUSTOMER_CODE));
    assert.not.ok(shown.includes(VECTOR_KEY));
  }
});

// Payment answers.

test('a customer who enters the password is being waited for', async () => {
  const facts = await pay(answerOf(envelope(V2.text, V2.code)));
  assert.is(facts.kind, 'order');
  if (facts.kind !== 'order') return;
  assert.is(facts.state, 'waiting-for-customer');
  assert.is(facts.amountFen, 2);
  assert.is(facts.createdAtMs, 1_577_836_800_000);
  assert.is(facts.paidAtMs, null);
  assert.equal(facts.trace, {
    domain: DOMAIN,
    operation: 'micro_pay',
    logId: '3637968353',
    status: 0,
    internalStatus: 0,
    description: '',
    connectMs: 3,
    requestMs: 7,
  });
});

test('a number that belongs to an earlier order is refused as taken', async () => {
  const answer = await pay(answerOf(envelope(V6.text, V6.code)));
  assert.is(answer.kind === 'refused' && answer.reason, 'number-taken');
});

test('a signed refusal ends the attempt with the words of the gateway', async () => {
  const answer = await pay(signed({ ...head(104), description: '余额不足\u0007', micro_pay: { nonce_str: 'a' } }));
  assert.is(answer.kind === 'refused' && answer.reason, 'rejected');
  assert.is(answer.kind === 'refused' && answer.description, '余额不足');
});

test('an unsigned refusal proves nothing', async () => {
  const content =
    '{"status":101,"description":"\\u53C2\\u6570authen_code\\u9519\\u8BEF.","log_id":77,"internal_status":7}';
  const answer = await pay(answerOf(envelope(content, null)));
  assert.is(answer.kind, 'unknown');
  assert.is(answer.trace.status, 101);
  assert.is(answer.trace.description, '参数authen_code错误.');
});

test('status 103 asks for three seconds', async () => {
  const answer = await pay(signed(head(103)));
  assert.is(answer.kind === 'unknown' && answer.waitMs, 3000);
});

const paid = JSON.parse(V4.text);
const paidWith = (changes: object, ext: object = {}) => ({
  ...paid,
  query_order: { ...paid.query_order, order_content: { ...paid.query_order.order_content, ...changes }, ...ext },
});

const PROVES_NOTHING: readonly (readonly [string, TransportAnswer])[] = [
  ['a request that was lost', { kind: 'lost', reason: 'other side closed', connectMs: 1, requestMs: 2 }],
  ['HTTP 502', answerOf(envelope(V4.text, V4.code), 502)],
  ['HTTP 302', answerOf(envelope(V4.text, V4.code), 302)],
  ['an empty body', answerOf('')],
  ['a page of a hotel network', answerOf('<html>Please log in</html>')],
  ['status 0 without a code', answerOf(envelope(V4.text, null))],
  ['a wrong code', answerOf(envelope(V4.text, V2.code))],
  ['an answer over the limit', answerOf(envelope(JSON.stringify({ ...paid, padding: 'x'.repeat(300_000) })))],
  ["another order's number", signed(paidWith({ out_trade_no: '01009999000000000004' }))],
  ['another amount', signed(paidWith({ total_fee: 3 }))],
  ['no amount', signed(paidWith({ total_fee: undefined }))],
  ['an amount as a fraction', signed(paidWith({ total_fee: 2.5 }))],
  [
    'an amount beyond safe integers',
    answerOf(envelope(V4.text.replace('"total_fee":2', '"total_fee":20000000000000000'))),
  ],
  ['two platforms', signed(paidWith({ wxpay_order_content_ext: { current_trade_state: 2 } }))],
  [
    'another platform',
    signed(paidWith({ alipay_order_content_ext: undefined, wxpay_order_content_ext: { current_trade_state: 2 } })),
  ],
  ['no platform', signed(paidWith({ alipay_order_content_ext: undefined }))],
  [
    'a member card',
    signed(paidWith({ alipay_order_content_ext: undefined, card_order_content_ext: { current_trade_state: 2 } })),
  ],
  ['a state that is no number', signed(paidWith({ alipay_order_content_ext: { current_trade_state: 'paid' } }))],
  ['more refunded than paid', signed(paidWith({ refunded_fee: 3 }))],
  ['no order', signed({ ...head(0), query_order: { nonce_str: 'a' } })],
  ['no interface object', signed(head(0))],
  ["another interface's object", signed({ ...head(0), micro_pay: paid.query_order, query_order: paid.query_order })],
  ['a refusal of another interface', signed({ ...head(104), micro_pay: { nonce_str: 'a' } })],
  ['a refusal about another order', signed({ ...head(104), query_order: { order_content: { out_trade_no: '1' } } })],
  ['"no such order" while busy', signed(head(103, 400))],
  ['an array', answerOf(envelope('[]'))],
  ['null', answerOf(envelope('null'))],
  ['a status in words', signed({ ...head(0), status: 'ok' })],
  ['an unknown status', signed(head(999))],
];

for (const [name, answer] of PROVES_NOTHING) {
  test(`${name} proves nothing about an order`, async () => {
    assert.is((await queryOrder(answer)).kind, 'unknown');
  });
}

test('a request that did not leave says so', async () => {
  const answer = await queryOrder({ kind: 'not-sent', reason: 'connect ECONNREFUSED', connectMs: 9 });
  assert.is(answer.kind, 'not-sent');
  assert.is(answer.trace?.connectMs, 9);
});

// Query answers.

test('a paid Alipay order is paid, with its times', async () => {
  const facts = await queryOrder(answerOf(envelope(V4.text, V4.code)));
  assert.is(facts.kind, 'order');
  if (facts.kind !== 'order') return;
  assert.is(facts.state, 'paid');
  assert.is(facts.platform, 'alipay');
  assert.is(facts.transactionId, '2020010122001400000000000001');
  assert.is(facts.paidAtMs, 1_577_836_812_000);
  assert.is(facts.refundedFen, null);
  assert.is(facts.trace.description, '操作成功。');
});

test("a scanned slip's order is taken with any amount and platform", async () => {
  const facts = await queryOrder(signed(paidWith({ total_fee: 88 })), { ...QUERY, platform: null, amountFen: null });
  assert.is(facts.kind === 'order' && facts.amountFen, 88);
});

test('an order that is missing is not found, by either field', async () => {
  assert.is((await queryOrder(signed(head(104, 400)))).kind, 'not-found');
  assert.is((await queryOrder(signed(head(400)))).kind, 'not-found');
  const { internal_status: internalStatus, ...rest } = head(104, 400);
  assert.is((await queryOrder(signed({ ...rest, Internal_status: internalStatus }))).kind, 'not-found');
  assert.is((await queryOrder(answerOf(envelope(JSON.stringify(head(104, 400)), null)))).kind, 'unknown');
});

test('numbers as text, null optionals, unknown keys and __proto__ do no harm', async () => {
  const text = JSON.stringify(
    paidWith({
      total_fee: '2',
      time_end: null,
      is_transforming: 0,
      alipay_order_content_ext: { current_trade_state: '2' },
    }),
  );
  const poisoned = text.replace('{"status":0', '{"__proto__":{"state":"paid","polluted":1},"status":"0"');
  const facts = await queryOrder(answerOf(envelope(poisoned)));
  assert.is(facts.kind === 'order' && facts.state, 'paid');
  assert.is(({} as Record<string, unknown>)['polluted'], undefined);
});

test('the evidence travels into the state', async () => {
  const four = signed(paidWith({ time_end: 0, alipay_order_content_ext: { current_trade_state: 4 } }));
  const state = async (evidence: OrderQuery['evidence']) => {
    const facts = await queryOrder(four, { ...QUERY, evidence });
    return facts.kind === 'order' ? facts.state : facts.kind;
  };
  assert.is(await state(NO_EVIDENCE), 'waiting-for-customer');
  assert.is(await state({ recordedPaid: true, sawOldNumbering: false, lifeOver: false }), 'refunded');
  assert.is(await state({ recordedPaid: false, sawOldNumbering: true, lifeOver: true }), 'closed');
});

test('a log id above 2^53 keeps its digits', async () => {
  const facts = await queryOrder(answerOf(envelope(V4.text.replace('3637968353', '18446744073709551615'))));
  assert.is(facts.trace.logId, '18446744073709551615');
});

test('words from the gateway carry neither the key nor a customer code into the trace', async () => {
  const description = `bad ${VECTOR_KEY} for ${CUSTOMER_CODE} of ${QUERY.order}`;
  const answer = await queryOrder(signed({ ...head(104), description }));
  assert.is(answer.trace.description, `bad *** for 13*** of ${QUERY.order}`);
});

// client_order_detail.

const order = { ...paid.query_order.order_content, refunded_fee: 1 };
const shop = {
  shop_name: '店'.repeat(20),
  device_infos: Array.from({ length: 40 }, (_, index) => ({ device_id: `d${index}`, remark: 'x'.repeat(60) })),
};
const row = (content: object) => ({
  shop_info: shop,
  receipt: { order: { order_mch: {}, order_content: content, authen_info: {} } },
});
const otherRow = (index: number) => row({ ...order, out_trade_no: `0100999900000001${index}` });
const page = (total: number, rows: readonly object[]) =>
  signed({ ...head(0), order_detail_query: { total_count: total, order_details: rows } });

test('the refunded amount is found on a later page, among rows of any shape', async () => {
  const first = page(7, [otherRow(1), otherRow(2), { receipt: { refund_order: {} } }, { odd: 1 }, otherRow(3)]);
  const { gateway, contents } = startCloudPay(first, page(7, [otherRow(4), row(order)]));
  const facts = await gateway.orderDetail(DETAIL, call());
  assert.is(facts.kind === 'order' && facts.refundedFen, 1);
  assert.is(facts.kind === 'order' && facts.state, 'paid');
  const asked = contents().map((text) => JSON.parse(text));
  assert.equal(asked[0], {
    out_sub_mch_id: CONFIGURATION.outSubMchId,
    out_shop_id: CONFIGURATION.outShopId,
    query_order_type: 1,
    start_time: 1_577_836_740,
    end_time: 1_577_836_860,
    page_num: 1,
    page_size: 5,
    nonce_str: '00112233445566778899aabbccddeeff',
  });
  assert.is(asked[1].page_num, 2);
});

test('an order that is not in the list is unknown, after a bounded search', async () => {
  const short = startCloudPay(page(5, [otherRow(1)]));
  assert.is((await short.gateway.orderDetail(DETAIL, call())).kind, 'unknown');
  assert.is(short.requests.length, 1);
  const endless = startCloudPay(page(1_000_000, [otherRow(1)]));
  assert.is((await endless.gateway.orderDetail(DETAIL, call())).kind, 'unknown');
  assert.is(endless.requests.length, 10);
  const empty = startCloudPay(page(1_000_000, []));
  assert.is((await empty.gateway.orderDetail(DETAIL, call())).kind, 'unknown');
  assert.is(empty.requests.length, 1);
});

test('a slow search ends', async () => {
  const { gateway, requests, clock } = startCloudPay(page(1_000_000, [otherRow(1)]));
  const search = gateway.orderDetail(DETAIL, call());
  clock.nowMs = 30_000;
  assert.is((await search).kind, 'unknown');
  assert.is(requests.length, 1);
});

test('a row of another amount proves nothing', async () => {
  const { gateway } = startCloudPay(page(1, [row({ ...order, total_fee: 5 })]));
  assert.is((await gateway.orderDetail(DETAIL, call())).kind, 'unknown');
});

test('a paid order without refunded_fee has nothing refunded, another state keeps it open', async () => {
  const { refunded_fee: _omitted, ...without } = order;
  const untouched = await startCloudPay(page(1, [row(without)])).gateway.orderDetail(DETAIL, call());
  assert.is(untouched.kind === 'order' && untouched.refundedFen, 0);
  const closed = row({ ...without, alipay_order_content_ext: { current_trade_state: 4 } });
  const refunded = await startCloudPay(page(1, [closed])).gateway.orderDetail(DETAIL, call());
  assert.is(refunded.kind === 'order' && refunded.refundedFen, null);
});

test('answers of 25 and 200 kilobytes are read', async () => {
  for (const kilobytes of [25, 200]) {
    const rows: object[] = [];
    while (JSON.stringify(rows).length < kilobytes * 1000) rows.push(otherRow(rows.length));
    const answer = page(rows.length + 1, [...rows, row(order)]);
    const facts = await startCloudPay(answer).gateway.orderDetail(DETAIL, call());
    assert.is(facts.kind === 'order' && facts.refundedFen, 1, `${kilobytes} kB`);
  }
});

// Refunds.

const refundContent = {
  out_refund_no: REFUND.refund,
  out_trade_no: REFUND.order,
  is_transforming: false,
  total_fee: 2,
  refund_fee: 1,
  wxpay_refund_order_content_ext: { state: 4 },
};
const refundAnswer = (changes: object = {}) =>
  signed({ ...head(0), refund: { nonce_str: 'a1', refund_order_content: { ...refundContent, ...changes } } });
const refund = (answer: TransportAnswer) => startCloudPay(answer).gateway.refund(REFUND, call());

test('an accepted refund is on its way, not done', async () => {
  const facts = await refund(refundAnswer());
  assert.is(facts.kind === 'refund' && facts.state, 'processing');
  const transforming = await refund(
    refundAnswer({ is_transforming: true, wxpay_refund_order_content_ext: { state: 2 } }),
  );
  assert.is(transforming.kind === 'refund' && transforming.state, 'processing');
});

test('a refund of another order, number or amount proves nothing', async () => {
  for (const changes of [
    { out_trade_no: '1' },
    { out_refund_no: '1' },
    { refund_fee: 2 },
    { total_fee: 3 },
    { wxpay_refund_order_content_ext: undefined },
    { alipay_refund_order_content_ext: { refund_status: 2 } },
    { wxpay_refund_order_content_ext: undefined, alipay_refund_order_content_ext: { refund_status: 2 } },
  ]) {
    assert.is((await refund(refundAnswer(changes))).kind, 'unknown');
  }
});

test('a refund that the gateway refuses is refused, a number used before as taken', async () => {
  const rejected = await refund(signed({ ...head(104), description: '余额不足' }));
  assert.is(rejected.kind === 'refused' && rejected.reason, 'rejected');
  const taken = await refund(signed(head(102)));
  assert.is(taken.kind === 'refused' && taken.reason, 'number-taken');
});

const refunds = (content: unknown, asked: string | null = REFUND.refund) => {
  const query = {
    order: REFUND.order,
    refund: asked,
    platform: null,
    staffId: null,
    configuration: CONFIGURATION,
  } as const;
  const { gateway, contents } = startCloudPay(
    signed({ ...head(0), query_refund_order: { nonce_str: 'a4', refund_order_content: content } }),
  );
  return { answer: gateway.queryRefunds(query, call()), contents };
};

test("a refund's own state is told, as an array or as one object", async () => {
  for (const content of [[refundContent], refundContent]) {
    const answer = await refunds(content).answer;
    assert.equal(answer.kind === 'refunds' && answer.refunds.map(({ state, refundFen }) => [state, refundFen]), [
      ['processing', 1],
    ]);
  }
});

test('all refunds of an order are asked for without a number', async () => {
  const { answer, contents } = refunds(
    [refundContent, { ...refundContent, out_refund_no: '01009999000000000005' }],
    null,
  );
  const all = await answer;
  assert.is(all.kind === 'refunds' && all.refunds.length, 2);
  assert.not.ok('out_refund_no' in JSON.parse(contents()[0] ?? ''));
});

test('one row of another order makes the list worthless', async () => {
  assert.is((await refunds([refundContent, { ...refundContent, out_trade_no: '9' }], null).answer).kind, 'unknown');
  assert.is((await refunds([{ ...refundContent, out_refund_no: '9' }]).answer).kind, 'unknown');
});

test('a signed "no refund" is an empty list, an unsigned one is nothing', async () => {
  const query = {
    order: REFUND.order,
    refund: null,
    platform: null,
    staffId: null,
    configuration: CONFIGURATION,
  } as const;
  const none = await startCloudPay(signed(head(104, 426))).gateway.queryRefunds(query, call());
  assert.equal(none.kind === 'refunds' && none.refunds, []);
  const forged = answerOf(envelope(JSON.stringify(head(104, 426)), null));
  assert.is((await startCloudPay(forged).gateway.queryRefunds(query, call())).kind, 'unknown');
});

// Lists.

test("the gateway's list tells payments and refunds in the trade's words", async () => {
  const answer = signed({
    ...head(0),
    query_order_list: {
      nonce_str: 'a7',
      total_count: 4,
      order_details: [
        {
          order: {
            out_trade_no: '1',
            sub_pay_platform: 200,
            total_fee: 2,
            refunded_fee: 1,
            create_time: 5,
            time_end: 6,
            alipay_current_trade_state: 2,
            device_id: 7,
            staff_id: '1001',
          },
        },
        {
          refund_order: {
            out_trade_no: '1',
            out_refund_no: '2',
            total_fee: 2,
            refund_fee: 1,
            create_time: 7,
            wxpay_refund_state: 5,
          },
        },
        { freeze_order: {} },
        {
          order: {
            out_trade_no: '3',
            sub_pay_platform: 300,
            total_fee: 9,
            create_time: 8,
            card_current_trade_state: 5,
          },
        },
      ],
    },
  });
  const { gateway, contents } = startCloudPay(answer);
  const list = await gateway.listOrders({ configuration: CONFIGURATION, span: SPAN, page: 2, pageSize: 20 }, call());
  assert.is(list.kind, 'page');
  if (list.kind !== 'page') return;
  assert.is(list.total, 4);
  assert.equal(list.rows, [
    {
      order: '1',
      refund: null,
      platform: 'alipay',
      amountFen: 2,
      refundedFen: 1,
      state: 'paid',
      createdAtMs: 5000,
      staffId: '1001',
      deviceId: '7',
    },
    {
      order: '1',
      refund: '2',
      platform: 'wechat',
      amountFen: 1,
      refundedFen: 0,
      state: 'manual',
      createdAtMs: 7000,
      staffId: null,
      deviceId: null,
    },
    {
      order: '3',
      refund: null,
      platform: null,
      amountFen: 9,
      refundedFen: 0,
      state: 'closed',
      createdAtMs: 8000,
      staffId: null,
      deviceId: null,
    },
  ]);
  const asked = JSON.parse(contents()[0] ?? '');
  assert.equal([asked.page_num, asked.page_size, asked.order_type, asked.status], [2, 20, 3, 1]);
  assert.equal([asked.start_time, asked.end_time], [1_577_836_800, 1_577_923_199]);
});

test("the gateway's totals are added up per platform", async () => {
  const overviews = [
    { sub_pay_platform: 200, success_count: 1, success_amount: 2, refund_create_count: 1, refund_create_amount: 1 },
    { sub_pay_platform: 200, success_count: 2, success_amount: 5 },
    { sub_pay_platform: 100, success_count: 1, success_amount: -3 },
    { success_count: 1, success_amount: 4 },
  ];
  const { gateway } = startCloudPay(signed({ ...head(0), query_order_list_overview: { nonce_str: 'a8', overviews } }));
  const answer = await gateway.overview({ configuration: CONFIGURATION, span: SPAN, staffId: '1001' }, call());
  assert.equal(answer.kind === 'overview' && answer.totals, [
    { platform: 'alipay', paidCount: 3, paidFen: 7, refundedCount: 1, refundedFen: 1 },
    { platform: 'wechat', paidCount: 1, paidFen: -3, refundedCount: 0, refundedFen: 0 },
    { platform: null, paidCount: 1, paidFen: 4, refundedCount: 0, refundedFen: 0 },
  ]);
});

// Binding, log upload, ping.

test('unbinding is done when it is done, and when it had been done before', async () => {
  const unbind = (answer: TransportAnswer) => startCloudPay(answer).gateway.unbind(CONFIGURATION, 'SN1', call());
  assert.is((await unbind(signed(head(0)))).kind, 'done');
  assert.is((await unbind(signed(head(104, 3215)))).kind, 'done');
  assert.is((await unbind(signed(head(104)))).kind, 'refused');
  assert.is((await unbind(answerOf(envelope('{"status":0}', null)))).kind, 'unknown');
});

test('the log upload names each interface by its number and hides codes', async () => {
  const trace = {
    domain: DOMAIN,
    operation: 'micro_pay',
    logId: '76',
    status: 0,
    internalStatus: 0,
    description: '',
    connectMs: 100.4,
    requestMs: 712,
  };
  const calls = [
    { trace, startedAtMs: 1_577_836_800_120, lines: ['send', `code ${CUSTOMER_CODE}`] },
    { trace: { ...trace, operation: 'use_device_setting' }, startedAtMs: 0, lines: [] },
    {
      trace: { ...trace, operation: 'query_order', status: null, logId: null },
      startedAtMs: 1_577_836_801_000,
      lines: [],
    },
  ];
  const { gateway, contents } = startCloudPay(signed({ ...head(0), upload_client_monitor_info: { interval: 0 } }));
  const report = { configuration: CONFIGURATION, intervalMs: 300_000, calls, machine: { cpu: 12 } };
  assert.is((await gateway.uploadMonitoring(report, call())).kind, 'done');
  const content = JSON.parse(contents()[0] ?? '');
  assert.is(content.interval, 300);
  assert.is(content.uncompressed_monitor_info.machine_info, '{"cpu":12}');
  assert.equal(content.uncompressed_monitor_info.client_int_results, [
    {
      interface: 100,
      status: 0,
      description: '',
      time_cost: 812,
      start_time: 1_577_836_800,
      logs: ['send', 'code 13***'],
      log_id: 76,
      domain_name: 'pay.qcloud.com',
    },
    {
      interface: 106,
      description: '',
      time_cost: 812,
      start_time: 1_577_836_801,
      logs: [],
      domain_name: 'pay.qcloud.com',
    },
  ]);
});

test('a domain is alive by HTTP 2xx, JSON and status 0', async () => {
  const ping = (answer: TransportAnswer) => startCloudPay(answer).gateway.ping(call());
  const alive = await ping(answerOf('{"description":"ok","status":0,"timestamp":1568810077}'));
  assert.equal(alive, { kind: 'alive', latencyMs: 10, gatewayTimeMs: 1_568_810_077_000 });
  const odd = await ping(answerOf('{"status":"0","timestamp":"soon"}'));
  assert.is(odd.kind === 'alive' && odd.gatewayTimeMs, null);
  for (const answer of [
    answerOf('{"status":1}'),
    answerOf('{"status":0}', 500),
    answerOf('ok'),
    answerOf('{}'),
    { kind: 'not-sent', reason: 'x', connectMs: 1 } as const,
    { kind: 'lost', reason: 'x', connectMs: 1, requestMs: 1 } as const,
  ]) {
    assert.is((await ping(answer)).kind, 'dead');
  }
});

test('warming up and closing reach the transport', async () => {
  const { gateway, warmed } = startCloudPay();
  await gateway.warmUp(call());
  assert.equal(warmed, [DOMAIN]);
  await gateway.close();
  assert.equal(warmed, []);
});

test.run();
