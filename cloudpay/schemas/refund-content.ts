import * as v from 'valibot';
import { absent, FlagSchema, IntegerSchema, NaturalSchema, oneOrMany } from './wire.ts';

/** RefundOrderContent (§6). */
export const RefundContentSchema = v.object({
  out_refund_no: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
  out_trade_no: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
  is_transforming: absent(FlagSchema),
  total_fee: NaturalSchema,
  refund_fee: NaturalSchema,
  wxpay_refund_order_content_ext: absent(v.object({ state: IntegerSchema })),
  alipay_refund_order_content_ext: absent(v.object({ refund_status: IntegerSchema })),
});

/** A refund, as the gateway tells it. */
export type RefundContent = v.InferOutput<typeof RefundContentSchema>;

/** → `refund` (§7.6): one object; an array of one is taken too. */
export const RefundAnswerSchema = v.object({
  refund: v.object({ refund_order_content: v.pipe(oneOrMany(RefundContentSchema), v.length(1)) }),
});

/** → `query_refund_order` (§7.7). */
export const QueryRefundAnswerSchema = v.object({
  query_refund_order: v.object({ refund_order_content: v.nullish(oneOrMany(RefundContentSchema), []) }),
});
