import type { Platform } from '../../../domain/platform.ts';
import { accepted, checked, seconds, SUB_PLATFORM_NUMBERS, type Call, type Desk, type Reply } from '../desk.ts';
import type { Order } from '../order.ts';
import { holdsMoney, refundState, refundUpdatedMs, type Refund } from '../refund.ts';
import { orderListSchema, overviewSchema, type ListScope } from '../request-schema.ts';
import { lastUpdate, orderStateNumber, timeEnd, transactionId } from './content.ts';

type Scope = Omit<ListScope, 'out_trade_no' | 'out_refund_no'>;

/** query_order_list (§7.9): flat rows, newest first. */
export function queryOrderList(desk: Desk, call: Call): Reply {
  const fields = checked(orderListSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const query = fields.value;
  const orders = query.order_type === 2 ? [] : ordersIn(desk, call, query);
  const refunds = query.order_type === 1 ? [] : refundsIn(desk, call, query);
  const rows = [
    ...orders.map((order) => ({ atMs: order.createdMs, row: () => ({ order: orderRow(desk, call, order) }) })),
    ...refunds.map((refund) => ({ atMs: refund.createdMs, row: () => ({ refund_order: refundRow(desk, refund) }) })),
  ].sort((a, b) => b.atMs - a.atMs);
  const page = rows.slice((query.page_num - 1) * query.page_size, query.page_num * query.page_size);
  return accepted({
    nonce_str: desk.nonce(),
    total_count: rows.length,
    order_details: page.map(({ row }) => row()),
  });
}

function clientFits(scope: Scope, platform: Platform, shop: string, client: Order['client']): boolean {
  return (
    (scope.sub_pay_platforms.length === 0 || scope.sub_pay_platforms.includes(SUB_PLATFORM_NUMBERS[platform])) &&
    (scope.out_shop_id === undefined || scope.out_shop_id === shop) &&
    (scope.staff_id === undefined || scope.staff_id === client['staff_id']) &&
    (scope.device_id === undefined || scope.device_id === client['device_id']) &&
    (scope.trade_type === undefined || scope.trade_type === 0 || scope.trade_type === 1)
  );
}

function ordersIn(desk: Desk, call: Call, scope: Scope): Order[] {
  const found: Order[] = [];
  for (const order of desk.book.newestFirst()) {
    if (order.outSubMchId !== call.merchant.outSubMchId || desk.nowMs < order.hiddenUntilMs) continue;
    if (scope.status === 0 && order.end !== 'paid') continue;
    const created = seconds(order.createdMs);
    const byFilter = scope.time_filter === 2 ? lastUpdate(desk, order) : created;
    const byPayTime = scope.pay_time_type === 2 && timeEnd(order) > 0 ? timeEnd(order) : created;
    const at = scope.time_filter === undefined ? byPayTime : byFilter;
    if (at < scope.start_time || at > scope.end_time) continue;
    if (clientFits(scope, order.platform, order.outShopId, order.client)) found.push(order);
  }
  return found;
}

function refundsIn(desk: Desk, call: Call, scope: Scope): Refund[] {
  const found: Refund[] = [];
  for (const refund of desk.book.newestRefundsFirst()) {
    if (refund.outSubMchId !== call.merchant.outSubMchId) continue;
    if (scope.status === 0 && refundState(refund, desk.nowMs) !== 2) continue;
    const at = seconds(scope.time_filter === 2 ? refundUpdatedMs(refund, desk.nowMs) : refund.createdMs);
    if (at < scope.start_time || at > scope.end_time) continue;
    if (clientFits(scope, refund.platform, refund.outShopId, refund.client)) found.push(refund);
  }
  return found;
}

function orderRow(desk: Desk, call: Call, order: Order): Record<string, unknown> {
  const shop = call.merchant.shops.find((one) => one.outShopId === order.outShopId);
  const staff = shop?.staff.find((one) => one.staffId === order.client['staff_id']);
  const device = shop?.devices.find((one) => one.deviceId === order.client['device_id']);
  const state = orderStateNumber(desk, order);
  return {
    out_trade_no: order.number,
    ...(order.end === 'paid' ? { transaction_id: transactionId(order) } : {}),
    sub_pay_platform: SUB_PLATFORM_NUMBERS[order.platform],
    trade_type: 1,
    total_fee: order.totalFen,
    cash_fee: order.totalFen,
    settlement_total_fee: order.totalFen,
    discount_fee: 0,
    refunded_fee: desk.book.refundedFen(order),
    create_time: seconds(order.createdMs),
    time_end: timeEnd(order),
    last_update_time: lastUpdate(desk, order),
    ...(order.platform === 'wechat' ? { wxpay_current_trade_state: state } : { alipay_current_trade_state: state }),
    shop_name: shop?.shopName ?? '',
    device_id: order.client['device_id'] ?? '',
    device_name: device?.deviceName ?? '',
    staff_id: order.client['staff_id'] ?? '',
    staff_name: staff?.staffName ?? '',
    body: order.body,
    poundage: 0,
    income_fee: order.totalFen,
  };
}

function refundRow(desk: Desk, refund: Refund): Record<string, unknown> {
  const state = refundState(refund, desk.nowMs);
  return {
    out_trade_no: refund.order,
    out_refund_no: refund.number,
    sub_pay_platform: SUB_PLATFORM_NUMBERS[refund.platform],
    trade_type: 1,
    total_fee: refund.totalFen,
    refund_fee: refund.refundFen,
    settlement_refund_fee: refund.refundFen,
    refund_fee_type: 'CNY',
    create_time: seconds(refund.createdMs),
    refund_start_processing_time: seconds(refund.createdMs),
    last_update_time: seconds(refundUpdatedMs(refund, desk.nowMs)),
    refund_reason: refund.reason,
    device_id: refund.client['device_id'] ?? '',
    staff_id: refund.client['staff_id'] ?? '',
    ...(refund.platform === 'wechat' ? { wxpay_refund_state: state } : { alipay_refund_state: state }),
  };
}

/** query_order_list_overview (§7.10): one row per platform, everything in fen. */
export function queryOverview(desk: Desk, call: Call): Reply {
  const fields = checked(overviewSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const query = fields.value;
  const paid = (query.order_type === 2 ? [] : ordersIn(desk, call, query))
    .filter((order) => order.end === 'paid')
    .filter((order) => query.out_trade_no === undefined || order.number === query.out_trade_no);
  const refunds = (query.order_type === 1 ? [] : refundsIn(desk, call, { ...query, status: 1 }))
    .filter((refund) => holdsMoney(refund, desk.nowMs))
    .filter((refund) => query.out_trade_no === undefined || refund.order === query.out_trade_no)
    .filter((refund) => query.out_refund_no === undefined || refund.number === query.out_refund_no);
  const overviews = (['wechat', 'alipay'] as const).flatMap((platform) => {
    const row = overviewRow(
      desk,
      platform,
      paid.filter((order) => order.platform === platform),
      refunds.filter((refund) => refund.platform === platform),
    );
    return row === null ? [] : [row];
  });
  return accepted({ nonce_str: desk.nonce(), total_count: overviews.length, overviews });
}

function overviewRow(
  desk: Desk,
  platform: Platform,
  paid: readonly Order[],
  refunds: readonly Refund[],
): Record<string, unknown> | null {
  if (paid.length === 0 && refunds.length === 0) return null;
  const paidFen = paid.reduce((sum, order) => sum + order.totalFen, 0);
  const refundFen = refunds.reduce((sum, refund) => sum + refund.refundFen, 0);
  return {
    sub_pay_platform: SUB_PLATFORM_NUMBERS[platform],
    trade_type: 1,
    fee_type: 'CNY',
    success_count: paid.length,
    success_amount: paidFen,
    settle_amount: paidFen - refundFen,
    discount_amount: 0,
    pay_settle_amount: paidFen,
    refund_settle_amount: refundFen,
    refund_create_count: refunds.length,
    refund_create_amount: refundFen,
    poundage: 0,
    income_amount: paidFen - refundFen,
    order_refunded_amount: paid.reduce((sum, order) => sum + desk.book.refundedFen(order), 0),
  };
}
