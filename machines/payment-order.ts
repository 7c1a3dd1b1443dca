import type { Fen } from '../domain/fen.ts';
import type { PaymentOutcome } from '../domain/journal-record.ts';
import type { Domain, NotFound, NotSent, OrderFacts, Refused, Unknown } from '../domain/payment-gateway.ts';
import { ORDER_LIFE_MS, type Closing } from '../domain/order-life.ts';
import type { Platform } from '../domain/platform.ts';

/** A sale as the cashier started it. `codeRef` names the customer's code, which itself stays outside the statecharts. */
export interface Sale {
  readonly amountFen: Fen;
  readonly platform: Platform;
  readonly codeRef: string;
}

/** Which tellings of an unknown result the journal holds (M7). */
export interface UnresolvedTold {
  readonly voice: boolean;
  readonly slip: boolean;
}

/** A new order: neither voice nor paper has said anything of an unknown result. */
export const NOTHING_TOLD: UnresolvedTold = { voice: false, slip: false };

/** An order that the journal left open when the terminal stopped. */
export interface RecoveredOrder {
  readonly order: string;
  readonly amountFen: Fen;
  readonly platform: Platform;
  readonly closes?: Closing;
  /** What is left of the payment window (M8); 0 when it is over. */
  readonly windowRemainingMs: number;
  /** What the cashier has already heard, and holds on paper, of the unknown result. */
  readonly unresolvedTold: UnresolvedTold;
  /** What is left until a signed "no such order" is believed. */
  readonly denialFinalAfterMs: number;
}

/** How long and how often a payment or refund is asked about, in ms; the configuration's `payment` and `reconcile`. */
export interface PaymentLimits {
  readonly pollIntervalMs: number;
  /** How long the cashier waits for a result before the truth is "unknown" (M4). */
  readonly windowMs: number;
  /** Life of a customer's code: inside it a byte-identical repeat is allowed (M2). */
  readonly codeLifeMs: number;
  /** First pause between two background queries; it grows up to the maximum. */
  readonly reconcileIntervalMs: number;
  readonly reconcileIntervalMaxMs: number;
  /** After the window, until a signed "no such order" is believed. */
  readonly notFoundFinalAfterMs: number;
  /** How many domains there are: a submission that left on none of them was not sent. */
  readonly domains: number;
}

/** What a payment's chart begins with: a new sale (`sale`), or an order from the journal (`recovered`). */
export interface PaymentInput {
  /** The child's name under the root; a slot is used again when it is free. */
  readonly slot: string;
  readonly sale: Sale | null;
  readonly recovered: RecoveredOrder | null;
  readonly limits: PaymentLimits;
}

/** What the cashier and the voice are told about one order. */
export type PaymentPhase = 'submitting' | 'password' | 'querying' | 'unresolved';

/** The truth of a payment, as it is recorded and then told. */
export interface PaymentVerdict {
  readonly outcome: PaymentOutcome;
  /** The gateway's words or ours; '' when paid. */
  readonly reason: string;
  readonly transactionId: string | null;
  /** Epoch ms, by the gateway's clock. */
  readonly paidAtMs: number | null;
  /** It came after the payment window, or after a restart. */
  readonly late: boolean;
}

/** What a pay request may come to (§7.4). */
export type PayAnswer = OrderFacts | Refused | Unknown | NotSent;

/** What a query of the order may come to (§7.5). */
export type QueryAnswer = OrderFacts | NotFound | Refused | Unknown | NotSent;

/** What the last answer left behind. */
export interface Heard {
  /** Its words, for the screen and support. */
  readonly lastReason: string;
  /** Least wait before the next request that it asked for (ms). */
  readonly waitMs: number;
  /** This one, or one before it, spoke the numbering until 2018. */
  readonly sawOldNumbering: boolean;
}

/** At most 16 fields: an object that is copied with more becomes a slow one in V8, and every event copies this one. */
export interface PaymentContext {
  readonly given: Pick<PaymentInput, 'slot' | 'sale' | 'limits'>;
  readonly order: string | null;
  readonly amountFen: Fen;
  readonly platform: Platform;
  readonly recovered: RecoveredOrder | null;
  readonly phase: PaymentPhase;
  /** When the gateway itself closes the order; null before it is recorded. */
  readonly closes: Closing | null;
  /** Domains on which this submission failed before any byte left. */
  readonly tried: readonly Domain[];
  /** A request byte of this order may have reached the gateway. From then on only verified facts end it (M3). */
  readonly maybeSent: boolean;
  readonly codeAlive: boolean;
  readonly windowOver: boolean;
  readonly denialIsFinal: boolean;
  /** An Alipay order that still reads as waiting is a closed one (numbering until 2018). */
  readonly waitingIsFinal: boolean;
  readonly heard: Heard;
  readonly reconciliations: number;
  readonly verdict: PaymentVerdict | null;
}

/** What the root, the cashier, the voice and the paper are told of one payment. */
export type PaymentReport =
  | {
      readonly type: 'payment.progress';
      readonly slot: string;
      readonly order: string;
      readonly platform: Platform;
      readonly amountFen: Fen;
      readonly phase: PaymentPhase;
      readonly closes?: Closing | null;
      readonly reason: string;
      readonly unresolvedTold: UnresolvedTold;
      readonly recovered: boolean;
    }
  | {
      readonly type: 'payment.settled';
      readonly slot: string;
      readonly order: string;
      readonly platform: Platform;
      readonly amountFen: Fen;
      readonly verdict: PaymentVerdict;
      readonly recovered: boolean;
    }
  | {
      readonly type: 'payment.notStarted';
      readonly slot: string;
      readonly amountFen: Fen;
      readonly platform: Platform;
      readonly reason: string;
    };

/** Verified facts that the customer was charged, whatever was given back since. */
export const isPaidFacts = (answer: PayAnswer | QueryAnswer): boolean =>
  answer.kind === 'order' && ['paid', 'refunded', 'finished'].includes(answer.state);

/** Verified facts that the order ended unpaid. */
export const isClosedFacts = (answer: PayAnswer | QueryAnswer): boolean =>
  answer.kind === 'order' && answer.state === 'closed';

/**
 * Unpaid, and the customer may still be asked; the numbering until 2018 says the same of a closed Alipay order (§4.2). Long after an order's
 * life of two minutes only the second can be meant, and under either nobody was charged.
 */
export const isWaitingFacts = (answer: PayAnswer | QueryAnswer): boolean =>
  answer.kind === 'order' && answer.state === 'waiting-for-customer';

/** An answer in words, for the screen and support; '' when it needs none. */
export function reasonOf(answer: PayAnswer | QueryAnswer): string {
  switch (answer.kind) {
    case 'unknown':
    case 'not-sent':
      return answer.reason;
    case 'refused':
      return answer.description;
    case 'not-found':
      return 'no such order';
    case 'order':
      return '';
  }
}

/**
 * What a final answer means for the money. @throws Error for an unknown answer: it proves nothing and may settle
 * nothing (M3)
 */
export function verdictOf(answer: PayAnswer | QueryAnswer, context: PaymentContext): PaymentVerdict {
  const late = context.windowOver || context.recovered !== null;
  if (answer.kind === 'order' && isPaidFacts(answer)) {
    return { outcome: 'paid', reason: '', transactionId: answer.transactionId, paidAtMs: answer.paidAtMs, late };
  }
  const ended = { reason: reasonOf(answer), transactionId: null, paidAtMs: null, late };
  switch (answer.kind) {
    case 'not-sent':
      return { outcome: 'not-sent', ...ended };
    case 'not-found':
      return { outcome: 'denied', ...ended };
    case 'order':
      return { outcome: isWaitingFacts(answer) ? 'denied' : 'failed', ...ended };
    case 'refused':
      return { outcome: 'failed', ...ended };
    case 'unknown':
      throw new Error('an unknown answer is no verdict');
  }
}

/** Null when it is over: a window as long as the order's life ends with it. */
export function closingAhead({ closes, windowOver, given }: PaymentContext): Closing | null {
  return windowOver && given.limits.windowMs >= ORDER_LIFE_MS ? null : closes;
}

/** What is known of the order from the start. */
export function orderIn({
  recovered,
  sale,
}: PaymentInput): Pick<PaymentContext, 'order' | 'amountFen' | 'platform' | 'closes'> {
  const { amountFen = 0, platform = 'wechat' } = recovered ?? sale ?? {};
  return { order: recovered?.order ?? null, amountFen, platform, closes: recovered?.closes ?? null };
}

/** `out_trade_no`. @throws Error before a number was reserved */
export function orderOf(context: PaymentContext): string {
  if (context.order === null) throw new Error('the order has no number yet');
  return context.order;
}

/** The sale to record. @throws Error for an order from the journal, whose intent stands already */
export function saleOf(context: PaymentContext): Sale {
  const { sale } = context.given;
  if (sale === null) throw new Error('a recovered order is never recorded again');
  return sale;
}

/** The verdict to record. @throws Error before there is one */
export function verdictIn(context: PaymentContext): PaymentVerdict {
  if (context.verdict === null) throw new Error('no verdict to record');
  return context.verdict;
}
