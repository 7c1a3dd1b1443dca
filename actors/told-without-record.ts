import type { Told } from '../domain/journal-record.ts';
import type { TerminalJournal } from './terminal-journal.ts';

/**
 * Tellings that the disk did not take: what was heard and printed in this process life is told once, although the journal does not know
 * of it yet (M7), and is written down when the journal is open again.
 */
export class ToldWithoutRecord {
  readonly #journal: TerminalJournal;
  readonly #missed = new Map<string, Told>();

  constructor(journal: TerminalJournal) {
    this.#journal = journal;
  }

  has(job: string): boolean {
    return this.#missed.has(job);
  }

  /** @throws TerminalFailure `storage.failed`; it is remembered then */
  record(told: Told): void {
    try {
      this.#journal.record([told], { flush: false });
      this.#missed.delete(told.job);
    } catch (error) {
      this.#missed.set(told.job, told);
      throw error;
    }
  }

  /** @throws TerminalFailure `storage.failed`: they stay remembered */
  recordMissed(): void {
    if (this.#missed.size === 0) return;
    this.#journal.record([...this.#missed.values()], { flush: false });
    this.#missed.clear();
  }
}
