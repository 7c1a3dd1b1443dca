import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TransportAnswer } from '../../cloudpay/transport.ts';
import { NO_EVIDENCE, type OrderQuery } from '../../domain/payment-gateway.ts';
import { CUSTOMER_CODE, head, paid, paidWith, PAY, QUERY } from './asked.ts';
import { answerOf, call, DOMAIN, envelope, signed, startCloudPay } from './scripted-transport.ts';
import { CONTENT_VECTORS, VECTOR_KEY } from './vectors.ts';

const test = suite('cloudpay/query-order');

const { V2, V4, V6 } = CONTENT_VECTORS;

async function pay(answer: TransportAnswer) {
  const { gateway } = startCloudPay(answer);
  return gateway.pay(gateway.preparePayment(PAY), call());
}

const queryOrder = (answer: TransportAnswer, query: OrderQuery = QUERY) =>
  startCloudPay(answer).gateway.queryOrder(query, call());

// A payment's answer.

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

// A query's answer.

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

test.run();
