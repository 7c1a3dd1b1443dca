import type { Clock } from '../../hal/clock/contract.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';

/** Real time that runs `speed` times as fast: a gateway on it lives through the two minutes of an order in seconds. */
export class FastClock implements Clock {
  readonly #clock = new SystemClock();
  readonly #speed: number;
  readonly #wallStartMs: number;
  readonly #startMs: number;

  constructor(speed: number) {
    this.#speed = speed;
    this.#wallStartMs = this.#clock.wallMs();
    this.#startMs = this.#clock.monotonicMs();
  }

  wallMs(): number {
    return this.#wallStartMs + this.monotonicMs();
  }

  monotonicMs(): number {
    return (this.#clock.monotonicMs() - this.#startMs) * this.#speed;
  }

  setTimeout(callback: (...parameters: unknown[]) => void, delayMs: number): unknown {
    return this.#clock.setTimeout(callback, delayMs / this.#speed);
  }

  clearTimeout(timer: unknown): void {
    this.#clock.clearTimeout(timer);
  }
}
