import type { Fen } from '../domain/fen.ts';
import type { RefundOutcome } from '../domain/journal-record.ts';
import type { Domain, NotFound, NotSent, RefundFacts, Refused, Unknown } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';
import type { RefundAuthority } from '../domain/refund-authority.ts';
import type { PaymentLimits, UnresolvedTold } from './payment-order.ts';

/** A refund as the cashier asked for it. */
export interface RefundAsk {
  readonly order: string;
  readonly orderFen: Fen;
  readonly refundFen: Fen;
  readonly platform: Platform;
  /** What the gateway said was refunded when the order was looked up; judged again with the own journal at the intent (M6). */
  readonly gatewayRefundedFen: Fen | null;
  /** Who allowed it; absent or null: nothing is asked for on this terminal. */
  readonly authorisedBy?: RefundAuthority | null;
}

/** A refund that the journal left open when the terminal stopped. */
export interface RecoveredRefund {
  readonly refund: string;
  readonly order: string;
  readonly orderFen: Fen;
  readonly refundFen: Fen;
  readonly platform: Platform;
  readonly isAccepted: boolean;
  /** What the cashier has already heard, and holds on paper, of the unknown result. */
  readonly unresolvedTold: UnresolvedTold;
  /** How long its request may still be repeated under its own number; 0: only queries. */
  readonly repeatLeftMs: number;
  /** What is left until a signed "no such refund" is believed. */
  readonly denialFinalAfterMs: number;
}

/** Later a person may have refunded by other means, and the same request would refund again. */
export const REFUND_REPEAT_LIFE_MS = 600_000;

/** What a refund's chart begins with: a new refund (`ask`), or one from the journal (`recovered`). */
export interface RefundInput {
  /** The child's name under the root; a slot is used again when it is free. */
  readonly slot: string;
  readonly ask: RefundAsk | null;
  readonly recovered: RecoveredRefund | null;
  readonly limits: PaymentLimits;
}

/** How far a refund is for those who watch: its first answer is awaited, or it is asked about in the background. */
export type RefundPhase = 'submitting' | 'unresolved';

/** How a refund stands for certain, and in whose words. */
export interface RefundVerdict {
  readonly outcome: RefundOutcome;
  /** The gateway's words or ours; '' when refunded. */
  readonly reason: string;
}

/** What a submission may come to (§7.6). */
export type SubmitAnswer = RefundFacts | Refused | Unknown | NotSent;

/** What a query of the refund may come to (§7.7). */
export type RefundQueryAnswer = RefundFacts | NotFound | Refused | Unknown | NotSent;

/** Either answer: the verdict does not depend on which of the two brought the fact. */
export type RefundAnswer = SubmitAnswer | RefundQueryAnswer;

/** Everything that the chart of one refund decides by. */
export interface RefundContext {
  readonly slot: string;
  readonly ask: RefundAsk | null;
  /** `out_refund_no`; null until the number is reserved. */
  readonly refund: string | null;
  readonly order: string;
  readonly orderFen: Fen;
  readonly refundFen: Fen;
  readonly platform: Platform;
  readonly recovered: RecoveredRefund | null;
  readonly limits: PaymentLimits;
  readonly phase: RefundPhase;
  /** Domains on which this submission failed before any byte left. */
  readonly tried: readonly Domain[];
  /** A request byte may have reached the gateway: from then on only verified facts of this refund end it. */
  readonly maybeSent: boolean;
  readonly isAccepted: boolean;
  /** The same number may be submitted again: the gateway knows it as one refund (§7.6). */
  readonly mayRepeat: boolean;
  /** Enough time has passed that a signed "no such refund" is believed. */
  readonly denialIsFinal: boolean;
  /** Least wait before the next request, asked for by the last answer (ms). */
  readonly waitMs: number;
  /** Rounds of background queries so far; each makes the next pause longer. */
  readonly reconciliations: number;
  /** What the last answer said, for the screen and support. */
  readonly lastReason: string;
  /** The gateway's words when it refused a repeat; '' when it did not. */
  readonly refusal: string;
  readonly verdict: RefundVerdict | null;
}

interface RefundReported {
  readonly slot: string;
  readonly refund: string;
  readonly order: string;
  readonly orderFen: Fen;
  readonly refundFen: Fen;
  readonly platform: Platform;
  /** From an earlier life of the process. */
  readonly recovered: boolean;
}

/** What the cashier, the voice and the paper are told of one refund. */
export type RefundReport =
  | ({
      readonly type: 'refund.progress';
      readonly phase: RefundPhase;
      readonly reason: string;
      readonly unresolvedTold: UnresolvedTold;
    } & RefundReported)
  | ({ readonly type: 'refund.accepted' } & RefundReported)
  | ({ readonly type: 'refund.settled'; readonly verdict: RefundVerdict } & RefundReported)
  | {
      readonly type: 'refund.notStarted';
      readonly slot: string;
      readonly order: string;
      readonly refundFen: Fen;
      readonly reason: string;
    };

/** What every report of a refund names it by. */
export function reportedOf(context: RefundContext): RefundReported {
  const { slot, order, orderFen, refundFen, platform } = context;
  return {
    slot,
    refund: context.refund ?? '',
    order,
    orderFen,
    refundFen,
    platform,
    recovered: context.recovered !== null,
  };
}

/** Verified facts that end the refund without its money on the way to the customer. */
export const isLost = (answer: RefundAnswer): boolean =>
  answer.kind === 'refund' && (answer.state === 'failed' || answer.state === 'manual');

/** Verified facts that the refund was taken. Status 0 is accepted, whatever its state already says (§7.6). */
export const isTaken = (answer: RefundAnswer): boolean => answer.kind === 'refund' && !isLost(answer);

/** Verified facts that the money is back with the customer. */
export const isRefunded = (answer: RefundAnswer): boolean => answer.kind === 'refund' && answer.state === 'refunded';

/** An answer in words, for the screen and support; '' when it needs none. */
export function refundReasonOf(answer: RefundAnswer): string {
  switch (answer.kind) {
    case 'unknown':
    case 'not-sent':
      return answer.reason;
    case 'refused':
      return answer.description;
    case 'not-found':
      return 'no such refund';
    case 'refund':
      return '';
  }
}

/**
 * What a final answer means for the money. @throws Error for an answer that decides nothing (unknown, or still in
 * processing): the chart asked too early
 */
export function refundVerdictOf(answer: RefundAnswer, context: RefundContext): RefundVerdict {
  switch (answer.kind) {
    case 'refund':
      if (answer.state === 'processing') throw new Error('a refund in processing has no verdict');
      return { outcome: answer.state, reason: '' };
    case 'refused':
      return { outcome: 'rejected', reason: answer.description };
    case 'not-sent':
      return { outcome: 'not-sent', reason: answer.reason };
    case 'not-found':
      // What was said when its own number was tried again tells more than "no such refund".
      return { outcome: 'rejected', reason: context.refusal || 'no such refund' };
    case 'unknown':
      throw new Error('an unknown answer is no verdict');
  }
}

/** `out_refund_no`. @throws Error before a number was reserved */
export function refundOf(context: RefundContext): string {
  if (context.refund === null) throw new Error('the refund has no number yet');
  return context.refund;
}

/** What the cashier asked for. @throws Error for a refund from the journal, whose intent stands already */
export function askOf(context: RefundContext): RefundAsk {
  if (context.ask === null) throw new Error('a recovered refund is never recorded again');
  return context.ask;
}

/** The verdict to record. @throws Error before there is one */
export function refundVerdictIn(context: RefundContext): RefundVerdict {
  if (context.verdict === null) throw new Error('no verdict to record');
  return context.verdict;
}
