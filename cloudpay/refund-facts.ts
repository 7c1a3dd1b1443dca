import type { Fen } from '../domain/fen.ts';
import type { CallTrace, RefundFacts } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';
import { soleWallet } from './order-facts.ts';
import { refundState } from './refund-state.ts';
import type { RefundContent } from './schemas/refund-content.ts';

/** What the answer must be about; null or absent where the asker does not know it (§2.4, step 4). */
export interface ExpectedRefund {
  readonly order: string;
  readonly refund: string | null;
  readonly platform: Platform | null;
  readonly orderFen?: Fen;
  readonly refundFen?: Fen;
}

/** Binds a verified refund to the one asked for: its facts, or in words why it proves nothing. */
export function refundFacts(content: RefundContent, expected: ExpectedRefund, trace: CallTrace): RefundFacts | string {
  if (content.out_trade_no !== expected.order) return 'the answer is about another order';
  if (expected.refund !== null && content.out_refund_no !== expected.refund)
    return 'the answer is about another refund';
  const { total_fee: orderFen, refund_fee: refundFen } = content;
  if (differs(orderFen, expected.orderFen) || differs(refundFen, expected.refundFen)) {
    return 'the answer is about another amount';
  }
  if (refundFen === 0 || refundFen > orderFen) return 'the refund is not a part of its order';
  const wallet = soleWallet(
    content.wxpay_refund_order_content_ext?.state,
    content.alipay_refund_order_content_ext?.refund_status,
    expected.platform,
  );
  if (typeof wallet === 'string') return wallet;
  const { platform, gatewayState } = wallet;
  return {
    kind: 'refund',
    refund: content.out_refund_no,
    order: content.out_trade_no,
    refundFen,
    orderFen,
    state: refundState(platform, gatewayState, content.is_transforming === true),
    gatewayState,
    platform,
    trace,
  };
}

function differs(told: Fen, expected: Fen | undefined): boolean {
  return expected !== undefined && told !== expected;
}
