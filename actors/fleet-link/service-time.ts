import type { Clock } from '../../hal/clock/contract.ts';

/**
 * The latest instant that can have passed: our wall clock, or what the service's clock has said plus the time since. A terminal whose
 * clock is behind (no battery, no network time yet) must not take an old command for a fresh one.
 */
export class ServiceTime {
  readonly #clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  #said: { readonly wallMs: number; readonly monotonicMs: number } | null = null;

  constructor(clock: Pick<Clock, 'wallMs' | 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** The service's wall clock, from a message of its. Only ever moves our idea of now forward. */
  see(wallMs: number | undefined): void {
    if (wallMs === undefined || wallMs <= this.nowMs()) return;
    this.#said = { wallMs, monotonicMs: this.#clock.monotonicMs() };
  }

  nowMs(): number {
    const own = this.#clock.wallMs();
    if (this.#said === null) return own;
    return Math.max(own, this.#said.wallMs + (this.#clock.monotonicMs() - this.#said.monotonicMs));
  }
}
