import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TransportAnswer } from '../../cloudpay/transport.ts';
import { head, partOf, REFUND } from './asked.ts';
import { answerOf, call, CONFIGURATION, envelope, signed, startCloudPay } from './scripted-transport.ts';

const test = suite('cloudpay/refund');

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
  assert.is(partOf(contents()[0], 'out_refund_no'), undefined);
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

test.run();
