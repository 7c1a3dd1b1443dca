import type { SettingsStore } from '../config/settings-store.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { Wifi } from '../hal/wifi/contract.ts';
import type { Log } from './log.ts';

const FIRST_PAUSE_MS = 5000;
const PAUSE_MAX_MS = 300_000;

export interface StoredNetworkOptions {
  readonly wifi: Wifi;
  readonly settings: Pick<SettingsStore, 'wifi'>;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly log: Log;
}

/** Joins the network that was proven before again after a start, until it is joined or somebody scans another. */
export class StoredNetwork {
  readonly #options: StoredNetworkOptions;
  readonly #leaving = new AbortController();
  #timer: unknown = null;

  constructor(options: StoredNetworkOptions) {
    this.#options = options;
    void this.#join(FIRST_PAUSE_MS);
  }

  /** Another network is being joined by hand, or the terminal stops. */
  giveWay(): void {
    this.#leaving.abort();
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #join(pauseMs: number): Promise<void> {
    const { wifi, settings, clock, log } = this.#options;
    const { current } = settings.wifi();
    if (current === null || wifi.current() !== null || this.#leaving.signal.aborted) return;
    try {
      await wifi.join(current, this.#leaving.signal);
    } catch (error) {
      if (this.#leaving.signal.aborted) return;
      log.info(
        { reason: error instanceof Error ? error.message : String(error) },
        'the stored network is not joined yet',
      );
      this.#timer = clock.setTimeout(() => void this.#join(Math.min(2 * pauseMs, PAUSE_MAX_MS)), pauseMs);
    }
  }
}
