import { isIP, type TcpNetConnectOpts } from 'node:net';
import { connect, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls';
import type { Domain } from '../domain/payment-gateway.ts';
import type { Clock } from '../hal/clock/contract.ts';

/** A connection that has carried nothing yet. */
export interface OpenConnection {
  readonly kind: 'open';
  readonly socket: TLSSocket;
  /** Name look-up, TCP and TLS together. */
  readonly connectMs: number;
  /** By the monotonic clock. */
  readonly openedAtMs: number;
}

/** Why there is no connection; no byte of any request has left. */
export interface FailedConnection {
  readonly kind: 'failed';
  readonly reason: string;
  readonly connectMs: number;
}

/** How long a connection may take to open, and whom it trusts. */
export interface ConnectionSettings {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  readonly secureContext: () => SecureContext;
  /** TLS sessions for resumption, by domain; a repeated handshake then costs no public-key work. */
  readonly sessions: Map<Domain, Buffer>;
}

/** Node.js's codes for a certificate whose time does not fit the clock. */
const CLOCK_ERRORS: ReadonlySet<string> = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);

/** An error as words for the log. Never holds a path: the configuration GET carries a ticket there. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join('; ').slice(0, 200);
  if (!(error instanceof Error)) return 'no reason given';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const words = error.message === '' ? error.name : error.message;
  // Without a battery a clock starts in the past, and then every certificate is from the future: say what to look at.
  const hint = CLOCK_ERRORS.has(code) ? "; is the terminal's clock right?" : '';
  return `${(code === '' || words.includes(code) ? words : `${words} (${code})`).slice(0, 160)}${hint}`;
}

/**
 * Name look-up, TCP and TLS under one time limit. Resolves to a socket whose peer is verified (chain and host name) and that
 * has not carried a byte of any request, or to the reason why there is none. Never rejects.
 */
export function openConnection(
  domain: Domain,
  settings: ConnectionSettings,
  signal: AbortSignal,
): Promise<OpenConnection | FailedConnection> {
  const { clock, connectTimeoutMs } = settings;
  const startedMs = clock.monotonicMs();
  return new Promise((resolve) => {
    let socket: TLSSocket | null = null;
    const settle = (result: Omit<OpenConnection, 'connectMs' | 'openedAtMs'> | Omit<FailedConnection, 'connectMs'>) => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      const openedAtMs = clock.monotonicMs();
      const connectMs = openedAtMs - startedMs;
      socket?.removeListener('close', onClose);
      if (result.kind === 'open') {
        result.socket.removeListener('error', onError);
        return resolve({ ...result, openedAtMs, connectMs });
      }
      socket?.destroy();
      resolve({ ...result, connectMs });
    };
    const fail = (reason: string) => settle({ kind: 'failed', reason });
    const onError = (error: Error) => fail(reasonOf(error));
    const onClose = () => fail('connection closed before TLS was established');
    const onAbort = () => fail('cancelled while connecting');
    const timer = clock.setTimeout(() => fail(`no connection within ${connectTimeoutMs} ms`), connectTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) return onAbort();
    try {
      const opened = startTls(domain, settings);
      socket = opened;
      opened.on('error', onError).on('close', onClose);
      opened.once('secureConnect', () => settle({ kind: 'open', socket: opened }));
    } catch (error) {
      fail(reasonOf(error));
    }
  });
}

function startTls(domain: Domain, settings: ConnectionSettings): TLSSocket {
  const url = new URL(domain);
  if (url.protocol !== 'https:') throw new Error(`the domain ${url.host} is not https`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const session = settings.sessions.get(domain);
  settings.sessions.delete(domain);
  const options: ConnectionOptions & Pick<TcpNetConnectOpts, 'autoSelectFamilyAttemptTimeout'> = {
    host,
    port: url.port === '' ? 443 : Number(url.port),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(session === undefined ? {} : { session }),
    secureContext: settings.secureContext(),
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
    // Node.js gives each address of a name 250 ms by default; a slow mobile network needs longer for the first one.
    autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(settings.connectTimeoutMs / 3)),
  };
  const socket = connect(options);
  // Whoever holds the socket listens too; this one keeps an error between two holders from ending the process.
  socket.setNoDelay(true).on('error', () => undefined);
  rememberSession(socket, domain, settings.sessions);
  return socket;
}

/** Node.js skips the host name check on a resumed session, so only a session whose peer was verified may be kept. */
function rememberSession(socket: TLSSocket, domain: Domain, sessions: Map<Domain, Buffer>): void {
  let latest: Buffer | null = null;
  let verified = false;
  const keep = () => {
    if (verified && latest !== null) sessions.set(domain, latest);
  };
  socket.on('session', (session: Buffer) => {
    latest = session;
    keep();
  });
  socket.once('secureConnect', () => {
    verified = true;
    keep();
  });
}
