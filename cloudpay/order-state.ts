import type { OrderEvidence, OrderState } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';

/** What a verified answer says of an order's state, before it is interpreted. */
export interface OrderStateFacts {
  readonly platform: Platform;
  /** `current_trade_state` of the platform's extension. */
  readonly gatewayState: number;
  /** The gateway is still working on the order: nothing final yet (§6). */
  readonly isTransforming: boolean;
  /** `time_end` > 0. */
  readonly hasPaymentTime: boolean;
  /** `refund_fee`, `gmt_refund` or `refunded_fee` tell of a refund. */
  readonly hasRefund: boolean;
  /** `refunded_fee` where the interface gives it, else null. */
  readonly refundedFen: number | null;
  /** `gmt_close` is filled in. */
  readonly hasCloseTime: boolean;
}

const FINAL: readonly OrderState[] = ['paid', 'refunded', 'finished', 'closed'];

/**
 * An order's state in the trade's words (§4.1, §4.2). Right under every numbering of the Alipay states: where they disagree,
 * evidence decides, and where it does not suffice, the order stays `processing` or `waiting-for-customer`.
 */
export function orderState(facts: OrderStateFacts, evidence: OrderEvidence): OrderState {
  const state = facts.platform === 'wechat' ? wechatState(facts.gatewayState, evidence) : alipayState(facts, evidence);
  const isOpen = facts.isTransforming && !evidence.recordedPaid;
  return isOpen && FINAL.includes(state) ? 'processing' : state;
}

function wechatState(gatewayState: number, evidence: OrderEvidence): OrderState {
  switch (gatewayState) {
    case 2:
    case 3:
      return 'paid';
    case 4:
      return 'refunded';
    case 5:
    case 7:
    case 10:
    case 11:
      return 'closed';
    case 8:
      // Reversed: the money went back. For an order that we know as paid that is a refund, else it never counted as paid.
      return evidence.recordedPaid ? 'refunded' : 'closed';
    case 9:
      return 'waiting-for-customer';
    default:
      return 'processing';
  }
}

function alipayState(facts: OrderStateFacts, evidence: OrderEvidence): OrderState {
  const wasPaid = evidence.recordedPaid || facts.hasPaymentTime || facts.hasRefund;
  switch (facts.gatewayState) {
    case 2:
      return 'paid';
    case 3:
      return 'waiting-for-customer';
    case 4:
      return wasPaid ? 'refunded' : unpaidFour(facts, evidence);
    case 5:
      return wasPaid ? paidFive(facts, evidence) : unpaidFive(evidence);
    case 6:
      return wasPaid ? 'finished' : 'processing';
    default:
      return 'processing';
  }
}

/** Waiting since 2018, closed before: only the old numbering seen at work, or a closing time, tells them apart. */
function unpaidFour(facts: OrderStateFacts, evidence: OrderEvidence): OrderState {
  return (evidence.sawOldNumbering && evidence.lifeOver) || facts.hasCloseTime ? 'closed' : 'waiting-for-customer';
}

/** In the old numbering 5 was paid; without a payment time the two contradict each other, which proves nothing. */
function unpaidFive(evidence: OrderEvidence): OrderState {
  return evidence.sawOldNumbering ? 'processing' : 'closed';
}

function paidFive(facts: OrderStateFacts, evidence: OrderEvidence): OrderState {
  if (facts.hasRefund) return 'refunded';
  return facts.refundedFen === 0 || evidence.sawOldNumbering ? 'finished' : 'refunded';
}

/** Only the numbering until 2018 has an Alipay state 3 (§4.2). */
export function showsOldNumbering(platform: Platform, gatewayState: number): boolean {
  return platform === 'alipay' && gatewayState === 3;
}
