import * as v from 'valibot';
import { absent, FlagSchema, IntegerSchema, NaturalSchema, TextSchema } from './wire.ts';

/** Only the state is required: "required" fields of the extension are missing in live samples (§6). */
const WechatExtensionSchema = v.object({ current_trade_state: IntegerSchema });

const AlipayExtensionSchema = v.object({
  current_trade_state: IntegerSchema,
  gmt_refund: absent(TextSchema),
  gmt_close: absent(TextSchema),
  refund_fee: absent(NaturalSchema),
});

/** OrderContent (§6), as far as a terminal needs it. */
export const OrderContentSchema = v.object({
  out_trade_no: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
  transaction_id: absent(v.pipe(TextSchema, v.maxLength(64))),
  time_end: absent(NaturalSchema),
  create_time: absent(NaturalSchema),
  is_transforming: absent(FlagSchema),
  total_fee: absent(NaturalSchema),
  refunded_fee: absent(NaturalSchema),
  wxpay_order_content_ext: absent(WechatExtensionSchema),
  alipay_order_content_ext: absent(AlipayExtensionSchema),
});

/** An order, as the gateway tells it. */
export type OrderContent = v.InferOutput<typeof OrderContentSchema>;

const OrderHolderSchema = v.object({ order_content: OrderContentSchema });

/** → `micro_pay` (§7.4) at status 0. */
export const MicroPayAnswerSchema = v.object({ micro_pay: OrderHolderSchema });

/** → `query_order` (§7.5) at status 0. */
export const QueryOrderAnswerSchema = v.object({ query_order: OrderHolderSchema });
