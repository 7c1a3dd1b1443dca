import { fromPromise } from 'xstate';
import { isFailure } from '../domain/failure.ts';
import type { WifiNetwork } from '../domain/wifi-network.ts';
import type { JoinAnswer } from '../machines/wifi-join.machine.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** A radio that does not answer for this long has failed; a slow access point hands out addresses within half of it. */
const JOIN_MAX_MS = 45_000;

/** Holds what was joined before, so that a network that turns out to be useless can be left again. */
class WifiDesk {
  readonly #desk: PaymentDesk;
  #before: { readonly ref: string; readonly ssid: string | null } | null = null;

  constructor(desk: PaymentDesk) {
    this.#desk = desk;
  }

  async join(ref: string, reading: number, signal: AbortSignal): Promise<JoinAnswer> {
    const { wifi } = this.#desk.parts.devices;
    const readings = this.#desk.door.networks.get(ref) ?? [];
    const network = readings[reading];
    if (network === undefined) throw new Error('the scanned network is gone');
    if (this.#before?.ref !== ref) this.#before = { ref, ssid: wifi.current() };
    const hasOther = reading + 1 < readings.length;
    try {
      await this.#joinWithin(network, signal);
      return { kind: 'joined' };
    } catch (error) {
      signal.throwIfAborted();
      if (isFailure(error, 'wifi.not-found')) return { kind: 'failed', trouble: 'not-found', hasOther };
      if (isFailure(error, 'wifi.refused')) return { kind: 'failed', trouble: 'refused', hasOther };
      return { kind: 'failed', trouble: 'failed', hasOther };
    }
  }

  /** Any answer of any domain proves that the way to the gateway is open. */
  async prove(signal: AbortSignal): Promise<boolean> {
    const { gateway, config } = this.#desk.parts;
    const found = new AbortController();
    const stop = AbortSignal.any([signal, found.signal]);
    const asked = config.gateway.domains.map(async (domain) => {
      const answer = await gateway.ping({ domain, signal: stop });
      if (answer.kind !== 'alive') throw new Error(answer.reason);
      return true;
    });
    try {
      return await Promise.any(asked);
    } catch {
      signal.throwIfAborted();
      return false;
    } finally {
      found.abort();
    }
  }

  async keep(ref: string, reading: number): Promise<void> {
    const network = this.#desk.door.networks.get(ref)?.[reading];
    if (network === undefined) throw new Error('the scanned network is gone');
    await this.#desk.parts.settings.saveWifi(network);
    this.#forget(ref);
  }

  /** Back to the network of before; the name of the one that the terminal is on afterwards. */
  async restore(ref: string, signal: AbortSignal): Promise<string | null> {
    const { wifi } = this.#desk.parts.devices;
    const before = this.#before?.ref === ref ? this.#before.ssid : null;
    this.#forget(ref);
    if (before !== null && wifi.current() === before) return before;
    const { current, previous } = this.#desk.parts.settings.wifi();
    const known = [current, previous].filter((network) => network !== null);
    const back = known.find(({ ssid }) => ssid === before) ?? known[0];
    try {
      if (back === undefined) await wifi.leave();
      else await this.#joinWithin(back, signal);
    } catch (error) {
      this.#desk.parts.log.warn({ reason: wordsOf(error) }, 'the network of before could not be joined again');
    }
    return wifi.current();
  }

  #forget(ref: string): void {
    this.#before = null;
    this.#desk.door.networks.take(ref);
  }

  async #joinWithin(network: WifiNetwork, signal: AbortSignal): Promise<void> {
    const { clock, devices } = this.#desk.parts;
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(new Error('the radio did not answer')), JOIN_MAX_MS);
    try {
      await devices.wifi.join(network, AbortSignal.any([signal, late.signal]));
    } finally {
      clock.clearTimeout(timer);
    }
  }
}

/** What the WiFi flow asks for (A9). The passphrase stays in the door's vault until it is stored sealed. */
export function wifiPorts(desk: PaymentDesk) {
  const wifi = new WifiDesk(desk);
  return {
    joinWifi: fromPromise<JoinAnswer, { ref: string; reading: number }>(({ input, signal }) =>
      wifi.join(input.ref, input.reading, signal),
    ),
    proveWifi: fromPromise<boolean, void>(({ signal }) => wifi.prove(signal)),
    keepWifi: fromPromise<void, { ref: string; reading: number }>(({ input }) => wifi.keep(input.ref, input.reading)),
    restoreWifi: fromPromise<string | null, { ref: string }>(({ input, signal }) => wifi.restore(input.ref, signal)),
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
