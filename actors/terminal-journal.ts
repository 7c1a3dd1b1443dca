import type { JournalEntry, JournalFact, UnknownEntry } from '../domain/journal-record.ts';
import { Ledger, shiftTelling, type LedgerOrder, type LedgerRefund, type LedgerShift } from '../domain/ledger.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { Disk } from '../hal/disk/contract.ts';
import { walkBack } from './history-walk.ts';
import { openJournal, type CarriedFact, type Journal } from './journal/journal.ts';

/** An idle terminal makes its lazy records (what was told) durable after this long. */
const IDLE_FLUSH_MS = 1000;
/** Characters of a crash's reason that are kept. */
const CRASH_REASON_MAX = 200;
/** History that stays even when the disk is full: everything that money needs is carried over to the newest segment anyway. */
const KEEP_SEGMENTS_MIN = 4;
/** The notice of a full disk on which the oldest segment was removed. */
export const HISTORY_LET_GO = 'the disk is full: old history was let go to make room for new orders';
/** A full disk is not asked again at every sale. */
const NO_ROOM_PAUSE_MS = 600_000;

/** Where the terminal's journal lives, how long it grows, and who hears of trouble. */
export interface TerminalJournalOptions {
  readonly disk: Disk;
  /** Absolute path of the journal's own folder. */
  readonly folder: string;
  readonly clock: Clock;
  /** Noted at every start. */
  readonly version: string;
  /** Told at every failed write or sync (M10). */
  readonly onFailure: (reason: string) => void;
  /** Told of what somebody should know and what stops no sale. */
  readonly onNotice?: (reason: string) => void;
  /** Bytes of a segment; absent: 1 MiB. */
  readonly segmentBytes?: number;
  /** Segments that are kept; the oldest beyond it are let go. What is open is carried over and never lost. */
  readonly keepSegments?: number;
}

/** The journal and the money state that follows from it: a fact is durable first, then part of the ledger. */
export class TerminalJournal {
  readonly ledger = new Ledger();
  /** The process life before this one ended with an orderly stop (true for the very first). */
  readonly stoppedInOrder: boolean;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #onFailure: (reason: string) => void;
  readonly #onNotice: (reason: string) => void;
  readonly #keepSegments: number;
  #idleFlush: unknown = null;
  /** A segment was begun since history was last bounded. */
  #rolledOver = true;
  #roomAgainMs = 0;
  #configured: CarriedFact | null = null;
  #crashed = false;
  readonly #listeners: ((entry: JournalEntry) => void)[] = [];

  /** @throws TerminalFailure `storage.failed`, `storage.corrupt` */
  constructor(options: TerminalJournalOptions) {
    this.#clock = options.clock;
    this.#onFailure = options.onFailure;
    this.#onNotice = options.onNotice ?? (() => undefined);
    this.#keepSegments = Math.max(KEEP_SEGMENTS_MIN, options.keepSegments ?? Number.POSITIVE_INFINITY);
    const { journal, entries } = openJournal({
      disk: options.disk,
      folder: options.folder,
      clock: options.clock,
      carryOver: () => this.#carryOver(),
      ...(options.segmentBytes !== undefined && { segmentBytes: options.segmentBytes }),
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

  /** This process life ends by a crash: three in a row, and the next one only queries for a while. Never throws. */
  recordCrash(error: unknown): void {
    this.#crashed = true;
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, CRASH_REASON_MAX);
    try {
      if (this.isOpen) this.record([{ type: 'CRASHED', reason }], { flush: true });
    } catch {
      // `onFailure` was told; a crash that cannot be written down is one that does not count.
    }
  }

  /** An orderly stop, unless a crash was the reason. */
  close(): void {
    if (this.#idleFlush !== null) this.#clock.clearTimeout(this.#idleFlush);
    try {
      if (this.isOpen && !this.#crashed) this.#journal.append([{ type: 'STOPPED' }], { flush: true });
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
        this.#guard(() => this.#journal.flush());
        this.#makeRoom();
      } catch {
        // `onFailure` has told the supervisor, which stops sales and reopens.
      }
    }, IDLE_FLUSH_MS);
  }

  /**
   * For idle moments: the next segment is begun early, and history beyond its bound is let go. None of it may stop a sale: on a full disk
   * the oldest history makes room, and when that does not help either, the segment that is written is used to its end.
   */
  #makeRoom(): void {
    const now = this.#clock.monotonicMs();
    if (now < this.#roomAgainMs) return;
    const trouble = this.#attempt(() => this.#journal.makeRoom());
    if (trouble !== null && !(isFull(trouble) && this.#letHistoryGo())) {
      this.#roomAgainMs = now + NO_ROOM_PAUSE_MS;
      this.#onNotice(
        isFull(trouble)
          ? 'no room for the next journal segment: free space on the disk before this one is full'
          : `the next journal segment could not be made, which is tried again: ${trouble.message}`,
      );
      return;
    }
    if (!this.#rolledOver || this.#keepSegments === Number.POSITIVE_INFINITY) return;
    this.#rolledOver = this.#attempt(() => this.#journal.prune({ keepSegments: this.#keepSegments })) !== null;
  }

  /** One segment after the other, the oldest first, until the next one fits. False when that helped nothing. */
  #letHistoryGo(): boolean {
    for (let keep = this.#journal.segments - 1; keep >= KEEP_SEGMENTS_MIN; keep--) {
      if (this.#attempt(() => this.#journal.prune({ keepSegments: keep })) !== null) return false;
      this.#onNotice(HISTORY_LET_GO);
      if (this.#attempt(() => this.#journal.makeRoom()) === null) return true;
    }
    return false;
  }

  /** Work whose failure costs nothing that was acknowledged: the journal is taken up again at once. Null when it succeeded. */
  #attempt(work: () => void): Error | null {
    try {
      work();
      return null;
    } catch (error) {
      if (!this.isOpen) this.#guard(() => this.#journal.reopen());
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** What the next segment must begin with: everything that is open or not told yet, and the counters. */
  #carryOver(): CarriedFact[] {
    const { ledger } = this;
    this.#rolledOver = true;
    const facts: CarriedFact[] = [
      { type: 'BOOT', boot: ledger.boot, version: '' },
      { type: 'COUNTER_BLOCK', until: ledger.counterUntil },
    ];
    if (this.#configured !== null) facts.push(this.#configured);
    if (ledger.fleetEpoch !== null) facts.push({ type: 'FLEET_EPOCH', epoch: ledger.fleetEpoch });
    for (const at of ledger.crashedAt) facts.push({ type: 'CRASHED', reason: '', at });
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

/** No room is left for the file or its owner; any other error says nothing about room, and history is not given away for it. */
function isFull({ cause }: Error): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
}
