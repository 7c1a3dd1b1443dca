import type { ScreenView } from '../domain/screens/screen-view.ts';
import type { Clock } from '../hal/clock/contract.ts';

/** A connection that was opened ahead is kept for 15 s; half of that later it is renewed. */
const WARM_AGAIN_MS = 7000;

/** Keeps a connection standing while a customer's code is waited for, so that the payment itself connects in no time. */
export class LineWarmer {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly #warmUp: () => void;
  #timer: unknown = null;

  constructor(options: { readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>; readonly warmUp: () => void }) {
    this.#clock = options.clock;
    this.#warmUp = options.warmUp;
  }

  /** The screen shows this now. */
  show(view: ScreenView): void {
    if (view.name !== 'present-code') return this.stop();
    if (this.#timer === null) this.#repeat();
  }

  stop(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #repeat(): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#warmUp();
      this.#repeat();
    }, WARM_AGAIN_MS);
  }
}
