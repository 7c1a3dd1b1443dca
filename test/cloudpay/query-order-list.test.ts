import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { head, partOf, SPAN } from './asked.ts';
import { call, CONFIGURATION, signed, startCloudPay } from './scripted-transport.ts';

const test = suite('cloudpay/query-order-list');

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
  const asked = (key: string) => partOf(contents()[0], key);
  assert.equal(['page_num', 'page_size', 'order_type', 'status'].map(asked), [2, 20, 3, 1]);
  assert.equal(['start_time', 'end_time'].map(asked), [1_577_836_800, 1_577_923_199]);
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

test.run();
