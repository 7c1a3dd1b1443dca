import type { Clock } from '../clock/contract.ts';

/** A scanner pauses less than this inside a code, also over a radio link or at 9600 baud. */
const GAP_MS = 100;
/** After a busy moment the event loop runs its timers before it reads what has been waiting: that reading gets its turn. */
const SECOND_LOOK_MS = 15;

/** Tells that a scanner has fallen silent, which ends a code without a suffix. */
export class Silence {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly #fell: () => void;
  #timer: unknown = null;

  constructor(clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>, fell: () => void) {
    this.#clock = clock;
    this.#fell = fell;
  }

  /** Something was read: the silence begins anew. */
  restart(): void {
    this.stop();
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = this.#clock.setTimeout(() => {
        this.#timer = null;
        this.#fell();
      }, SECOND_LOOK_MS);
    }, GAP_MS);
  }

  stop(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
