import type { Log } from '../../actors/log.ts';
import { HISTORY_LET_GO } from '../../actors/terminal-journal.ts';
import type { Clock } from '../../hal/clock/contract.ts';

/** Lines kept: enough for the last hours of a shop. */
const LINES_MAX = 4000;
const TOLD_MAX = 200;
const FIELDS_MAX = 200;

interface Line {
  readonly atMs: number;
  readonly order: string | null;
  readonly what: string;
}

/** What happened, in order; told only when a rule was broken. */
export class Story {
  readonly #clock: Clock;
  #lines: Line[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(order: string | null, what: string): void {
    this.#lines.push({ atMs: this.#clock.monotonicMs(), order, what });
    if (this.#lines.length > 2 * LINES_MAX) this.#lines = this.#lines.slice(-LINES_MAX);
  }

  /** The terminal's own log, kept as it is written; the two are told when it says that of its journal. */
  log(onStorageFailure: () => void, onHistoryLetGo: () => void): Log {
    const write = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      if (fields['reason'] === HISTORY_LET_GO) onHistoryLetGo();
      this.note(null, `${message} ${JSON.stringify(fields).slice(0, FIELDS_MAX)}`);
    };
    const fail = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      if (message.startsWith('the journal failed')) onStorageFailure();
      write(fields, message);
    };
    return { debug: () => undefined, info: () => undefined, warn: write, error: fail };
  }

  /** The lines of the orders that broke a rule, with the terminal's own around them. */
  tell(): readonly string[] {
    const guilty = new Set(
      this.#lines.flatMap(({ order, what }) => (what.startsWith('BROKEN') && order !== null ? [order] : [])),
    );
    return this.#lines
      .filter(({ order }) => order === null || guilty.has(order))
      .slice(-TOLD_MAX)
      .map(({ atMs, order, what }) => `${(atMs / 1000).toFixed(3).padStart(12)} s  ${order ?? ''}  ${what}`);
  }
}
