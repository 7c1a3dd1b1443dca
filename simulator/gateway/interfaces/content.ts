import type { Merchant } from '../merchant.ts';
import { alipayState, phaseOf, wechatState, type Order } from '../order.ts';
import { refundState, refundUpdatedMs, type Refund } from '../refund.ts';
import { PLATFORM_NUMBERS, seconds, SUB_PLATFORM_NUMBERS, type Desk } from '../desk.ts';

/** The wallet's own state number of the order now. */
export function orderStateNumber(desk: Desk, order: Order): number {
  const { settings } = desk;
  const phase = phaseOf(order, desk.book.refundedFen(order), settings.alipayFinishMs, desk.nowMs);
  return order.platform === 'wechat'
    ? wechatState(phase, settings.wechatRefundState)
    : alipayState(phase, settings.profile);
}

/** When the order was paid, Unix seconds; 0 while it is not. A refunded order keeps it (§9). */
export function timeEnd(order: Order): number {
  return order.end === 'paid' && order.endedMs !== null ? seconds(order.endedMs) : 0;
}

/** Unix seconds of the last change, refunds included. */
export function lastUpdate(desk: Desk, order: Order): number {
  const refunds = desk.book.refundsOf(order).map((refund) => refundUpdatedMs(refund, desk.nowMs));
  return seconds(Math.max(order.endedMs ?? order.createdMs, ...refunds));
}

/** The wallet's number of the order, the same at every look. */
export function transactionId(order: Order): string {
  const head = order.platform === 'wechat' ? '4200' : '2088';
  return `${head}${seconds(order.createdMs)}${order.number.replace(/\D/g, '').slice(-14).padStart(14, '0')}`;
}

function platformExt(desk: Desk, order: Order): Record<string, unknown> {
  const state = orderStateNumber(desk, order);
  if (order.platform === 'wechat') {
    return {
      wxpay_order_content_ext: {
        current_trade_state: state,
        ...(order.end === 'paid' ? { bank_type: 'OTHERS', coupon_fee: 0, coupon_count: 0 } : {}),
      },
    };
  }
  return {
    alipay_order_content_ext: {
      current_trade_state: state,
      buyer_logon_id: '138****0000',
      ...(order.end === 'paid'
        ? { fund_bill_list: [{ fund_channel: 'ALIPAYACCOUNT', amount: order.totalFen / 100 }] }
        : {}),
    },
  };
}

/** OrderContent (§6). `refunded_fee` belongs to client_order_detail and is not here. */
export function orderContent(desk: Desk, order: Order): Record<string, unknown> {
  const paid = order.end === 'paid';
  return {
    out_trade_no: order.number,
    ...(paid || order.platform === 'alipay' ? { transaction_id: transactionId(order) } : {}),
    trade_type: 1,
    time_expire: seconds(order.createdMs + order.lifeMs),
    time_end: timeEnd(order),
    nonce_str: order.nonce,
    create_time: seconds(order.createdMs),
    last_update_time: lastUpdate(desk, order),
    is_transforming: order.end === null && order.life.kind === 'pays' && order.life.meanwhile !== 'waiting',
    total_fee: order.totalFen,
    ...(paid ? { cash_fee: order.totalFen, settlement_total_fee: order.totalFen, cash_fee_type: 'CNY' } : {}),
    fee_type: 'CNY',
    body: order.body,
    source_type: 0,
    exchange_rate: 100_000_000,
    trade_state: 4,
    ...platformExt(desk, order),
  };
}

/** RefundOrderContent (§6). */
export function refundContent(desk: Desk, refund: Refund): Record<string, unknown> {
  const state = refundState(refund, desk.nowMs);
  const ext =
    refund.platform === 'wechat'
      ? {
          wxpay_refund_order_content_ext: {
            state,
            cash_refund_fee: refund.refundFen,
            settlement_refund_fee: refund.refundFen,
            refund_channel: 'ORIGINAL',
          },
        }
      : { alipay_refund_order_content_ext: { refund_status: state, fund_change: state === 2 ? 'Y' : 'N' } };
  return {
    out_refund_no: refund.number,
    refund_id: `50000${[...refund.nonce.slice(0, 24)].map((hex) => parseInt(hex, 16) % 10).join('')}`,
    out_trade_no: refund.order,
    trade_type: 1,
    nonce_str: refund.nonce,
    create_time: seconds(refund.createdMs),
    last_update_time: seconds(refundUpdatedMs(refund, desk.nowMs)),
    is_transforming: state === 1 || state === 4,
    total_fee: refund.totalFen,
    refund_fee: refund.refundFen,
    refund_fee_type: 'CNY',
    refund_reason: `${refund.reason}\n操作者：${String(refund.client['staff_id'] ?? '')}`,
    refund_success_time: 0,
    ...ext,
  };
}

/** PayMchKey as answers carry it. */
export function payMchKey(merchant: Merchant, row: Pick<Order, 'platform' | 'outShopId'>): Record<string, unknown> {
  return {
    pay_platform: PLATFORM_NUMBERS[row.platform],
    out_mch_id: merchant.outMchId,
    out_sub_mch_id: merchant.outSubMchId,
    out_shop_id: row.outShopId,
    sub_pay_platform: SUB_PLATFORM_NUMBERS[row.platform],
  };
}
