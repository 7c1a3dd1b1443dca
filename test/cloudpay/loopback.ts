import { type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import * as assert from 'uvu/assert';
import type { TransportAnswer } from '../../cloudpay/transport.ts';
import { createUndiciTransport, type UndiciTransportOptions } from '../../cloudpay/undici-transport.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { createAuthority, createIdentity } from './tls-certificates.ts';

export const authority = await createAuthority('test authority');
export const identity = await createIdentity(authority);
const clock = new SystemClock();
export const BODY = '{"request_content":"{}"}';

export type Conversation = (socket: TLSSocket, requests: string[]) => void;

export interface Loopback {
  readonly domain: string;
  /** What arrived decrypted, one text a connection. */
  readonly requests: string[];
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export async function listen(server: Server, requests: string[], host = '127.0.0.1', at = 0): Promise<Loopback> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(at, host, resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { domain: `https://${host}:${port}`, requests, connections: () => connections, close };
}

/** A TLS server that holds this conversation once a whole request is in. */
export function tlsServer(conversation: Conversation, options: TlsOptions = {}): Promise<Loopback> {
  const requests: string[] = [];
  const server = createTlsServer({ ...identity, ...options }, (socket) => {
    let text = '';
    const index = requests.push('') - 1;
    socket
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        requests[index] = text;
        const [head = '', body] = text.split('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (body !== undefined && Buffer.byteLength(body) >= length) conversation(socket, requests);
      });
  });
  server.on('tlsClientError', () => undefined);
  return listen(server, requests);
}

export const reply = (body: string, head = 'HTTP/1.1 200 OK'): string =>
  `${head}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
export const answering =
  (body: string, head?: string): Conversation =>
  (socket) => {
    socket.end(reply(body, head));
  };

export function transport(options: Partial<UndiciTransportOptions> = {}) {
  const defaults = { clock, connectTimeoutMs: 5000, requestTimeoutMs: 5000, extraCaPem: authority.pem };
  return createUndiciTransport({ ...defaults, ...options });
}

/** One POST to this server, then everything is closed. */
export async function post(server: Loopback, options: Partial<UndiciTransportOptions> = {}, path = '/cpay/micro_pay') {
  const client = transport(options);
  try {
    const { signal } = new AbortController();
    return await client.request({ domain: server.domain, method: 'POST', path, body: BODY, signal });
  } finally {
    await client.close();
    await server.close();
  }
}

export function assertNotSent(answer: TransportAnswer, server: Loopback, reason: RegExp): void {
  assert.is(answer.kind, 'not-sent', JSON.stringify(answer));
  if (answer.kind === 'not-sent') assert.match(answer.reason, reason);
  assert.equal(server.requests.join(''), '');
}

export function assertLost(answer: TransportAnswer, reason: RegExp): void {
  assert.is(answer.kind, 'lost', JSON.stringify(answer));
  if (answer.kind === 'lost') assert.match(answer.reason, reason);
}
