import type { Fen } from './fen.ts';
import type { RefundOutcome } from './journal-record.ts';

/** One of our own refunds of an order, as the journal knows it. `outcome` null: sent or about to be, its result unknown. */
export interface OwnRefund {
  readonly refundFen: Fen;
  readonly outcome: RefundOutcome | null;
}

/** True while the amount is spoken for: unknown and accepted refunds count like done ones (M6). */
export function isReserving(outcome: RefundOutcome | null): boolean {
  switch (outcome) {
    case null:
    case 'accepted':
    case 'refunded':
    // The money has left the merchant's side of the order and is handed over by a person: the gateway counts it as refunded.
    case 'manual':
      return true;
    case 'failed':
    case 'rejected':
    case 'not-sent':
      return false;
  }
}

/** What our own refunds of an order hold, in fen. */
export function reservedFen(refunds: readonly OwnRefund[]): Fen {
  return refunds.reduce((sum, { refundFen, outcome }) => (isReserving(outcome) ? sum + refundFen : sum), 0);
}

/**
 * M6: total − max(what the gateway says was refunded, what our own journal holds), never below 0.
 * The greater of the two, not their sum: the gateway's figure includes our refunds as soon as it knows them.
 * @param gatewayRefundedFen null when the gateway has not been asked or does not say
 */
export function refundableFen(order: {
  readonly totalFen: Fen;
  readonly gatewayRefundedFen: Fen | null;
  readonly refunds: readonly OwnRefund[];
}): Fen {
  for (const fen of [
    order.totalFen,
    order.gatewayRefundedFen ?? 0,
    ...order.refunds.map((refund) => refund.refundFen),
  ]) {
    if (!Number.isSafeInteger(fen) || fen < 0) throw new RangeError(`not an amount in fen: ${fen}`);
  }
  return Math.max(0, order.totalFen - Math.max(order.gatewayRefundedFen ?? 0, reservedFen(order.refunds)));
}

/** Why a refund is refused on the terminal, or that it may go on to the intent. */
export type RefundVerdict = 'allowed' | 'zero' | 'over-refundable';

/** Judges the typed amount before anything is sent (acceptance C4, C5). */
export function judgeRefund(refundFen: Fen, refundable: Fen): RefundVerdict {
  if (!Number.isSafeInteger(refundFen) || refundFen <= 0) return 'zero';
  return refundFen > refundable ? 'over-refundable' : 'allowed';
}
