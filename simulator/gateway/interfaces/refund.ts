import type * as v from 'valibot';
import {
  accepted,
  checked,
  clientFits,
  plainClient,
  PLATFORM_NUMBERS,
  refused,
  SHOP_MISMATCH,
  shopOf,
  wrongCall,
  type Call,
  type Desk,
  type Reply,
} from '../desk.ts';
import { scriptById } from '../fault-scripts.ts';
import type { Shop } from '../merchant.ts';
import { phaseOf, type Order } from '../order.ts';
import type { Refund } from '../refund.ts';
import { queryRefundSchema, refundSchema } from '../request-schema.ts';
import { payMchKey, refundContent } from './content.ts';
import { visibleOrder } from './order-query.ts';

type RefundFields = v.InferOutput<typeof refundSchema>;

/** refund (§7.6, rules 12 to 14). Status 0 = accepted, not refunded. */
export function refundOrder(desk: Desk, call: Call): Reply {
  const fields = checked(refundSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const { pay_mch_key: key, refund_content: content, order_client: client } = fields.value;
  const shop = shopOf(call.merchant, key.out_shop_id);
  if (shop === undefined) return wrongCall('参数pay_mch_key.out_shop_id错误: 门店不存在');
  if (!content.out_refund_no.startsWith(call.merchant.cashierId)) {
    return wrongCall('参数refund_content.out_refund_no错误: 前缀不是cloud_cashier_id');
  }
  if (!clientFits(desk, shop, client)) return refused(104, SHOP_MISMATCH, 1, desk.nonce());
  if (fields.value.api_version === 2 && !mayRefund(fields.value, shop)) {
    return refused(104, '操作者没有退款权限。', 1, desk.nonce());
  }
  const earlier = desk.book.findRefund(content.out_refund_no);
  if (earlier !== undefined) {
    return isSame(earlier, fields.value)
      ? acceptedRefund(desk, call, earlier)
      : refused(102, '退款单号已被使用，请更换退款单号。', 1, desk.nonce());
  }
  const order = desk.book.find(call.merchant.outSubMchId, content.out_trade_no);
  const objection = objectionTo(desk, order, fields.value);
  if (order === undefined || objection !== null) return refused(104, objection ?? '订单不存在。', 1, desk.nonce());
  const refund = newRefund(desk, call, order, fields.value);
  desk.book.addRefund(refund);
  return acceptedRefund(desk, call, refund);
}

/** Rule 13. */
function isSame(earlier: Refund, { refund_content: content, pay_mch_key: key }: RefundFields): boolean {
  return (
    earlier.outSubMchId === key.out_sub_mch_id &&
    earlier.outShopId === key.out_shop_id &&
    earlier.order === content.out_trade_no &&
    earlier.refundFen === content.refund_fee &&
    earlier.totalFen === content.total_fee &&
    PLATFORM_NUMBERS[earlier.platform] === key.pay_platform
  );
}

/** Rule 14: the administrator, or a clerk with the right. */
function mayRefund(fields: RefundFields, shop: Shop): boolean {
  const { is_sub_admin: admin, is_sub_mch_admin: mchAdmin, authorization_staff_id: staffId } = fields.pay_mch_key;
  if (admin === true || mchAdmin === true) return true;
  return shop.staff.some((staff) => staff.staffId === staffId && staff.mayRefund);
}

/** Rule 12, in words; null when the refund may go on. */
function objectionTo(desk: Desk, order: Order | undefined, fields: RefundFields): string | null {
  const { refund_content: content, pay_mch_key: key } = fields;
  if (order === undefined || order.outShopId !== key.out_shop_id) return '订单不存在。';
  if (PLATFORM_NUMBERS[order.platform] !== key.pay_platform) return '订单不存在。';
  if (order.end !== 'paid') return '订单未支付，不能退款。';
  const refundedFen = desk.book.refundedFen(order);
  if (phaseOf(order, refundedFen, desk.settings.alipayFinishMs, desk.nowMs) === 'finished') {
    return '交易已完结，不能退款。';
  }
  if (content.total_fee !== order.totalFen) return '订单总金额不一致。';
  if (content.refund_fee <= 0) return '退款金额必须大于0。';
  return content.refund_fee > order.totalFen - refundedFen ? '退款金额超过可退金额。' : null;
}

function newRefund(desk: Desk, call: Call, order: Order, fields: RefundFields): Refund {
  const script = call.script ?? (order.script === null ? null : (scriptById(order.script) ?? null));
  return {
    number: fields.refund_content.out_refund_no,
    order: order.number,
    outSubMchId: order.outSubMchId,
    outShopId: order.outShopId,
    platform: order.platform,
    totalFen: order.totalFen,
    refundFen: fields.refund_content.refund_fee,
    reason: fields.refund_content.refund_reason ?? '',
    nonce: desk.nonce(),
    client: plainClient(fields.order_client),
    createdMs: desk.nowMs,
    delayMs: desk.settings.refundDelayMs,
    life: script?.refund ?? 'refunds',
  };
}

function acceptedRefund(desk: Desk, call: Call, refund: Refund): Reply {
  return accepted({
    nonce_str: desk.nonce(),
    pay_mch_key: payMchKey(call.merchant, refund),
    refund_order_content: refundContent(desk, refund),
  });
}

/** query_refund_order (§7.7): an array; without out_refund_no all refunds of the order. */
export function queryRefunds(desk: Desk, call: Call): Reply {
  const fields = checked(queryRefundSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const { pay_mch_key: key, order_client: client, out_trade_no: number, out_refund_no: wanted } = fields.value;
  const shop = shopOf(call.merchant, key.out_shop_id);
  if (shop === undefined) return wrongCall('参数pay_mch_key.out_shop_id错误: 门店不存在');
  if (!clientFits(desk, shop, client)) return refused(104, SHOP_MISMATCH, 1, desk.nonce());
  const order = visibleOrder(desk, call, number, key.out_shop_id, key.pay_platform);
  const refunds = order === undefined ? [] : desk.book.refundsOf(order);
  const rows = refunds.filter((refund) => wanted === undefined || refund.number === wanted);
  if (order === undefined || rows.length === 0) return refused(104, '退款单不存在。', 426, desk.nonce());
  return accepted({
    nonce_str: desk.nonce(),
    pay_mch_key: payMchKey(call.merchant, order),
    refund_order_content: rows.map((refund) => refundContent(desk, refund)),
    order_client: rows.map((refund) => ({ ...refund.client, shop_id: refund.outShopId })),
  });
}
