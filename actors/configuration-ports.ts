import pRetry from 'p-retry';
import { fromPromise } from 'xstate';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import {
  NO_EVIDENCE,
  type ConfigurationAnswer,
  type ConfigurationTicket,
  type Domain,
} from '../domain/payment-gateway.ts';
import type { FetchedConfiguration } from '../machines/device-config.machine.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** §3.3: the authentication code was wrong, so the new key is not the gateway's. */
const WRONG_CODE = 7;
const WRONG_CALL = 101;

class Unreached extends Error {}

/** Holds a fetched configuration, which is a secret, until it is stored as a whole. */
class ConfigurationDesk {
  readonly #desk: PaymentDesk;
  #fetched: DeviceConfiguration | null = null;

  constructor(desk: PaymentDesk) {
    this.#desk = desk;
  }

  async fetch(ticketRef: string, domain: Domain, signal: AbortSignal): Promise<FetchedConfiguration> {
    const ticket = this.#desk.door.tickets.take(ticketRef);
    if (ticket === undefined) throw new Error('the configuration ticket is gone');
    try {
      const answer = await this.#fetchOver(ticket, domain, signal);
      if (answer.kind === 'refused')
        return { kind: 'trouble', trouble: answer.reason, description: answer.description };
      this.#fetched = answer.configuration;
      return fetchedFrom(answer.configuration);
    } catch (error) {
      if (error instanceof Unreached) return { kind: 'trouble', trouble: 'unreachable', description: error.message };
      throw error;
    }
  }

  /** The GET may be repeated freely (§7.2): each attempt asks the next domain at once, the QR's own first. */
  #fetchOver(ticket: ConfigurationTicket, first: Domain, signal: AbortSignal) {
    const { parts, calls } = this.#desk;
    const order = [first, ...parts.config.gateway.domains.filter((other) => other !== first)];
    return pRetry(
      async (attempt) => {
        const said = await calls.attempt<ConfigurationAnswer>(
          (call) => parts.gateway.fetchConfiguration(ticket, parts.config.sn, call),
          { signal, domain: order[attempt - 1] ?? first },
        );
        if (said.kind === 'unknown' || said.kind === 'not-sent') throw new Unreached(said.reason);
        return said;
      },
      {
        retries: order.length - 1,
        minTimeout: 0,
        maxTimeout: 0,
        signal,
        shouldRetry: ({ error }) => error instanceof Unreached,
      },
    );
  }

  /** Asks for an order that cannot exist: any answer but "wrong call" shows that the gateway takes the new configuration. */
  async verify(id: string, signal: AbortSignal): Promise<FetchedConfiguration> {
    const { parts, journal, numbers, calls } = this.#desk;
    const configuration = this.#of(id);
    // Every query needs the sub terminal type; without one the terminal can be configured, but not sell.
    if (parts.config.subTerminalType === null) return fetchedFrom(configuration);
    const { number, facts } = numbers.reserve(configuration.orderPrefix, 'order');
    if (facts.length > 0) journal.record(facts, { flush: true });
    const query = {
      order: number,
      platform: null,
      amountFen: null,
      evidence: NO_EVIDENCE,
      staffId: configuration.staffId,
      configuration,
    };
    const answer = await calls.attempt((call) => parts.gateway.queryOrder(query, call), { signal });
    // A call that the gateway calls wrong names a merchant that it does not know, or carries a code that it does not accept.
    return answer.trace.internalStatus === WRONG_CODE || answer.trace.status === WRONG_CALL
      ? { kind: 'trouble', trouble: 'key-refused', description: answer.trace.description }
      : fetchedFrom(configuration);
  }

  async store(id: string): Promise<void> {
    const { parts, journal } = this.#desk;
    const configuration = this.#of(id);
    const { ledger } = journal;
    const inUse = [...ledger.openOrders(), ...ledger.openRefunds()].map(({ intent }) => intent.configuration);
    await parts.settings.saveConfiguration(configuration, inUse);
    const { outShopId, deviceId, orderPrefix } = configuration;
    journal.record([{ type: 'CONFIGURED', configuration: id, outShopId, deviceId, orderPrefix }], { flush: true });
    this.#fetched = null;
  }

  #of(id: string): DeviceConfiguration {
    if (this.#fetched?.id !== id) throw new Error('the fetched configuration is gone');
    return this.#fetched;
  }
}

function fetchedFrom({ id, shopName, staffId }: DeviceConfiguration): FetchedConfiguration {
  return { kind: 'fetched', configuration: id, shopName, staffId };
}

/** What the configuration chart asks for: fetch over the domains, verify the new key, store as a whole (A1). */
export function configurationPorts(desk: PaymentDesk) {
  const configurations = new ConfigurationDesk(desk);
  return {
    fetchConfiguration: fromPromise<FetchedConfiguration, { ticketRef: string; domain: Domain }>(({ input, signal }) =>
      configurations.fetch(input.ticketRef, input.domain, signal),
    ),
    verifyConfiguration: fromPromise<FetchedConfiguration, { configuration: string }>(({ input, signal }) =>
      configurations.verify(input.configuration, signal),
    ),
    storeConfiguration: fromPromise<void, { configuration: string }>(({ input }) =>
      configurations.store(input.configuration),
    ),
  };
}
