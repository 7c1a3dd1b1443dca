import type { Clock } from '../../hal/clock/contract.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';

/** The wall says what the test sets; everything else goes on as it does. */
export class SetClock extends SystemClock implements Clock {
  #wallMs: number;

  constructor(wallMs: number) {
    super();
    this.#wallMs = wallMs;
  }

  override wallMs(): number {
    return this.#wallMs;
  }

  pass(ms: number): void {
    this.#wallMs += ms;
  }
}
