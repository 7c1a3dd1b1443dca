import type { CallTrace, OrderEvidence, OrderFacts } from '../domain/payment-gateway.ts';
import type { Fen } from '../domain/fen.ts';
import type { Platform } from '../domain/platform.ts';
import { orderState, showsOldNumbering, type OrderStateFacts } from './order-state.ts';
import type { OrderContent } from './schemas/order-content.ts';

/** What the answer must be about; null where the asker does not know it (§2.4, step 4). */
export interface ExpectedOrder {
  readonly order: string;
  readonly platform: Platform | null;
  readonly amountFen: Fen | null;
}

/** Binds a verified order to the one asked for: its facts, or in words why it proves nothing. */
export function orderFacts(
  content: OrderContent,
  expected: ExpectedOrder,
  evidence: OrderEvidence,
  trace: CallTrace,
): OrderFacts | string {
  const bound = boundOrder(content, expected);
  if (typeof bound === 'string') return bound;
  const { platform, gatewayState } = bound;
  return {
    kind: 'order',
    order: content.out_trade_no,
    ...bound,
    state: orderState({ ...stateFacts(content), platform, gatewayState }, evidence),
    oldNumbering: showsOldNumbering(platform, gatewayState),
    transactionId: content.transaction_id ?? null,
    createdAtMs: instantMs(content.create_time),
    paidAtMs: instantMs(content.time_end),
    trace,
  };
}

type BoundOrder = Pick<OrderFacts, 'platform' | 'gatewayState' | 'amountFen' | 'refundedFen'>;

function boundOrder(content: OrderContent, expected: ExpectedOrder): BoundOrder | string {
  if (content.out_trade_no !== expected.order) return 'the answer is about another order';
  const amountFen = content.total_fee ?? 0;
  if (amountFen === 0) return 'the answer names no amount';
  if (expected.amountFen !== null && amountFen !== expected.amountFen) return 'the answer is about another amount';
  const refundedFen = content.refunded_fee ?? null;
  if (refundedFen !== null && refundedFen > amountFen) return 'more is refunded than was paid';
  const wallet = soleWallet(
    content.wxpay_order_content_ext?.current_trade_state,
    content.alipay_order_content_ext?.current_trade_state,
    expected.platform,
  );
  return typeof wallet === 'string' ? wallet : { ...wallet, amountFen, refundedFen };
}

/** Exactly one extension is present, and it tells the platform (§6): which one and its state, or why it proves nothing. */
export function soleWallet(
  wechatState: number | undefined,
  alipayState: number | undefined,
  expected: Platform | null,
): { readonly platform: Platform; readonly gatewayState: number } | string {
  if (wechatState !== undefined && alipayState !== undefined) return 'the answer names two platforms';
  const gatewayState = wechatState ?? alipayState;
  if (gatewayState === undefined) return 'the answer names no platform that this terminal knows';
  const platform = wechatState === undefined ? 'alipay' : 'wechat';
  if (expected !== null && platform !== expected) return 'the answer is about another platform';
  return { platform, gatewayState };
}

function stateFacts(content: OrderContent): Omit<OrderStateFacts, 'platform' | 'gatewayState'> {
  const alipay = content.alipay_order_content_ext;
  const refundedFen = content.refunded_fee ?? null;
  return {
    isTransforming: content.is_transforming === true,
    hasPaymentTime: (content.time_end ?? 0) > 0,
    hasRefund: (refundedFen ?? 0) > 0 || (alipay?.refund_fee ?? 0) > 0 || isFilledIn(alipay?.gmt_refund),
    refundedFen,
    hasCloseTime: isFilledIn(alipay?.gmt_close),
  };
}

/** Unix seconds as epoch milliseconds; 0 and absent are "never", and so is what no date can hold. */
export function instantMs(seconds: number | null | undefined): number | null {
  return seconds == null || seconds === 0 || seconds > 8.64e12 ? null : seconds * 1000;
}

function isFilledIn(text: string | null | undefined): boolean {
  return text != null && text !== '' && text !== '0';
}
