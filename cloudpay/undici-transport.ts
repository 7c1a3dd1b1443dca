import type { SecureContext } from 'node:tls';
import type { Domain } from '../domain/payment-gateway.ts';
import type { Clock } from '../hal/clock/contract.ts';
import { exchangeOnce } from './single-exchange.ts';
import { openConnection, type ConnectionSettings, type OpenConnection } from './tls-connection.ts';
import { gatewaySecureContext } from './tls-settings.ts';
import type { Transport, TransportAnswer } from './transport.ts';

/** Servers and mobile networks drop a silent connection after a while; an older one is not worth the risk of a lost request. */
const WARM_LIFE_MS = 15_000;

export interface UndiciTransportOptions {
  readonly clock: Clock;
  /** Name look-up, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** From the first request byte to the last answer byte. */
  readonly requestTimeoutMs: number;
  /** PEM text of `gateway.caFile`: trusted beside the system's certificates; null: only those. */
  readonly extraCaPem: string | null;
}

interface WarmConnection {
  readonly connection: OpenConnection;
  readonly discard: () => void;
  readonly expiry: unknown;
}

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
  let context: SecureContext | null = options.extraCaPem === null ? null : gatewaySecureContext(options.extraCaPem);
  const settings: ConnectionSettings = {
    clock,
    connectTimeoutMs: options.connectTimeoutMs,
    secureContext: () => (context ??= gatewaySecureContext(null)),
    sessions: new Map(),
  };
  const warm = new Map<Domain, WarmConnection>();
  const underWay = new Map<AbortController, Promise<unknown>>();
  let closed = false;

  const forget = (domain: Domain, connection: OpenConnection) => {
    const kept = warm.get(domain);
    if (kept?.connection !== connection) return;
    clock.clearTimeout(kept.expiry);
    warm.delete(domain);
  };

  const keep = (domain: Domain, connection: OpenConnection) => {
    const { socket } = connection;
    const discard = () => {
      forget(domain, connection);
      socket.destroy();
    };
    warm.set(domain, { connection, discard, expiry: clock.setTimeout(discard, WARM_LIFE_MS) });
    socket.on('error', discard).on('end', discard).on('close', discard);
  };

  const takeWarm = (domain: Domain): OpenConnection | null => {
    const kept = warm.get(domain);
    if (kept === undefined) return null;
    const { connection, discard } = kept;
    const { socket, openedAtMs } = connection;
    const alive = !socket.destroyed && socket.writable && !socket.readableEnded && socket.readableLength === 0;
    if (!alive || clock.monotonicMs() - openedAtMs >= WARM_LIFE_MS) {
      discard();
      return null;
    }
    forget(domain, connection);
    socket.off('error', discard).off('end', discard).off('close', discard);
    return { ...connection, connectMs: 0 };
  };

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
        const connection = takeWarm(request.domain) ?? (await openConnection(request.domain, settings, signal));
        if (connection.kind === 'failed') {
          return { kind: 'not-sent', reason: connection.reason, connectMs: connection.connectMs };
        }
        return exchangeOnce(connection, { ...request, signal }, { clock, requestTimeoutMs: options.requestTimeoutMs });
      }),
    warmUp: (domain, callerSignal) =>
      cancellable(callerSignal, async (signal) => {
        const kept = warm.get(domain);
        if (kept !== undefined && clock.monotonicMs() - kept.connection.openedAtMs < WARM_LIFE_MS / 2) return;
        const connection = await openConnection(domain, settings, signal);
        if (connection.kind === 'failed') return;
        warm.get(domain)?.discard();
        if (signal.aborted) connection.socket.destroy();
        else keep(domain, connection);
      }),
    async close() {
      closed = true;
      for (const { discard } of [...warm.values()]) discard();
      const waiting = [...underWay.values()];
      for (const stop of underWay.keys()) stop.abort();
      await Promise.allSettled(waiting);
    },
  };
}
