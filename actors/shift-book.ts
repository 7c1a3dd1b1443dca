import { fromPromise } from 'xstate';
import type { JournalEntry, RefundOutcome } from '../domain/journal-record.ts';
import { isReserving } from '../domain/refund-arithmetic.ts';
import { Tally, type Totals } from '../domain/totals.ts';
import type { ShiftSums } from '../machines/shift.machine.ts';
import { walkBack, type HistoryWalk } from './history-walk.ts';
import { shortTime } from './journal-list.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** One shift: what was settled in it, whenever it was begun, so that no payment falls between two shifts. */
export interface ShiftRecord {
  readonly shift: number;
  /** Epoch ms: the hand-over before it, or the oldest entry that was read. */
  readonly fromMs: number;
  /** Epoch ms of its hand-over; null while it is open. */
  readonly toMs: number | null;
  readonly staffId: string | null;
  readonly totals: Totals;
}

/** Walks back through one shift, and then on to the intents of what was settled in it. */
class ShiftWalk {
  readonly #wanted: number | null;
  readonly #tally = new Tally();
  readonly #paid = new Set<string>();
  readonly #refunds = new Map<string, RefundOutcome>();
  /** Counted in an earlier shift already. */
  readonly #before = new Set<string>();
  #place: 'later' | 'within' | 'earlier';
  #shift = 1;
  #fromMs = 0;
  #toMs: number | null = null;
  #staffId: string | null = null;

  constructor(wanted: number | null) {
    this.#wanted = wanted;
    this.#place = wanted === null ? 'within' : 'later';
  }

  see(entry: JournalEntry): 'on' | 'enough' {
    if (entry.type === 'SHIFT_CLOSED') this.#boundary(entry);
    if (this.#place === 'later') return 'on';
    if (this.#place === 'within') this.#fromMs = entry.at;
    this.#count(entry);
    const isComplete = this.#paid.size === 0 && this.#refunds.size === 0;
    return this.#place === 'earlier' && isComplete ? 'enough' : 'on';
  }

  record(unresolved: { readonly count: number; readonly fen: number } | null): ShiftRecord | null {
    if (this.#place === 'later') return null;
    if (unresolved !== null) this.#tally.addUnresolved(unresolved.fen, unresolved.count);
    const totals = this.#tally.totals();
    return { shift: this.#shift, fromMs: this.#fromMs, toMs: this.#toMs, staffId: this.#staffId, totals };
  }

  #count(entry: JournalEntry): void {
    switch (entry.type) {
      case 'ORDER_RESULT':
        if (this.#place === 'within' && entry.outcome === 'paid') this.#paid.add(entry.order);
        break;
      case 'REFUND_RESULT':
        this.#refundResult(entry.refund, entry.outcome);
        break;
      case 'ORDER_INTENT':
        if (this.#paid.delete(entry.order)) this.#tally.add({ kind: 'payment', ...entry });
        break;
      case 'REFUND_INTENT':
        this.#countRefund(entry);
        break;
      default:
        break;
    }
  }

  #countRefund({ refund, platform, staffId, refundFen }: Extract<JournalEntry, { type: 'REFUND_INTENT' }>): void {
    const outcome = this.#refunds.get(refund);
    this.#refunds.delete(refund);
    if (outcome === undefined || !isReserving(outcome) || this.#before.has(refund)) return;
    this.#tally.add({ kind: 'refund', platform, staffId, amountFen: refundFen });
  }

  #boundary(closed: Extract<JournalEntry, { type: 'SHIFT_CLOSED' }>): void {
    if (this.#place === 'later' && closed.shift === this.#wanted) {
      this.#place = 'within';
      this.#shift = closed.shift;
      this.#toMs = closed.at;
      this.#staffId = closed.staffId;
      this.#tally.addUnresolved(closed.unresolvedFen, closed.unresolvedCount);
    } else if (this.#place === 'within') {
      this.#place = 'earlier';
      this.#shift = closed.shift + 1;
      this.#fromMs = closed.at;
    }
  }

  #refundResult(refund: string, outcome: RefundOutcome): void {
    if (this.#place === 'within') {
      // Newest first: the first that is met is what became of it.
      if (!this.#refunds.has(refund)) this.#refunds.set(refund, outcome);
    } else if (isReserving(outcome)) this.#before.add(refund);
  }
}

/**
 * The open shift, or a closed one by its number; null when the journal does not reach back to it.
 * @throws TerminalFailure `storage.*`
 */
export async function readShift(
  walk: HistoryWalk,
  wanted: number | null,
  unresolved: { readonly count: number; readonly fen: number } | null = null,
): Promise<ShiftRecord | null> {
  const shift = new ShiftWalk(wanted);
  await walkBack(walk, (entry) => shift.see(entry));
  return shift.record(unresolved);
}

/** What the hand-over asks for. A closed shift is a fact of the journal, durable before anything says so. */
export function shiftPorts(desk: PaymentDesk) {
  const { parts, journal } = desk;

  const open = (): { count: number; fen: number } => {
    const orders = journal.ledger.openOrders();
    return { count: orders.length, fen: orders.reduce((sum, { intent }) => sum + intent.amountFen, 0) };
  };
  const sums = (record: ShiftRecord | null): ShiftSums => {
    if (record === null) throw new Error('the journal does not hold the open shift');
    const { shift, fromMs, totals } = record;
    return { shift, since: shortTime(fromMs, parts.utcOffsetMinutes), totals };
  };
  const close = async (signal: AbortSignal): Promise<ShiftSums> => {
    // Summed up first: nothing may fail any more once the fact is durable, or a second try would close the next shift too.
    const summed = sums(await readShift({ journal, clock: parts.clock, signal }, null, open()));
    const shift = (journal.ledger.lastShift?.closed.shift ?? 0) + 1;
    const staffId = parts.settings.current().staff?.id ?? null;
    const { count, fen } = open();
    const closed = { type: 'SHIFT_CLOSED' as const, shift, staffId, unresolvedCount: count, unresolvedFen: fen };
    journal.record([closed], { flush: true });
    return { ...summed, shift };
  };

  return {
    sumShift: fromPromise<ShiftSums, void>(async ({ signal }) =>
      sums(await readShift({ journal, clock: parts.clock, signal }, null, open())),
    ),
    closeShift: fromPromise<ShiftSums, void>(({ signal }) => close(signal)),
  };
}
