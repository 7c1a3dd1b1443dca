import type { Clock } from '../../hal/clock/contract.ts';

/** Waits for what a terminal shows, says or prints. */
export class Sighting {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #signal: AbortSignal;
  readonly #looks = new Set<() => void>();

  /** @param limitMs how long to wait for anything */
  constructor(clock: Clock, limitMs: number, signal: AbortSignal) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#signal = signal;
  }

  /** Something happened: whoever waits looks again. */
  notice(): void {
    for (const look of [...this.#looks]) look();
  }

  /**
   * Looks now and after everything that happens, until `look` finds something.
   * @param instead says what is there instead, for the error
   * @throws Error naming `what` after the limit, or the signal's reason
   */
  async wait<Found>(
    what: string,
    look: () => Found | undefined,
    instead: () => string,
    limitMs = this.#limitMs,
  ): Promise<Found> {
    this.#signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    const again = (): void => {
      const found = look();
      if (found === undefined) return;
      // Looking on would take what belongs to the next question.
      this.#looks.delete(again);
      resolve(found);
    };
    const stop = (): void => reject(reasonOf(this.#signal));
    const limit = this.#clock.setTimeout(() => reject(new Error(`${what} never came: ${instead()}`)), limitMs);
    this.#signal.addEventListener('abort', stop, { once: true });
    this.#looks.add(again);
    again();
    try {
      return await promise;
    } finally {
      this.#clock.clearTimeout(limit);
      this.#signal.removeEventListener('abort', stop);
      this.#looks.delete(again);
    }
  }

  /** A pause in which a person can look. @throws the signal's reason */
  async pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    this.#signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimeout(() => resolve(), ms);
    const stop = (): void => reject(reasonOf(this.#signal));
    this.#signal.addEventListener('abort', stop, { once: true });
    try {
      await promise;
    } finally {
      this.#clock.clearTimeout(timer);
      this.#signal.removeEventListener('abort', stop);
    }
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('the rehearsal was stopped', { cause: reason });
}
