import type { JournalEntry } from '../domain/journal-record.ts';
import type { Clock } from '../hal/clock/contract.ts';

/** Entries read in one go; then the payments and the screen get their turn. */
const ENTRIES_A_TURN = 256;
/** Looking back ends here, some 80,000 payments ago. */
const ENTRIES_MAX = 400_000;

/** What is read backwards, and what ends the reading. */
export interface HistoryWalk {
  readonly journal: { history(): Iterable<JournalEntry> };
  readonly clock: Pick<Clock, 'setTimeout'>;
  readonly signal: AbortSignal;
}

/**
 * Reads the journal backwards, newest first, until `see` has enough. Never holds more than one segment, and never keeps the
 * terminal busy for long.
 * @throws TerminalFailure `storage.*`; the signal's reason when it is aborted
 */
export async function walkBack(walk: HistoryWalk, see: (entry: JournalEntry) => 'on' | 'enough'): Promise<void> {
  const { journal, clock, signal } = walk;
  let count = 0;
  for (const entry of journal.history()) {
    if (see(entry) === 'enough') return;
    count += 1;
    if (count >= ENTRIES_MAX) return;
    if (count % ENTRIES_A_TURN !== 0) continue;
    await new Promise<void>((resolve) => void clock.setTimeout(() => resolve(), 0));
    signal.throwIfAborted();
  }
}

/** The newest outcome of each refund, read newest first: a verdict absorbs what came later, `accepted` does not. */
export class OutcomesBackwards<Outcome extends string> {
  readonly #seen = new Map<string, { readonly outcome: Outcome; readonly reason: string }>();

  /** An older reading than all before. */
  see(id: string, outcome: Outcome, reason: string): void {
    if (outcome === 'accepted' && this.#seen.has(id)) return;
    this.#seen.set(id, { outcome, reason });
  }

  /** Gives it out once, at its intent. */
  take(id: string): { readonly outcome: Outcome; readonly reason: string } | undefined {
    const seen = this.#seen.get(id);
    this.#seen.delete(id);
    return seen;
  }
}
