import { TerminalFailure } from '../../domain/failure.ts';
import type { WifiNetwork } from '../../domain/wifi-network.ts';
import type { Clock } from '../clock/contract.ts';
import type { Wifi } from './contract.ts';

/** A network that the simulated radio receives; without a passphrase (or with an empty one) it is open. */
export interface NetworkInReach {
  readonly ssid: string;
  readonly passphrase?: string | null | undefined;
}

/** A radio that knows which networks are in reach and what their passphrases are. */
export class SimulatedWifi implements Wifi {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly #joinMs: number;
  readonly #listeners = new Set<() => void>();
  #networks = new Map<string, string>();
  #current: string | null = null;

  constructor(options: { clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>; joinMs?: number }) {
    this.#clock = options.clock;
    this.#joinMs = options.joinMs ?? 0;
  }

  /** Replaces what is in reach. A joined network that went away, or changed its passphrase, is lost. */
  setNetworks(networks: readonly NetworkInReach[]): void {
    const next = new Map(networks.map((network) => [network.ssid, network.passphrase ?? '']));
    if (this.#current !== null && next.get(this.#current) !== this.#networks.get(this.#current)) this.#current = null;
    this.#networks = next;
    this.#changed();
  }

  /** Names of the networks in reach and whether they ask for a passphrase. */
  inReach(): readonly { ssid: string; open: boolean }[] {
    return [...this.#networks].map(([ssid, passphrase]) => ({ ssid, open: passphrase === '' }));
  }

  /** Told when the networks in reach or the joined one change; returns the unsubscribe function. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** As a real radio: an absent network leaves the joined one alone, a refused passphrase has already cost it. */
  async join(network: WifiNetwork, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#joinMs > 0) await this.#wait(signal);
    const expected = this.#networks.get(network.ssid);
    if (expected === undefined) {
      throw new TerminalFailure('wifi.not-found', `no network named ${network.ssid} is in reach`, { retryable: true });
    }
    const offered = network.security === 'open' ? '' : (network.passphrase?.reveal() ?? '');
    if (offered !== expected) {
      this.#current = null;
      this.#changed();
      throw new TerminalFailure('wifi.refused', `${network.ssid} refused the passphrase`);
    }
    this.#current = network.ssid;
    this.#changed();
  }

  current(): string | null {
    return this.#current;
  }

  async leave(): Promise<void> {
    this.#current = null;
    this.#changed();
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#current = null;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#clock.clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = this.#clock.setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, this.#joinMs);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
