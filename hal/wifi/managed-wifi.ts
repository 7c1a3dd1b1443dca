import { isFailure, TerminalFailure } from '../../domain/failure.ts';
import type { WifiNetwork } from '../../domain/wifi-network.ts';
import type { Clock } from '../clock/contract.ts';
import { type Presence, PRESENT } from '../device-node/presence.ts';
import type { Wifi } from './contract.ts';
import type { Radio } from './radio.ts';

/** Which radio, by which program, and how often it is looked at. */
export interface ManagedWifiOptions {
  readonly radio: Radio;
  /** `wlan0`. */
  readonly interface: string;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly onPresence?: (presence: Presence) => void;
  /** Between two looks at the radio. */
  readonly watchMs?: number;
}

const WATCH_MS = 5_000;
/** Every so many looks without a network the kept one is tried again: about every 30 s. */
const LOOKS_PER_ATTEMPT = 6;

/**
 * The box's radio, through the program that manages it. Nothing is stored there: the terminal keeps its networks sealed, and joins the last
 * proven one again by itself, after a start, an unplugged radio or an access point that was away.
 */
export class ManagedWifi implements Wifi {
  readonly #options: ManagedWifiOptions;
  readonly #closing = new AbortController();
  #current: string | null = null;
  #kept: WifiNetwork | null = null;
  #looksAlone = 0;
  #timer: unknown = null;
  #turn: Promise<unknown> = Promise.resolve();
  #presence: Presence | null = null;

  constructor(options: ManagedWifiOptions) {
    this.#options = options;
    void this.#inTurn(() => this.#watch());
  }

  async join(network: WifiNetwork, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    either.throwIfAborted();
    await this.#inTurn(async () => {
      try {
        await this.#options.radio.join(network, either);
      } catch (error) {
        if (!either.aborted) await this.#look();
        either.throwIfAborted();
        throw this.#failureOf(error);
      }
      this.#current = network.ssid;
      this.#kept = network;
      this.#tell(PRESENT);
    });
  }

  current(): string | null {
    return this.#current;
  }

  async leave(): Promise<void> {
    this.#kept = null;
    await this.#inTurn(async () => {
      await this.#options.radio.leave(this.#closing.signal);
      this.#current = null;
    });
  }

  keepJoined(network: WifiNetwork | null): void {
    this.#kept = network;
    this.#looksAlone = LOOKS_PER_ATTEMPT;
    this.#watchAfter(0);
  }

  async close(): Promise<void> {
    this.#closing.abort(new TerminalFailure('wifi.failed', 'the radio was closed'));
    this.#options.clock.clearTimeout(this.#timer);
    await this.#turn;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #watchAfter(delayMs: number): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    if (!this.#closing.signal.aborted) {
      this.#timer = clock.setTimeout(() => void this.#inTurn(() => this.#watch()), delayMs);
    }
  }

  async #watch(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const isUsable = await this.#look();
    this.#looksAlone = this.#current === null ? this.#looksAlone + 1 : 0;
    if (isUsable && this.#kept !== null && this.#looksAlone >= LOOKS_PER_ATTEMPT) await this.#rejoin(this.#kept);
    this.#watchAfter(this.#options.watchMs ?? WATCH_MS);
  }

  async #rejoin(network: WifiNetwork): Promise<void> {
    this.#looksAlone = 0;
    try {
      await this.#options.radio.join(network, this.#closing.signal);
      this.#current = network.ssid;
    } catch {
      // It is tried again; the state of the connection is on the screen already.
    }
  }

  async #look(): Promise<boolean> {
    try {
      this.#current = await this.#options.radio.look(this.#closing.signal);
      this.#tell(PRESENT);
      return true;
    } catch (error) {
      this.#current = null;
      if (!this.#closing.signal.aborted) this.#tell({ present: false, why: this.#failureOf(error).message });
      return false;
    }
  }

  #failureOf(error: unknown): TerminalFailure {
    if (isFailure(error)) return error;
    const why = error instanceof Error ? error.message : String(error);
    const remedy = `check the WiFi radio ${this.#options.interface} and devices.wifi`;
    return new TerminalFailure('wifi.failed', `the radio cannot be used (${why}): ${remedy}`, {
      retryable: true,
      cause: error,
    });
  }

  #tell(presence: Presence): void {
    if (presence.why === this.#presence?.why) return;
    this.#presence = presence;
    this.#options.onPresence?.(presence);
  }
}
