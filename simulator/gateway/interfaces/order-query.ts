import {
  accepted,
  checked,
  clientFits,
  PLATFORM_NUMBERS,
  refused,
  SHOP_MISMATCH,
  shopOf,
  wrongCall,
  type Call,
  type Desk,
  type Reply,
} from '../desk.ts';
import type { Order } from '../order.ts';
import { closeOrderSchema, queryOrderSchema } from '../request-schema.ts';
import { orderContent, payMchKey } from './content.ts';

/** The order as queries see it: not while it is hidden, not on another platform, not from another shop's key (rules 10, 11). */
export function visibleOrder(
  desk: Desk,
  call: Call,
  number: string,
  outShopId: string,
  payPlatform: number | undefined,
): Order | undefined {
  const order = desk.book.find(call.merchant.outSubMchId, number);
  if (order === undefined || order.outShopId !== outShopId || desk.nowMs < order.hiddenUntilMs) return undefined;
  return payPlatform === undefined || payPlatform === PLATFORM_NUMBERS[order.platform] ? order : undefined;
}

/** query_order (§7.5). Never carries `refunded_fee`. */
export function queryOrder(desk: Desk, call: Call): Reply {
  const fields = checked(queryOrderSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const { pay_mch_key: key, order_client: client, out_trade_no: number } = fields.value;
  const shop = shopOf(call.merchant, key.out_shop_id);
  if (shop === undefined) return wrongCall('参数pay_mch_key.out_shop_id错误: 门店不存在');
  if (!clientFits(desk, shop, client)) return refused(104, SHOP_MISMATCH, 1, desk.nonce());
  const order = visibleOrder(desk, call, number, key.out_shop_id, key.pay_platform);
  if (order === undefined) return refused(104, '订单不存在。', 400, desk.nonce());
  return accepted({
    nonce_str: desk.nonce(),
    pay_mch_key: payMchKey(call.merchant, order),
    order_content: orderContent(desk, order),
    order_client: { ...order.client, shop_id: order.outShopId },
  });
}

/** close_order: card-pay orders cannot be closed (§3.5). */
export function closeOrder(desk: Desk, call: Call): Reply {
  const fields = checked(closeOrderSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const { pay_mch_key: key, out_trade_no: number } = fields.value;
  if (shopOf(call.merchant, key.out_shop_id) === undefined) {
    return wrongCall('参数pay_mch_key.out_shop_id错误: 门店不存在');
  }
  const order = visibleOrder(desk, call, number, key.out_shop_id, key.pay_platform);
  if (order === undefined) return refused(104, '订单不存在。', 400, desk.nonce());
  return refused(104, '刷卡支付时，订单不能关闭，只能撤单。', 1, desk.nonce());
}
