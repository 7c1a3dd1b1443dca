import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from '../../hal/clock/contract.ts';
import type { SandboxAnswer } from './answer.ts';
import type { Certificates } from './certificates.ts';
import type { SandboxRequest } from './exchange.ts';
import type { HostCondition } from './fault-script.ts';

/** Where one of the domains listens, and who answers there. */
export interface DomainListenerOptions {
  /** 0 to 3. */
  readonly index: number;
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly certificates: Certificates;
  readonly clock: Clock;
  handle(request: SandboxRequest): SandboxAnswer;
}

/** One of the four domains as sockets on this machine. */
export interface DomainListener {
  readonly port: number;
  /** Makes new connections meet this condition, and drops the standing ones when it changed. */
  apply(condition: HostCondition): Promise<void>;
  close(): Promise<void>;
}

const REQUEST_BYTES_MAX = 262_144;

/** Starts listening. @throws the listen error (`EADDRINUSE`, `EADDRNOTAVAIL`) */
export async function openDomainListener(options: DomainListenerOptions): Promise<DomainListener> {
  const sockets = new Set<Socket>();
  const fronts = new Map<HostCondition, HttpsServer>();
  let condition: HostCondition = 'up';

  const frontFor = (wanted: HostCondition): HttpsServer => {
    const known = fronts.get(wanted);
    if (known !== undefined) return known;
    const front = createHttpsServer(tlsOptions(wanted, options.certificates), (request, response) => {
      void serve(options, request, response);
    });
    // A client that refuses our certificate is what these conditions are for.
    front.on('tlsClientError', (_error, socket) => socket.destroy());
    fronts.set(wanted, front);
    return front;
  };
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (condition !== 'stall') frontFor(condition).emit('connection', socket);
  });
  await listen(listener, options.address, options.port);
  const port = (listener.address() as AddressInfo).port;

  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    async apply(next) {
      if (next === condition) return;
      condition = next;
      dropAll();
      if (next === 'refuse') await stopListening(listener);
      else if (!listener.listening) await listen(listener, options.address, port);
    },
    async close() {
      const stopped = stopListening(listener);
      dropAll();
      await stopped;
      for (const front of fronts.values()) front.close();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stopListening(server: Server): Promise<void> {
  return server.listening ? new Promise((resolve) => server.close(() => resolve())) : Promise.resolve();
}

function tlsOptions(condition: HostCondition, certificates: Certificates): SecureContextOptions {
  switch (condition) {
    case 'tls10':
      // OpenSSL 3 offers TLS 1.0 only at security level 0.
      return { ...certificates.right, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };
    case 'foreign-certificate':
      return { ...certificates.foreign, minVersion: 'TLSv1.2' };
    case 'expired-certificate':
      return { ...certificates.expired, minVersion: 'TLSv1.2' };
    case 'untrusted-ca':
      return { ...certificates.untrusted, minVersion: 'TLSv1.2' };
    default:
      return { ...certificates.right, minVersion: 'TLSv1.2' };
  }
}

async function serve(
  options: DomainListenerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const answer = options.handle({ host: options.index, method: request.method ?? '', path, query, body });
  if (answer.delayMs > 0) await due(answer.delayMs, response, options.clock);
  if (!response.destroyed) send(answer, response);
}

/** Until the answer is due or nobody waits for it any more: a gateway that was closed must not hold its process for half a minute. */
function due(delayMs: number, response: ServerResponse, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clock.clearTimeout(timer);
      response.off('close', over);
      resolve();
    };
    const timer = clock.setTimeout(over, delayMs);
    response.once('close', over);
    if (response.destroyed) over();
  });
}

/** null when it is too large, or the client went away. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > REQUEST_BYTES_MAX) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(answer: SandboxAnswer, response: ServerResponse): void {
  if (answer.cut !== null || answer.silence) {
    response.socket?.destroy();
    return;
  }
  const bytes = Buffer.from(answer.body, 'utf8');
  response.writeHead(answer.httpStatus, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': bytes.length,
  });
  if (answer.truncateAt === null) {
    response.end(bytes);
    return;
  }
  // The announced length stays: the client must notice that the rest is missing.
  response.write(bytes.subarray(0, answer.truncateAt), () => response.socket?.destroySoon());
}
