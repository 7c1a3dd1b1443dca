import type { Clock } from './contract.ts';

/** A clock that never shows a time before its floor: a box without a battery wakes up in 1970, and time goes on from the floor. */
export class RaisedClock implements Clock {
  readonly #clock: Clock;
  readonly #floorMs: number;
  readonly #sinceMs: number;

  /** `floorMs`: epoch ms of an instant that is certainly past. */
  constructor(clock: Clock, floorMs: number) {
    this.#clock = clock;
    this.#floorMs = floorMs;
    this.#sinceMs = clock.monotonicMs();
  }

  /** The clock underneath as soon as it was set right. */
  wallMs(): number {
    return Math.max(this.#clock.wallMs(), Math.floor(this.#floorMs + this.monotonicMs() - this.#sinceMs));
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  setTimeout(callback: (...parameters: unknown[]) => void, delayMs: number): unknown {
    return this.#clock.setTimeout(callback, delayMs);
  }

  clearTimeout(timer: unknown): void {
    this.#clock.clearTimeout(timer);
  }
}
