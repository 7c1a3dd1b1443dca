import type { Clock } from '../hal/clock/contract.ts';
import type { Watchdog } from '../hal/watchdog/contract.ts';

/** What is petted, and what must answer first. */
export interface WatchdogKeeperOptions {
  readonly watchdog: Watchdog;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout' | 'monotonicMs'>;
  /** Sends an event through the root chart and the cashier's; calls back when both have taken it and stand. */
  readonly askRoot: (answer: () => void) => void;
  /** Whether the journal could be written now. */
  readonly isStorageSound: () => boolean;
}

/** The terminal itself reopens a failed journal and keeps its queries going meanwhile; only what that does not mend is left to a restart. */
const STORAGE_GRACE_MS = 600_000;

/**
 * Pets the watchdog, not by a timer alone: each time an event has gone through the root and the cashier's session first, and the journal
 * is sound. A loop that hangs, a chart that has ended or a disk that stays read-only is barked at.
 */
export class WatchdogKeeper {
  readonly #options: WatchdogKeeperOptions;
  #timer: unknown = null;
  #soundAtMs: number;
  #stopped = false;

  constructor(options: WatchdogKeeperOptions) {
    this.#options = options;
    this.#soundAtMs = options.clock.monotonicMs();
    this.#ask();
  }

  stop(): void {
    this.#stopped = true;
    this.#options.clock.clearTimeout(this.#timer);
  }

  #ask(): void {
    const { askRoot, clock, watchdog } = this.#options;
    this.#timer = clock.setTimeout(() => this.#ask(), watchdog.petMs);
    askRoot(() => this.#answered());
  }

  #answered(): void {
    if (this.#stopped) return;
    const { clock, isStorageSound, watchdog } = this.#options;
    const nowMs = clock.monotonicMs();
    if (isStorageSound()) this.#soundAtMs = nowMs;
    if (nowMs - this.#soundAtMs <= STORAGE_GRACE_MS) watchdog.pet();
  }
}
