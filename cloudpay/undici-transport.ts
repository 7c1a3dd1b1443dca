import type { SecureContext } from 'node:tls';
import type { Clock } from '../hal/clock/contract.ts';
import { openConnection, type ConnectionSettings } from './tls-connection.ts';
import { certificatesOf, gatewaySecureContext } from './tls-settings.ts';
import type { Transport, TransportAnswer } from './transport.ts';
import { createWarmConnections } from './warm-connections.ts';

/** How patient the transport is, and whom it trusts. */
export interface UndiciTransportOptions {
  readonly clock: Clock;
  /** Name look-up, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** From the first request byte to the last answer byte. */
  readonly requestTimeoutMs: number;
  /** PEM text of `gateway.caFile`: trusted beside the system's certificates; null: only those. */
  readonly extraCaPem: string | null;
}

/** undici is loaded with the first connection: half a start, which a terminal that only shows its screen need not wait for. */
const loadExchange = () => import('./single-exchange.ts');

/**
 * The real transport: undici over TLS.
 *
 * Every request travels on a connection that carried none before, newly opened or warmed up. A kept-alive socket that the
 * server closes while we write gives the same error as a server that took the request and died: with fresh connections that
 * doubt stays rare, and a failure to connect is always a certain `not-sent`. TLS session resumption keeps the price low. So
 * there is no pool of reused sockets: one undici `Client` lives exactly as long as one exchange.
 *
 * @throws TerminalFailure `configuration.invalid` when `extraCaPem` is not a certificate.
 */
export function createUndiciTransport(options: UndiciTransportOptions): Transport {
  const { clock } = options;
  const extraCa = options.extraCaPem === null ? [] : certificatesOf(options.extraCaPem);
  let context: SecureContext | null = null;
  const settings: ConnectionSettings = {
    clock,
    connectTimeoutMs: options.connectTimeoutMs,
    secureContext: () => (context ??= gatewaySecureContext(extraCa)),
    sessions: new Map(),
  };
  const warm = createWarmConnections(clock);
  const underWay = new Map<AbortController, Promise<unknown>>();
  let closed = false;

  /** Runs work that ends when its caller or `close()` says so; `close()` waits for it. */
  const cancellable = <Result>(
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const stop = new AbortController();
    const onAbort = () => stop.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted || closed) stop.abort();
    const work = start(stop.signal).finally(() => {
      signal.removeEventListener('abort', onAbort);
      underWay.delete(stop);
    });
    underWay.set(stop, work);
    return work;
  };

  return {
    request: (request) =>
      cancellable(request.signal, async (signal): Promise<TransportAnswer> => {
        const connection = warm.take(request.domain) ?? (await openConnection(request.domain, settings, signal));
        if (connection.kind === 'failed') {
          return { kind: 'not-sent', reason: connection.reason, connectMs: connection.connectMs };
        }
        const { exchangeOnce } = await loadExchange();
        return exchangeOnce(connection, { ...request, signal }, { clock, requestTimeoutMs: options.requestTimeoutMs });
      }),
    warmUp: (domain, callerSignal) =>
      cancellable(callerSignal, async (signal) => {
        if (warm.isYoung(domain)) return;
        void loadExchange();
        const connection = await openConnection(domain, settings, signal);
        if (connection.kind === 'failed') return;
        if (signal.aborted) connection.socket.destroy();
        else warm.keep(domain, connection);
      }),
    async close() {
      closed = true;
      warm.closeAll();
      const waiting = [...underWay.values()];
      for (const stop of underWay.keys()) stop.abort();
      await Promise.allSettled(waiting);
    },
  };
}
