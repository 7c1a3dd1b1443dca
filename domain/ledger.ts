import type { Fen } from './fen.ts';
import type {
  JournalEntry,
  OrderIntent,
  OrderResult,
  RefundIntent,
  RefundOutcome,
  ShiftClosed,
  UnknownEntry,
} from './journal-record.ts';

/** One payment order as the journal knows it. `result` null: unresolved. */
export interface LedgerOrder {
  readonly intent: OrderIntent & { readonly at: number };
  readonly result: (OrderResult & { readonly at: number }) | null;
  readonly told: ReadonlySet<string>;
}

/** One refund as the journal knows it. `outcome` null: unknown, its amount stays reserved (M6). */
export interface LedgerRefund {
  readonly intent: RefundIntent & { readonly at: number };
  readonly outcome: RefundOutcome | null;
  readonly reason: string;
  /** Epoch ms. */
  readonly resultAt: number | null;
  readonly told: ReadonlySet<string>;
}

/** The last hand-over, and whether its slip was printed. */
export interface LedgerShift {
  readonly closed: ShiftClosed & { readonly at: number };
  readonly told: boolean;
}

/** Settled orders and refunds that are kept in memory; older ones are read from the journal's sealed segments. */
const SETTLED_KEPT_MAX = 2000;
/** As many as decide that a terminal crashes again and again. */
const CRASHES_KEPT = 3;

/**
 * The money state: a fold of the journal's facts. Applying the same fact twice changes nothing, so that carried-over
 * facts at the head of a segment are harmless.
 */
export class Ledger {
  readonly #orders = new Map<string, LedgerOrder>();
  readonly #refunds = new Map<string, LedgerRefund>();
  readonly #open = new Set<string>();
  readonly #openRefunds = new Set<string>();
  #counterUntil = 0;
  #boot = 0;
  #stoppedInOrder = true;
  #lastShift: LedgerShift | null = null;
  #fleetEpoch: string | null = null;
  #crashedAt: readonly number[] = [];

  apply(entry: JournalEntry | UnknownEntry): void {
    if ('unknown' in entry) return;
    switch (entry.type) {
      case 'ORDER_INTENT':
        if (!this.#orders.has(entry.order)) {
          this.#orders.set(entry.order, { intent: entry, result: null, told: new Set() });
          this.#open.add(entry.order);
        }
        break;
      case 'ORDER_RESULT':
        this.#settleOrder(entry);
        break;
      case 'REFUND_INTENT':
        if (!this.#refunds.has(entry.refund)) {
          this.#refunds.set(entry.refund, {
            intent: entry,
            outcome: null,
            reason: '',
            resultAt: null,
            told: new Set(),
          });
          this.#openRefunds.add(entry.refund);
        }
        break;
      case 'REFUND_RESULT':
        this.#settleRefund(entry.refund, entry.outcome, entry.reason, entry.at);
        break;
      case 'TOLD':
        this.#tell(entry.order, entry.refund, entry.job);
        break;
      default:
        this.#applyOther(entry);
    }
  }

  order(order: string): LedgerOrder | undefined {
    return this.#orders.get(order);
  }

  refund(refund: string): LedgerRefund | undefined {
    return this.#refunds.get(refund);
  }

  /** Every order in memory, oldest first. */
  orders(): Iterable<LedgerOrder> {
    return this.#orders.values();
  }

  refunds(): Iterable<LedgerRefund> {
    return this.#refunds.values();
  }

  refundsOf(order: string): LedgerRefund[] {
    return [...this.#refunds.values()].filter((refund) => refund.intent.order === order);
  }

  /** Payments still unresolved, oldest first. */
  openOrders(): LedgerOrder[] {
    return [...this.#open].flatMap((order) => this.#orders.get(order) ?? []);
  }

  /** Open orders and settled ones that are not fully told: what a new journal segment must begin with. */
  unfinishedOrders(): LedgerOrder[] {
    return [...this.#orders.values()].filter((order) => order.result === null || !isTold(order));
  }

  /** Refunds unknown, or accepted and not yet at their end, oldest first. */
  openRefunds(): LedgerRefund[] {
    return [...this.#openRefunds].flatMap((refund) => this.#refunds.get(refund) ?? []);
  }

  /**
   * Refunds that are open or not fully told, and those that a person must hand over: the gateway does not count these as refunded,
   * so that only the journal keeps their amount from being refunded again (M6).
   */
  unfinishedRefunds(): LedgerRefund[] {
    return [...this.#refunds.values()].filter(
      (refund) => this.#openRefunds.has(refund.intent.refund) || refund.outcome === 'manual' || !isRefundTold(refund),
    );
  }

  /** The oldest unresolved order of exactly this amount (M9). */
  unresolvedOfAmount(amountFen: Fen): LedgerOrder | undefined {
    return this.openOrders().find((order) => order.intent.amountFen === amountFen);
  }

  /** The newest order that was made with a customer code of this hash (M9). */
  orderOfCode(codeHash: string): LedgerOrder | undefined {
    let newest: LedgerOrder | undefined;
    for (const order of this.#orders.values()) if (order.intent.codeHash === codeHash) newest = order;
    return newest;
  }

  /** Numbers below this may have been used (M5). */
  get counterUntil(): number {
    return this.#counterUntil;
  }

  /** The newest process life in the journal. */
  get boot(): number {
    return this.#boot;
  }

  /** The last process life ended with an orderly stop. */
  get stoppedInOrder(): boolean {
    return this.#stoppedInOrder;
  }

  /** When the last process lives ended by crashing, epoch ms, oldest first; an orderly stop begins anew. */
  get crashedAt(): readonly number[] {
    return this.#crashedAt;
  }

  /** The last hand-over; null before the first. */
  get lastShift(): LedgerShift | null {
    return this.#lastShift;
  }

  /** The journal's name towards the fleet service; null before the first start with a fleet link. */
  get fleetEpoch(): string | null {
    return this.#fleetEpoch;
  }

  /** What is not money itself, but stands beside it. */
  #applyOther(entry: JournalEntry): void {
    switch (entry.type) {
      case 'COUNTER_BLOCK':
        this.#counterUntil = Math.max(this.#counterUntil, entry.until);
        break;
      case 'BOOT':
        this.#boot = Math.max(this.#boot, entry.boot);
        this.#stoppedInOrder = false;
        break;
      case 'STOPPED':
        this.#stoppedInOrder = true;
        this.#crashedAt = [];
        break;
      case 'CRASHED':
        if (!this.#crashedAt.includes(entry.at)) this.#crashedAt = [...this.#crashedAt, entry.at].slice(-CRASHES_KEPT);
        break;
      case 'SHIFT_CLOSED':
        if (entry.shift > (this.#lastShift?.closed.shift ?? 0)) this.#lastShift = { closed: entry, told: false };
        break;
      case 'FLEET_EPOCH':
        // The first stays: the service counts sequences in it.
        this.#fleetEpoch ??= entry.epoch;
        break;
      default:
        break;
    }
  }

  #settleOrder(result: OrderResult & { readonly at: number }): void {
    const known = this.#orders.get(result.order);
    // Terminal results absorb: what was once final is never overwritten by a later, weaker reading.
    if (known === undefined || known.result !== null) return;
    this.#orders.set(result.order, { ...known, result });
    this.#open.delete(result.order);
    this.#forgetOldest();
  }

  #settleRefund(refund: string, outcome: RefundOutcome, reason: string, at: number): void {
    const known = this.#refunds.get(refund);
    if (known === undefined || (known.outcome !== null && known.outcome !== 'accepted')) return;
    this.#refunds.set(refund, { ...known, outcome, reason, resultAt: at });
    if (outcome === 'accepted') return;
    this.#openRefunds.delete(refund);
    this.#forgetOldestRefund();
  }

  #forgetOldestRefund(): void {
    if (this.#refunds.size <= SETTLED_KEPT_MAX) return;
    const unfinished = new Set(this.unfinishedRefunds());
    for (const [number, refund] of this.#refunds) {
      if (unfinished.has(refund)) continue;
      this.#refunds.delete(number);
      return;
    }
  }

  #tell(order: string | null, refund: string | null, job: string): void {
    if (refund !== null) {
      const known = this.#refunds.get(refund);
      if (known !== undefined) this.#refunds.set(refund, { ...known, told: new Set([...known.told, job]) });
    } else if (order !== null) {
      const known = this.#orders.get(order);
      if (known !== undefined) this.#orders.set(order, { ...known, told: new Set([...known.told, job]) });
    } else if (this.#lastShift !== null && job === shiftTelling(this.#lastShift.closed.shift)) {
      this.#lastShift = { ...this.#lastShift, told: true };
    }
  }

  #forgetOldest(): void {
    if (this.#orders.size - this.#open.size <= SETTLED_KEPT_MAX) return;
    for (const [order, record] of this.#orders) {
      if (record.result === null || !isTold(record)) continue;
      this.#orders.delete(order);
      return;
    }
  }
}

/** The tellings that an order's present state owes the cashier (M7), by job id. */
export function owedTellings(order: LedgerOrder): { readonly voice: string; readonly slip: string | null } | null {
  const number = order.intent.order;
  if (order.result === null) return null;
  if (order.result.outcome === 'paid') return { voice: `${number}-paid-voice`, slip: `${number}-paid-slip` };
  return { voice: `${number}-failed-voice`, slip: null };
}

/** The telling of a hand-over: its slip. */
export function shiftTelling(shift: number): string {
  return `shift-${shift}-slip`;
}

/** The tellings of an order that is still unknown when its window has ended. */
export function unresolvedTellings(order: string): { readonly voice: string; readonly slip: string } {
  return { voice: `${order}-unknown-voice`, slip: `${order}-unknown-slip` };
}

function isTold(order: LedgerOrder): boolean {
  const owed = owedTellings(order);
  return owed === null || (order.told.has(owed.voice) && (owed.slip === null || order.told.has(owed.slip)));
}

/** The tellings that a refund owes the cashier for this outcome (M7), by job id. */
export function owedRefundTellings(
  refund: string,
  outcome: RefundOutcome,
): { readonly voice: string; readonly slip: string | null } {
  switch (outcome) {
    case 'accepted':
      return { voice: `${refund}-accepted-voice`, slip: `${refund}-accepted-slip` };
    case 'refunded':
      // The customer holds the slip of the acceptance; the money itself is the proof.
      return { voice: `${refund}-refunded-voice`, slip: null };
    case 'failed':
    case 'manual':
      return { voice: `${refund}-${outcome}-voice`, slip: `${refund}-${outcome}-slip` };
    case 'rejected':
    case 'not-sent':
      return { voice: `${refund}-failed-voice`, slip: null };
  }
}

/** The tellings of a refund whose result is unknown when the cashier stops waiting for it. */
export function unresolvedRefundTellings(refund: string): { readonly voice: string; readonly slip: string } {
  return { voice: `${refund}-unknown-voice`, slip: `${refund}-unknown-slip` };
}

function isRefundTold({ intent, outcome, told }: LedgerRefund): boolean {
  if (outcome === null) return true;
  const owed = owedRefundTellings(intent.refund, outcome);
  return told.has(owed.voice) && (owed.slip === null || told.has(owed.slip));
}
