import type { Clock } from '../clock/contract.ts';

const FIRST_MS = 250;
/** An attempt is one `open`, so trying again costs nothing worth a longer wait: a device plugged in again is back at once. */
const MOST_MS = 2_000;

/** Waits between the attempts to open a device again: short after it was lost, longer the longer it stays away. */
export class Reopening {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly #open: () => void;
  #delayMs = FIRST_MS;
  #timer: unknown = null;

  constructor(clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>, open: () => void) {
    this.#clock = clock;
    this.#open = open;
  }

  /** Opens again later. */
  schedule(): void {
    this.stop();
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      this.#open();
    }, this.#delayMs);
    this.#delayMs = Math.min(MOST_MS, this.#delayMs * 2);
  }

  /** The device works: the next loss begins with the shortest wait again. */
  succeeded(): void {
    this.#delayMs = FIRST_MS;
  }

  stop(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
