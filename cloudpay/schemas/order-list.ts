import * as v from 'valibot';
import { absent, IntegerSchema, NaturalSchema, TextSchema } from './wire.ts';

const ListedNumberSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(32));

/** A flat row of query_order_list (§7.9) that tells of an order. */
export const ListedOrderRowSchema = v.object({
  out_trade_no: ListedNumberSchema,
  total_fee: NaturalSchema,
  refunded_fee: absent(NaturalSchema),
  create_time: NaturalSchema,
  time_end: absent(NaturalSchema),
  sub_pay_platform: absent(IntegerSchema),
  wxpay_current_trade_state: absent(IntegerSchema),
  alipay_current_trade_state: absent(IntegerSchema),
  card_current_trade_state: absent(IntegerSchema),
  record_current_trade_state: absent(IntegerSchema),
  staff_id: absent(TextSchema),
  device_id: absent(TextSchema),
});

/** A flat row that tells of a refund. */
export const ListedRefundRowSchema = v.object({
  out_trade_no: ListedNumberSchema,
  out_refund_no: ListedNumberSchema,
  refund_fee: NaturalSchema,
  create_time: NaturalSchema,
  sub_pay_platform: absent(IntegerSchema),
  wxpay_refund_state: absent(IntegerSchema),
  alipay_refund_state: absent(IntegerSchema),
  card_refund_state: absent(IntegerSchema),
  record_refund_state: absent(IntegerSchema),
  staff_id: absent(TextSchema),
  device_id: absent(TextSchema),
});

/** → `query_order_list`. Deposit rows (freeze, unfreeze) carry neither object and are left out by the reader. */
export const OrderListAnswerSchema = v.object({
  query_order_list: v.object({
    total_count: NaturalSchema,
    order_details: v.nullish(
      v.array(v.object({ order: absent(ListedOrderRowSchema), refund_order: absent(ListedRefundRowSchema) })),
      [],
    ),
  }),
});

/** → `query_order_list_overview` (§7.10); amounts may be negative there. */
export const OverviewAnswerSchema = v.object({
  query_order_list_overview: v.object({
    overviews: v.nullish(
      v.array(
        v.object({
          sub_pay_platform: absent(IntegerSchema),
          success_count: v.nullish(IntegerSchema, 0),
          success_amount: v.nullish(IntegerSchema, 0),
          refund_create_count: v.nullish(IntegerSchema, 0),
          refund_create_amount: v.nullish(IntegerSchema, 0),
        }),
      ),
      [],
    ),
  }),
});
