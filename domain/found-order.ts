import type { Fen } from './fen.ts';
import type { RefundOutcome } from './journal-record.ts';
import type { LedgerOrder, LedgerRefund } from './ledger.ts';
import type { OrderFacts, RefundFacts } from './payment-gateway.ts';
import type { Platform } from './platform.ts';
import { refundableFen } from './refund-arithmetic.ts';
import type { SpokenOrderState } from './voice/voice.ts';

/** How one refund stands. `accepted` is on its way; `unknown` was sent and its result is not known. */
export type FoundRefundState = 'accepted' | 'refunded' | 'failed' | 'manual' | 'unknown';

/** One refund of a found order, as its row on the screen shows it. */
export interface FoundRefund {
  /** `out_refund_no`. */
  readonly refund: string;
  readonly refundFen: Fen;
  readonly state: FoundRefundState;
}

/** An order as a query found it: what the gateway says, completed and bounded by what the own journal knows. */
export interface FoundOrder {
  readonly order: string;
  readonly platform: Platform;
  readonly amountFen: Fen;
  readonly state: SpokenOrderState;
  /** Refunded, or accepted and on its way. */
  readonly refundedFen: Fen;
  /** M6: what may still be refunded. */
  readonly refundableFen: Fen;
  /** What the gateway says was refunded; null when its detail query could not be reached (§8.3). */
  readonly gatewayRefundedFen: Fen | null;
  readonly refunds: readonly FoundRefund[];
  /** Paid, and not yet closed for refunds. */
  readonly isRefundable: boolean;
  /** `journal`: the gateway could not be reached. */
  readonly source: 'gateway' | 'journal';
  /** An order of this terminal whose payment is still unresolved in the journal. */
  readonly isUnresolvedHere: boolean;
  /** Epoch ms: paid, or else made; null when nobody says. */
  readonly atMs: number | null;
  readonly transactionId: string | null;
}

/** Everything that is known of one order. At least one of `own` and `gateway` is there. */
export interface OrderSources {
  readonly own: LedgerOrder | undefined;
  readonly ownRefunds: readonly LedgerRefund[];
  /** From query_order, or from client_order_detail where that answered. */
  readonly gateway: OrderFacts | null;
  /** From client_order_detail; null when it could not be reached. */
  readonly detailRefundedFen: Fen | null;
  /** From query_refund_order; null when it could not be reached. */
  readonly gatewayRefunds: readonly RefundFacts[] | null;
}

/** Puts the sources together. @throws Error when neither source knows the order */
export function foundOrder(sources: OrderSources): FoundOrder {
  const { own, gateway } = sources;
  const base = gateway ?? own?.intent;
  if (base === undefined) throw new Error('an order that nobody knows was not found');
  const { order, platform, amountFen } = base;
  const money = moneyOf(sources, amountFen);
  return {
    order,
    platform,
    amountFen,
    ...money,
    state: stateOf(sources, money.refundedFen, amountFen),
    isRefundable: isPaid(sources) && gateway?.state !== 'finished',
    source: gateway === null ? 'journal' : 'gateway',
    isUnresolvedHere: own !== undefined && own.result === null,
    atMs: timeOf(own, gateway),
    transactionId: gateway?.transactionId ?? own?.result?.transactionId ?? null,
  };
}

type FoundMoney = Pick<FoundOrder, 'refundedFen' | 'refundableFen' | 'gatewayRefundedFen' | 'refunds'>;

function moneyOf(sources: OrderSources, totalFen: Fen): FoundMoney {
  const { ownRefunds, gatewayRefunds, detailRefundedFen } = sources;
  const refunds = mergedRefunds(sources);
  const onTheWay = sumOf(refunds, ['accepted', 'refunded']);
  const listedFen = sumOf((gatewayRefunds ?? []).map(foundRefundOf), ['accepted', 'refunded', 'manual']);
  const saidFen = Math.max(detailRefundedFen ?? 0, listedFen);
  return {
    refunds,
    refundedFen: Math.min(totalFen, Math.max(detailRefundedFen ?? 0, onTheWay)),
    gatewayRefundedFen: detailRefundedFen === null ? null : saidFen,
    refundableFen: refundableFen({
      totalFen,
      gatewayRefundedFen: saidFen,
      refunds: ownRefunds.map(({ intent, outcome }) => ({ refundFen: intent.refundFen, outcome })),
    }),
  };
}

function timeOf(own: LedgerOrder | undefined, gateway: OrderFacts | null): number | null {
  return gateway?.paidAtMs ?? own?.result?.paidAtMs ?? gateway?.createdAtMs ?? own?.intent.at ?? null;
}

function isPaid({ own, gateway }: OrderSources): boolean {
  if (own?.result?.outcome === 'paid') return true;
  return gateway !== null && ['paid', 'refunded', 'finished'].includes(gateway.state);
}

function stateOf(sources: OrderSources, refundedFen: Fen, amountFen: Fen): SpokenOrderState {
  if (isPaid(sources)) {
    if (refundedFen === 0) return 'paid';
    return refundedFen < amountFen ? 'partly-refunded' : 'fully-refunded';
  }
  const { own, gateway } = sources;
  if (gateway?.state === 'closed') return 'closed';
  // Our own sale may be paid at any moment: "unpaid" would invite a second charge (M4).
  if (own !== undefined && own.result === null) return 'unresolved';
  return gateway?.state === 'processing' ? 'unresolved' : 'unpaid';
}

/** The gateway's word on each refund; of ours also those that it does not (yet) know. */
function mergedRefunds({ ownRefunds, gatewayRefunds }: OrderSources): FoundRefund[] {
  const listed = (gatewayRefunds ?? []).map(foundRefundOf);
  const known = new Set(listed.map(({ refund }) => refund));
  const unlisted = ownRefunds
    .filter(({ intent }) => !known.has(intent.refund))
    .flatMap(({ intent, outcome }): FoundRefund[] => {
      const state = stateOfOwn(outcome);
      return state === null ? [] : [{ refund: intent.refund, refundFen: intent.refundFen, state }];
    });
  return [...listed, ...unlisted].sort((a, b) => (a.refund < b.refund ? -1 : 1));
}

function foundRefundOf({ refund, refundFen, state }: RefundFacts): FoundRefund {
  return { refund, refundFen, state: state === 'processing' ? 'accepted' : state };
}

/** Refunds that never came to be are not listed. */
function stateOfOwn(outcome: RefundOutcome | null): FoundRefundState | null {
  if (outcome === null) return 'unknown';
  return outcome === 'rejected' || outcome === 'not-sent' ? null : outcome;
}

function sumOf(refunds: readonly FoundRefund[], states: readonly FoundRefundState[]): Fen {
  return refunds.reduce((sum, { refundFen, state }) => (states.includes(state) ? sum + refundFen : sum), 0);
}
