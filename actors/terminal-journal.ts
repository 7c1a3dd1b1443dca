import type { JournalEntry, JournalFact, UnknownEntry } from '../domain/journal-record.ts';
import { Ledger, shiftTelling, type LedgerOrder, type LedgerRefund, type LedgerShift } from '../domain/ledger.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { Disk } from '../hal/disk/contract.ts';
import { walkBack } from './history-walk.ts';
import { openJournal, type CarriedFact, type Journal } from './journal/journal.ts';

/** An idle terminal makes its lazy records (what was told) durable after this long. */
const IDLE_FLUSH_MS = 1000;

export interface TerminalJournalOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  readonly version: string;
  /** Told at every failed write or sync (M10). */
  readonly onFailure: (reason: string) => void;
}

/** The journal and the money state that follows from it: a fact is durable first, then part of the ledger. */
export class TerminalJournal {
  readonly ledger = new Ledger();
  /** The process life before this one ended with an orderly stop (true for the very first). */
  readonly stoppedInOrder: boolean;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #onFailure: (reason: string) => void;
  #idleFlush: unknown = null;
  #configured: CarriedFact | null = null;
  readonly #listeners: ((entry: JournalEntry) => void)[] = [];

  /** @throws TerminalFailure `storage.failed`, `storage.corrupt` */
  constructor(options: TerminalJournalOptions) {
    this.#clock = options.clock;
    this.#onFailure = options.onFailure;
    const { journal, entries } = openJournal({
      disk: options.disk,
      folder: options.folder,
      clock: options.clock,
      carryOver: () => this.#carryOver(),
    });
    this.#journal = journal;
    for (const entry of entries) this.#apply(entry);
    this.stoppedInOrder = this.ledger.stoppedInOrder;
    // Past the guard: nobody can be told of a failure yet but the one who opens.
    const boot: JournalFact = { type: 'BOOT', boot: this.ledger.boot + 1, version: options.version };
    for (const entry of journal.append([boot], { flush: true })) this.#apply(entry);
  }

  /**
   * Writes facts and applies them. With `flush` they are durable when it returns.
   * @throws TerminalFailure `storage.failed`: none of them happened
   */
  record(facts: readonly JournalFact[], options: { readonly flush: boolean }): void {
    for (const entry of this.#guard(() => this.#journal.append(facts, options))) {
      this.#apply(entry);
      for (const listener of this.#listeners) listener(entry);
    }
    if (!options.flush) this.#flushWhenIdle();
  }

  tail(count: number): readonly (JournalEntry | UnknownEntry)[] {
    return this.#journal.tail(count);
  }

  /** Records up to this one survive a power cut; later ones may be taken back by it. */
  get durableSeq(): number {
    return this.#journal.durableSeq;
  }

  /** Registers who is told of every fact as it is recorded; must not throw. */
  onRecorded(listener: (entry: JournalEntry) => void): void {
    this.#listeners.push(listener);
  }

  /** Every fact, newest first, over all segments. */
  history(): Generator<JournalEntry> {
    return this.#journal.history();
  }

  /**
   * Brings an order of long ago, with its refunds, back into the ledger, so that it can be shown, printed and refunded.
   * One that is there already costs nothing.
   * @throws TerminalFailure `storage.*`
   */
  async recall(order: string, refund: string | null, signal: AbortSignal): Promise<void> {
    if (refund === null ? this.ledger.order(order) !== undefined : this.ledger.refund(refund) !== undefined) return;
    const found: JournalEntry[] = [];
    await walkBack({ journal: this, clock: this.#clock, signal }, (entry) => {
      if (!('order' in entry) || entry.order !== order) return 'on';
      found.push(entry);
      return entry.type === 'ORDER_INTENT' ? 'enough' : 'on';
    });
    for (const entry of found.reverse()) this.ledger.apply(entry);
  }

  get isOpen(): boolean {
    return this.#journal.status === 'open';
  }

  /** Takes a failed journal up again (M10). @throws TerminalFailure */
  reopen(): void {
    this.#journal.reopen();
  }

  /** An orderly stop. */
  close(): void {
    if (this.#idleFlush !== null) this.#clock.clearTimeout(this.#idleFlush);
    try {
      if (this.isOpen) this.#journal.append([{ type: 'STOPPED' }], { flush: true });
      this.#journal.close();
    } catch (error) {
      // Nothing acknowledged is lost by it: the next start takes this end for a power cut.
      this.#onFailure(error instanceof Error ? error.message : String(error));
    }
  }

  #apply(entry: JournalEntry | UnknownEntry): void {
    this.ledger.apply(entry);
    if (!('unknown' in entry) && entry.type === 'CONFIGURED') this.#configured = entry;
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      this.#onFailure(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  #flushWhenIdle(): void {
    if (this.#idleFlush !== null) return;
    this.#idleFlush = this.#clock.setTimeout(() => {
      this.#idleFlush = null;
      if (!this.isOpen) return;
      try {
        this.#guard(() => {
          this.#journal.flush();
          this.#journal.makeRoom();
        });
      } catch {
        // `onFailure` has told the supervisor, which stops sales and reopens.
      }
    }, IDLE_FLUSH_MS);
  }

  /** What the next segment must begin with: everything that is open or not told yet, and the counters. */
  #carryOver(): CarriedFact[] {
    const { ledger } = this;
    const facts: CarriedFact[] = [
      { type: 'BOOT', boot: ledger.boot, version: '' },
      { type: 'COUNTER_BLOCK', until: ledger.counterUntil },
    ];
    if (this.#configured !== null) facts.push(this.#configured);
    if (ledger.fleetEpoch !== null) facts.push({ type: 'FLEET_EPOCH', epoch: ledger.fleetEpoch });
    if (ledger.lastShift !== null) facts.push(...factsOfShift(ledger.lastShift));
    for (const order of ledger.unfinishedOrders()) facts.push(...factsOfOrder(order));
    for (const refund of ledger.unfinishedRefunds()) facts.push(...factsOfRefund(refund));
    return facts;
  }
}

function factsOfShift({ closed, told }: LedgerShift): CarriedFact[] {
  return told ? [closed, toldFact(shiftTelling(closed.shift), null, null)] : [closed];
}

function factsOfOrder(order: LedgerOrder): CarriedFact[] {
  const number = order.intent.order;
  const told = [...order.told].map((job): CarriedFact => toldFact(job, number, null));
  return [order.intent, ...(order.result === null ? [] : [order.result]), ...told];
}

function factsOfRefund(refund: LedgerRefund): CarriedFact[] {
  const { intent, outcome, reason } = refund;
  const told = [...refund.told].map((job): CarriedFact => toldFact(job, intent.order, intent.refund));
  const result: CarriedFact[] =
    outcome === null ? [] : [{ type: 'REFUND_RESULT', refund: intent.refund, order: intent.order, outcome, reason }];
  return [intent, ...result, ...told];
}

function toldFact(job: string, order: string | null, refund: string | null): CarriedFact {
  return { type: 'TOLD', job, channel: job.endsWith('-slip') ? 'slip' : 'voice', order, refund };
}
