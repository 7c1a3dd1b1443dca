import type { CallTrace, OrderEvidence, OrderFacts } from '../domain/payment-gateway.ts';
import type { Fen } from '../domain/fen.ts';
import type { Platform } from '../domain/platform.ts';
import { orderState, showsOldNumbering } from './order-state.ts';
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
  if (content.out_trade_no !== expected.order) return 'the answer is about another order';
  const { wxpay_order_content_ext: wechat, alipay_order_content_ext: alipay, total_fee: amountFen } = content;
  if (amountFen == null || amountFen === 0) return 'the answer names no amount';
  if (expected.amountFen !== null && amountFen !== expected.amountFen) return 'the answer is about another amount';
  if (wechat != null && alipay != null) return 'the answer names two platforms';
  const extension = wechat ?? alipay;
  if (extension == null) return 'the answer names no platform that this terminal knows';
  const platform: Platform = wechat != null ? 'wechat' : 'alipay';
  if (expected.platform !== null && platform !== expected.platform) return 'the answer is about another platform';
  const gatewayState = extension.current_trade_state;
  const refundedFen = content.refunded_fee ?? null;
  if (refundedFen !== null && refundedFen > amountFen) return 'more is refunded than was paid';
  const state = orderState(
    {
      platform,
      gatewayState,
      isTransforming: content.is_transforming === true,
      hasPaymentTime: (content.time_end ?? 0) > 0,
      hasRefund: (refundedFen ?? 0) > 0 || (alipay?.refund_fee ?? 0) > 0 || isFilledIn(alipay?.gmt_refund),
      refundedFen,
      hasCloseTime: isFilledIn(alipay?.gmt_close),
    },
    evidence,
  );
  return {
    kind: 'order',
    order: content.out_trade_no,
    platform,
    amountFen,
    state,
    gatewayState,
    oldNumbering: showsOldNumbering(platform, gatewayState),
    transactionId: content.transaction_id ?? null,
    createdAtMs: instantMs(content.create_time),
    paidAtMs: instantMs(content.time_end),
    refundedFen,
    trace,
  };
}

/** Unix seconds as epoch milliseconds; 0 and absent are "never", and so is what no date can hold. */
export function instantMs(seconds: number | null | undefined): number | null {
  return seconds == null || seconds === 0 || seconds > 8.64e12 ? null : seconds * 1000;
}

function isFilledIn(text: string | null | undefined): boolean {
  return text != null && text !== '' && text !== '0';
}
