import * as v from 'valibot';
import { NaturalSchema } from './wire.ts';

/** → `order_detail_query` (§7.8). Rows stay unread here: each repeats the whole shop, and only one of them matters. */
export const OrderDetailAnswerSchema = v.object({
  order_detail_query: v.object({ total_count: NaturalSchema, order_details: v.nullish(v.array(v.unknown()), []) }),
});

/** Enough of a row to know whether it is the order that is looked for. */
export const OrderDetailRowSchema = v.object({
  receipt: v.object({ order: v.object({ order_content: v.looseObject({ out_trade_no: v.string() }) }) }),
});
