import type * as v from 'valibot';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import { NO_EVIDENCE, type ListedOrder, type OrderState, type PaymentGateway } from '../domain/payment-gateway.ts';
import type { RefundState, Span } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, shaped, unknown, type Exchanged } from './gateway-exchange.ts';
import { orderState } from './order-state.ts';
import { refundState } from './refund-state.ts';
import { nonce } from './request-parts.ts';
import { OrderListAnswerSchema, type ListedOrderRowSchema, type ListedRefundRowSchema } from './schemas/order-list.ts';

type OrderRow = v.InferOutput<typeof ListedOrderRowSchema>;
type RefundRow = v.InferOutput<typeof ListedRefundRowSchema>;

const PAYMENTS_AND_REFUNDS = 3;
const BY_CREATION = 1;
const SUCCESSFUL_AND_OTHERS = 1;

/** CardOrderState and RecordOrderState (§4.3): wallets that this terminal does not take, but that its shop's list may hold. */
const CARD_STATES: Readonly<Record<number, OrderState>> = {
  2: 'paid',
  3: 'waiting-for-customer',
  4: 'refunded',
  5: 'closed',
};
const RECORD_STATES: Readonly<Record<number, OrderState>> = { 2: 'paid', 3: 'refunded' };

/** The sealed request of query_order_list (§7.9): the shop's payments and refunds that were made in the span, whatever became of them. */
export function orderListBody(
  query: {
    readonly configuration: DeviceConfiguration;
    readonly span: Span;
    readonly page: number;
    readonly pageSize: number;
  },
  random: Random,
): string {
  const { configuration, span } = query;
  const content = {
    out_sub_mch_id: configuration.outSubMchId,
    out_shop_id: configuration.outShopId,
    order_type: PAYMENTS_AND_REFUNDS,
    start_time: Math.floor(span.fromMs / 1000),
    end_time: Math.floor(span.toMs / 1000),
    page_num: query.page,
    page_size: query.pageSize,
    pay_time_type: BY_CREATION,
    refund_time_type: BY_CREATION,
    time_filter: BY_CREATION,
    status: SUCCESSFUL_AND_OTHERS,
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

/** The page of the list that an answer holds. */
export function orderListAnswer(exchanged: Exchanged): Awaited<ReturnType<PaymentGateway['listOrders']>> {
  const { trace } = exchanged;
  if (exchanged.kind === 'not-found' || exchanged.kind === 'already-done') {
    return unknown('the answer does not belong to a list', trace);
  }
  if (exchanged.kind !== 'accepted') return exchanged;
  const list = shaped(OrderListAnswerSchema, exchanged.content)?.query_order_list;
  if (list === undefined) return unknown('the answer has no readable list', trace);
  const rows = list.order_details.flatMap(({ order, refund_order: refund }): ListedOrder[] => {
    if (order != null) return [listedOrder(order)];
    return refund != null ? [listedRefund(refund)] : [];
  });
  return { kind: 'page', total: list.total_count, rows, trace };
}

/** SubPayPlatform (§4); other wallets have no word here. */
export function platformOf(subPayPlatform: number | null | undefined): Platform | null {
  if (subPayPlatform === 100) return 'wechat';
  return subPayPlatform === 200 ? 'alipay' : null;
}

function listedOrder(row: OrderRow): ListedOrder {
  return {
    order: row.out_trade_no,
    refund: null,
    platform: rowPlatform(row.sub_pay_platform, row.wxpay_current_trade_state, row.alipay_current_trade_state),
    amountFen: row.total_fee,
    refundedFen: row.refunded_fee ?? 0,
    state: listedOrderState(row),
    createdAtMs: row.create_time * 1000,
    staffId: row.staff_id ?? null,
    deviceId: row.device_id ?? null,
  };
}

function listedOrderState(row: OrderRow): OrderState {
  const wechat = row.wxpay_current_trade_state;
  const gatewayState = wechat ?? row.alipay_current_trade_state;
  if (gatewayState == null) {
    const { card_current_trade_state: card, record_current_trade_state: record } = row;
    return (card != null ? CARD_STATES[card] : record != null ? RECORD_STATES[record] : undefined) ?? 'processing';
  }
  const facts = {
    platform: wechat != null ? 'wechat' : 'alipay',
    gatewayState,
    isTransforming: false,
    hasPaymentTime: (row.time_end ?? 0) > 0,
    hasRefund: (row.refunded_fee ?? 0) > 0,
    refundedFen: row.refunded_fee ?? null,
    hasCloseTime: false,
  } as const;
  return orderState(facts, NO_EVIDENCE);
}

function listedRefund(row: RefundRow): ListedOrder {
  return {
    order: row.out_trade_no,
    refund: row.out_refund_no,
    platform: rowPlatform(row.sub_pay_platform, row.wxpay_refund_state, row.alipay_refund_state),
    amountFen: row.refund_fee,
    refundedFen: 0,
    state: listedRefundState(row),
    createdAtMs: row.create_time * 1000,
    staffId: row.staff_id ?? null,
    deviceId: row.device_id ?? null,
  };
}

function listedRefundState(row: RefundRow): RefundState {
  if (row.wxpay_refund_state != null) return refundState('wechat', row.wxpay_refund_state, false);
  const others = row.alipay_refund_state ?? row.card_refund_state ?? row.record_refund_state;
  return refundState('alipay', others ?? 0, false);
}

/** The state's own field tells the platform where `sub_pay_platform` is left out. */
function rowPlatform(
  subPayPlatform: number | null | undefined,
  wechatState: number | null | undefined,
  alipayState: number | null | undefined,
): Platform | null {
  if (subPayPlatform != null) return platformOf(subPayPlatform);
  if (wechatState != null) return 'wechat';
  return alipayState != null ? 'alipay' : null;
}
