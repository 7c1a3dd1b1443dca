import pRetry, { AbortError } from 'p-retry';
import { fromPromise } from 'xstate';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import { NO_EVIDENCE, type ConfigurationAnswer, type Domain } from '../domain/payment-gateway.ts';
import type { FetchedConfiguration } from '../machines/device-config.machine.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** §3.3: the authentication code was wrong, so the new key is not the gateway's. */
const WRONG_CODE = 7;

class Unreached extends Error {}

/** What the configuration chart asks for: fetch over the domains, verify the new key, store as a whole (A1). */
export function configurationPorts(desk: PaymentDesk) {
  const { parts, journal } = desk;
  const fetched = new Map<string, DeviceConfiguration>();

  const keep = (configuration: DeviceConfiguration): FetchedConfiguration => {
    fetched.clear();
    fetched.set(configuration.id, configuration);
    const { id, shopName, staffId } = configuration;
    return { kind: 'fetched', configuration: id, shopName, staffId };
  };

  const fetchOver = async (ticketRef: string, domain: Domain, signal: AbortSignal): Promise<FetchedConfiguration> => {
    const ticket = desk.door.tickets.take(ticketRef);
    if (ticket === undefined) throw new Error('the configuration ticket is gone');
    const { domains } = parts.config.gateway;
    const order = [domain, ...domains.filter((other) => other !== domain)];
    try {
      const answer = await pRetry(
        async (attempt) => {
          const on = order[attempt - 1] ?? domain;
          const said = await desk.calls.attempt<ConfigurationAnswer>(
            (call) => parts.gateway.fetchConfiguration(ticket, parts.config.sn, call),
            { signal, domain: on },
          );
          if (said.kind === 'unknown' || said.kind === 'not-sent') throw new Unreached(said.reason);
          return said;
        },
        // The GET may be repeated freely (§7.2); each attempt asks the next domain, at once.
        {
          retries: order.length - 1,
          minTimeout: 0,
          maxTimeout: 0,
          signal,
          shouldRetry: ({ error }) => error instanceof Unreached,
        },
      );
      return answer.kind === 'configured'
        ? keep(answer.configuration)
        : { kind: 'trouble', trouble: answer.reason, description: answer.description };
    } catch (error) {
      if (error instanceof Unreached) return { kind: 'trouble', trouble: 'unreachable', description: error.message };
      throw error;
    }
  };

  /** Asks for an order that cannot exist: any answer but "wrong code" shows that the gateway takes the new key. */
  const verify = async (id: string, signal: AbortSignal): Promise<FetchedConfiguration> => {
    const configuration = fetched.get(id);
    if (configuration === undefined) throw new AbortError('the fetched configuration is gone');
    const { number, facts } = desk.numbers.reserve(configuration.orderPrefix, 'order');
    if (facts.length > 0) journal.record(facts, { flush: true });
    const query = {
      order: number,
      platform: null,
      amountFen: null,
      evidence: NO_EVIDENCE,
      staffId: configuration.staffId,
      configuration,
    };
    const answer = await desk.calls.attempt((call) => parts.gateway.queryOrder(query, call), { signal });
    return answer.trace.internalStatus === WRONG_CODE
      ? { kind: 'trouble', trouble: 'key-refused', description: answer.trace.description }
      : { kind: 'fetched', configuration: id, shopName: configuration.shopName, staffId: configuration.staffId };
  };

  const store = async (id: string): Promise<void> => {
    const configuration = fetched.get(id);
    if (configuration === undefined) throw new Error('the fetched configuration is gone');
    const { ledger } = journal;
    const inUse = [...ledger.openOrders(), ...ledger.openRefunds()].map(({ intent }) => intent.configuration);
    await parts.settings.saveConfiguration(configuration, inUse);
    const { outShopId, deviceId, orderPrefix } = configuration;
    journal.record([{ type: 'CONFIGURED', configuration: id, outShopId, deviceId, orderPrefix }], { flush: true });
    fetched.clear();
  };

  return {
    fetchConfiguration: fromPromise<FetchedConfiguration, { ticketRef: string; domain: Domain }>(({ input, signal }) =>
      fetchOver(input.ticketRef, input.domain, signal),
    ),
    verifyConfiguration: fromPromise<FetchedConfiguration, { configuration: string }>(({ input, signal }) =>
      verify(input.configuration, signal),
    ),
    storeConfiguration: fromPromise<void, { configuration: string }>(({ input }) => store(input.configuration)),
  };
}
