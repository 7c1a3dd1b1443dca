import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DETAIL, head, paid, partOf } from './asked.ts';
import { call, CONFIGURATION, signed, startCloudPay } from './scripted-transport.ts';

const test = suite('cloudpay/client-order-detail');

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
  const asked = contents();
  assert.equal(partOf(asked[0]), {
    out_sub_mch_id: CONFIGURATION.outSubMchId,
    out_shop_id: CONFIGURATION.outShopId,
    query_order_type: 1,
    start_time: 1_577_836_740,
    end_time: 1_577_836_860,
    page_num: 1,
    page_size: 5,
    nonce_str: '00112233445566778899aabbccddeeff',
  });
  assert.is(partOf(asked[1], 'page_num'), 2);
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

test.run();
