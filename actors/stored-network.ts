import type { SettingsStore } from '../config/settings-store.ts';
import type { ScreenName } from '../domain/screen.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { Wifi } from '../hal/wifi/contract.ts';
import type { Log } from './log.ts';

const FIRST_PAUSE_MS = 5000;
const PAUSE_MAX_MS = 300_000;

/** Which radio joins which networks. */
export interface StoredNetworkOptions {
  readonly wifi: Wifi;
  readonly settings: Pick<SettingsStore, 'wifi'>;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly log: Log;
}

/**
 * Joins the network that was proven before: after a start, until it is joined or somebody scans another; and when the scan of another one
 * came to no end, because its chart crashed.
 */
export class StoredNetwork {
  readonly #options: StoredNetworkOptions;
  #leaving = new AbortController();
  #timer: unknown = null;
  #isChanging = false;

  constructor(options: StoredNetworkOptions) {
    this.#options = options;
    void this.#join(FIRST_PAUSE_MS, (ssid) => ssid !== null);
  }

  /** Follows the screen: who joins by hand is not disturbed, and shows how it ended. */
  show(screen: ScreenName): void {
    if (screen === 'wifi-joining') {
      this.#isChanging = true;
      return this.giveWay();
    }
    const isBrokenOff = this.#isChanging && screen !== 'wifi-joined' && screen !== 'wifi-failed';
    this.#isChanging = false;
    if (!isBrokenOff) return;
    this.giveWay();
    this.#leaving = new AbortController();
    const stored = this.#options.settings.wifi().current?.ssid;
    void this.#join(FIRST_PAUSE_MS, (ssid) => ssid === stored);
  }

  /** Another network is being joined by hand, or the terminal stops. */
  giveWay(): void {
    this.#leaving.abort();
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #join(pauseMs: number, isGood: (ssid: string | null) => boolean): Promise<void> {
    const { wifi, settings, clock, log } = this.#options;
    const { signal } = this.#leaving;
    const { current } = settings.wifi();
    if (current === null || isGood(wifi.current()) || signal.aborted) return;
    try {
      await wifi.join(current, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.info(
        { reason: error instanceof Error ? error.message : String(error) },
        'the stored network is not joined yet',
      );
      this.#timer = clock.setTimeout(() => void this.#join(Math.min(2 * pauseMs, PAUSE_MAX_MS), isGood), pauseMs);
    }
  }
}
