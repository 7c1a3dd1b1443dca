import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TransportAnswer } from '../../cloudpay/transport.ts';
import { createUndiciTransport, type UndiciTransportOptions } from '../../cloudpay/undici-transport.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { createAuthority, createIdentity } from './tls-certificates.ts';

const test = suite('cloudpay/undici-transport');

const authority = await createAuthority('test authority');
const identity = await createIdentity(authority);
const clock = new SystemClock();
const BODY = '{"request_content":"{}"}';

type Conversation = (socket: TLSSocket, requests: string[]) => void;

interface Loopback {
  readonly domain: string;
  /** What arrived decrypted, one text a connection. */
  readonly requests: string[];
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

async function listen(server: Server, requests: string[], host = '127.0.0.1', at = 0): Promise<Loopback> {
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
function tlsServer(conversation: Conversation, options: TlsOptions = {}): Promise<Loopback> {
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

const reply = (body: string, head = 'HTTP/1.1 200 OK'): string =>
  `${head}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const answering =
  (body: string, head?: string): Conversation =>
  (socket) => {
    socket.end(reply(body, head));
  };

function transport(options: Partial<UndiciTransportOptions> = {}) {
  const defaults = { clock, connectTimeoutMs: 5000, requestTimeoutMs: 5000, extraCaPem: authority.pem };
  return createUndiciTransport({ ...defaults, ...options });
}

/** One POST to this server, then everything is closed. */
async function post(server: Loopback, options: Partial<UndiciTransportOptions> = {}, path = '/cpay/micro_pay') {
  const client = transport(options);
  try {
    const { signal } = new AbortController();
    return await client.request({ domain: server.domain, method: 'POST', path, body: BODY, signal });
  } finally {
    await client.close();
    await server.close();
  }
}

function assertNotSent(answer: TransportAnswer, server: Loopback, reason: RegExp): void {
  assert.is(answer.kind, 'not-sent', JSON.stringify(answer));
  if (answer.kind === 'not-sent') assert.match(answer.reason, reason);
  assert.equal(server.requests.join(''), '');
}

function assertLost(answer: TransportAnswer, reason: RegExp): void {
  assert.is(answer.kind, 'lost', JSON.stringify(answer));
  if (answer.kind === 'lost') assert.match(answer.reason, reason);
}

test('a request and its answer travel byte by byte', async () => {
  const server = await tlsServer(answering('{"d":"支付"}\n'));
  const answer = await post(server);
  assert.is(answer.kind, 'answer');
  if (answer.kind !== 'answer') return;
  assert.is(answer.httpStatus, 200);
  assert.is(Buffer.from(answer.body).toString('utf8'), '{"d":"支付"}\n');
  assert.ok(answer.connectMs >= 0 && answer.requestMs >= 0);
  const [request = ''] = server.requests;
  assert.match(request, /^POST \/cpay\/micro_pay HTTP\/1\.1\r\n/);
  assert.match(request, /content-type: application\/json/i);
  assert.ok(request.endsWith(`\r\n\r\n${BODY}`));
});

test('a chunked answer is put together', async () => {
  const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  const server = await tlsServer((socket) => socket.end(`${head}2\r\n{"\r\n4\r\na":1\r\n1\r\n}\r\n0\r\n\r\n`));
  const answer = await post(server);
  assert.is(answer.kind === 'answer' && Buffer.from(answer.body).toString(), '{"a":1}');
});

test('an answer with an error status is handed up as it is, and a redirect is not followed', async () => {
  const bad = await post(await tlsServer(answering('<html>', 'HTTP/1.1 502 Bad Gateway')));
  assert.is(bad.kind === 'answer' && bad.httpStatus, 502);
  const target = await tlsServer(answering('{}'));
  const moved = await post(
    await tlsServer(answering('', `HTTP/1.1 307 Moved\r\nlocation: ${target.domain}/cpay/micro_pay`)),
  );
  assert.is(moved.kind === 'answer' && moved.httpStatus, 307);
  assert.is(target.connections(), 0);
  await target.close();
});

// Everything before the handshake is done: certainly not sent.

const REFUSED: readonly (readonly [string, TlsOptions, RegExp])[] = [
  [
    'a certificate of an authority that nobody trusts',
    await createIdentity(await createAuthority('stranger')),
    /certificate/i,
  ],
  ['a certificate of another host', await createIdentity(authority, { host: 'pay.example.com' }), /altname|Host|IP/i],
  ['an expired certificate', await createIdentity(authority, { expired: true }), /expired/i],
  ['a certificate from the future', await createIdentity(authority, { early: true }), /not yet valid.*clock/i],
  [
    'a certificate that is for clients only',
    await createIdentity(authority, { clientOnly: true }),
    /purpose|unsuitable/i,
  ],
  [
    'a certificate that was signed with SHA-1',
    { ...(await createIdentity(authority, { digest: 'SHA-1' })), ciphers: 'DEFAULT@SECLEVEL=0' },
    /md too weak|signature|too weak/i,
  ],
  [
    'an RSA key of 1,024 bits',
    { ...(await createIdentity(authority, { rsaBits: 1024 })), ciphers: 'DEFAULT@SECLEVEL=0' },
    /key too (weak|small)/i,
  ],
  ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, /version|protocol/i],
  ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }, /version|protocol/i],
  [
    'a key exchange without forward secrecy',
    { ...(await createIdentity(authority, { rsaBits: 2048 })), maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
    /handshake failure|ECONNRESET/i,
  ],
];

for (const [name, options, reason] of REFUSED) {
  test(`${name} is refused before anything is sent`, async () => {
    const server = await tlsServer(answering('{}'), options);
    assertNotSent(await post(server), server, reason);
  });
}

test('a boot clock in the past locks nobody out: the same transport gets through once the certificate is valid', async () => {
  const client = transport();
  const { signal } = new AbortController();
  const request = { method: 'POST', path: '/', body: BODY, signal } as const;
  // Clock and certificate are moved apart by the certificate: this process has one clock, and TLS reads no other.
  const early = await tlsServer(answering('{}'), await createIdentity(authority, { early: true }));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const refused = await client.request({ ...request, domain: early.domain });
    assert.is(refused.kind === 'not-sent' && /clock/.test(refused.reason), true, JSON.stringify(refused));
  }
  const { port } = new URL(early.domain);
  await early.close();
  const requests: string[] = [];
  const valid = createTlsServer(identity, (socket) =>
    socket.on('error', () => undefined).once('data', () => socket.end(reply('{}'))),
  );
  const server = await listen(valid, requests, '127.0.0.1', Number(port));
  assert.is((await client.request({ ...request, domain: early.domain })).kind, 'answer');
  await client.close();
  await server.close();
});

for (const host of ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']) {
  test(`the domain at ${host} is refused with the certificate of another domain`, async () => {
    const other = await createIdentity(authority, { host: 'sz.pay.example.com' });
    const stranger = createTlsServer(other, (socket) => socket.on('error', () => undefined));
    stranger.on('tlsClientError', () => undefined);
    const server = await listen(stranger, [], host);
    assertNotSent(await post(server), server, /altname|Host|IP/i);
  });
}

test('TLS 1.2 with forward secrecy and an RSA key of 2,048 bits is good enough', async () => {
  const rsa = await createIdentity(authority, { rsaBits: 2048 });
  const server = await tlsServer(answering('{}'), { ...rsa, maxVersion: 'TLSv1.2' });
  assert.is((await post(server)).kind, 'answer');
});

test('the own authority is trusted only where it is configured', async () => {
  const server = await tlsServer(answering('{}'));
  assertNotSent(await post(server, { extraCaPem: null }), server, /certificate/i);
});

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a refused host stays refused when it offers to resume ${maxVersion}`, async () => {
    const elsewhere = await createIdentity(authority, { host: 'pay.example.com' });
    const server = await tlsServer(answering('{}'), { ...elsewhere, maxVersion });
    const client = transport();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { signal } = new AbortController();
      const answer = await client.request({ domain: server.domain, method: 'POST', path: '/', body: BODY, signal });
      assertNotSent(answer, server, /altname|IP/i);
    }
    await client.close();
    await server.close();
  });
}

test('a closed port is not sent', async () => {
  const server = await tlsServer(answering('{}'));
  await server.close();
  assertNotSent(await post(server), server, /ECONNREFUSED/);
});

test('a name that nobody knows is not sent', async () => {
  const server = await tlsServer(answering('{}'));
  await server.close();
  assertNotSent(await post({ ...server, domain: 'https://nobody.invalid' }), server, /ENOTFOUND|EAI_AGAIN/);
});

test('a domain without TLS is never spoken to', async () => {
  const server = await tlsServer(answering('{}'));
  assertNotSent(await post({ ...server, domain: server.domain.replace('https', 'http') }), server, /not https/);
});

test('a peer that stalls in the handshake is not sent', async () => {
  const server = await listen(createTcpServer(), []);
  assertNotSent(await post(server, { connectTimeoutMs: 100 }), server, /no connection within 100 ms/);
});

test('a peer that hangs up in the handshake is not sent', async () => {
  const server = await listen(
    createTcpServer((socket) => socket.once('data', () => socket.end())),
    [],
  );
  assertNotSent(await post(server), server, /before secure TLS|closed before|ECONNRESET/);
});

test('a peer that speaks no TLS is not sent', async () => {
  const server = await listen(
    createTcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    [],
  );
  assertNotSent(await post(server), server, /SSL|wrong version/i);
});

test('a request that is cancelled before it starts is not sent', async () => {
  const server = await tlsServer(answering('{}'));
  const client = transport();
  const signal = AbortSignal.abort();
  assertNotSent(
    await client.request({ domain: server.domain, method: 'POST', path: '/', body: BODY, signal }),
    server,
    /cancelled/,
  );
  await client.close();
  await server.close();
});

// Everything after: it may have been taken.

test('a peer that takes the request and hangs up leaves it lost, and it is not sent again', async () => {
  const server = await tlsServer((socket) => socket.destroy());
  assertLost(await post(server), /closed|ECONNRESET|hang up/i);
  assert.is(server.requests.length, 1);
  assert.is(server.connections(), 1);
});

test('a peer that takes the request and says nothing leaves it lost', async () => {
  const server = await tlsServer(() => undefined);
  assertLost(await post(server, { requestTimeoutMs: 100 }), /no complete answer within 100 ms/);
  assert.match(server.requests.join(''), /micro_pay/);
});

test('an answer that trickles past the limit leaves the request lost', async () => {
  let drip: NodeJS.Timeout | undefined;
  const server = await tlsServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
    drip = setInterval(() => socket.write('x'), 5);
    socket.on('close', () => clearInterval(drip));
  });
  assertLost(await post(server, { requestTimeoutMs: 150 }), /no complete answer within 150 ms/);
  clearInterval(drip);
});

test('an answer that ends early leaves the request lost', async () => {
  const server = await tlsServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":1}'));
  assertLost(await post(server), /closed|mismatch/i);
});

test('an answer of a megabyte leaves the request lost, announced or not', async () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  assertLost(await post(await tlsServer(answering(megabyte))), /over 262144 bytes/);
  const unannounced: Conversation = (socket) => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${megabyte}`);
  assertLost(await post(await tlsServer(unannounced)), /over 262144 bytes/);
});

test('the largest answer allowed arrives whole', async () => {
  const answer = await post(await tlsServer(answering('x'.repeat(256 * 1024))));
  assert.is(answer.kind === 'answer' && answer.body.length, 256 * 1024);
});

test('an answer that is not HTTP leaves the request lost', async () => {
  assertLost(await post(await tlsServer((socket) => socket.end('SMTP ready\r\n\r\n'))), /./);
});

test('a request that is cancelled under way is lost', async () => {
  const abort = new AbortController();
  const server = await tlsServer(() => abort.abort());
  const client = transport();
  const request = { domain: server.domain, method: 'POST', path: '/', body: BODY, signal: abort.signal } as const;
  assertLost(await client.request(request), /cancelled/);
  await client.close();
  await server.close();
});

test('closing ends a request under way as lost', async () => {
  const client = transport();
  const server = await tlsServer(() => void client.close());
  const { signal } = new AbortController();
  assertLost(
    await client.request({ domain: server.domain, method: 'POST', path: '/', body: BODY, signal }),
    /cancelled/,
  );
  await client.close();
  await server.close();
});

// Connections.

test('a warmed-up connection carries the next request, and each connection carries one', async () => {
  const server = await tlsServer((socket) => socket.write(reply('{}')));
  const client = transport();
  const { signal } = new AbortController();
  const request = { domain: server.domain, method: 'POST', path: '/', body: BODY, signal } as const;
  await client.warmUp(server.domain, signal);
  await client.warmUp(server.domain, signal);
  assert.is(server.connections(), 1);
  const first = await client.request(request);
  assert.is(first.kind, 'answer');
  assert.is(first.connectMs, 0);
  assert.is(server.connections(), 1);
  assert.is((await client.request(request)).kind, 'answer');
  assert.is(server.connections(), 2);
  assert.equal(
    server.requests.map((text) => text.split('POST').length - 1),
    [1, 1],
  );
  await client.close();
  await server.close();
});

test('a warmed-up connection that the gateway closed is replaced, not lost', async () => {
  let hungUp: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (hungUp = resolve));
  const requests: string[] = [];
  let count = 0;
  const tls = createTlsServer(identity, (socket) => {
    count += 1;
    socket.on('error', () => undefined);
    if (count === 1) socket.on('close', hungUp).end();
    else socket.once('data', () => socket.end(reply('{}')));
  });
  const server = await listen(tls, requests);
  const client = transport();
  const { signal } = new AbortController();
  await client.warmUp(server.domain, signal);
  await gone;
  const answer = await client.request({ domain: server.domain, method: 'POST', path: '/', body: BODY, signal });
  assert.is(answer.kind, 'answer');
  assert.is(count, 2);
  await client.close();
  await server.close();
});

test('a warm-up that fails says nothing and leaves the request its own attempt', async () => {
  const server = await tlsServer(answering('{}'), await createIdentity(authority, { expired: true }));
  const client = transport();
  const { signal } = new AbortController();
  await client.warmUp(server.domain, signal);
  const answer = await client.request({ domain: server.domain, method: 'POST', path: '/', body: BODY, signal });
  assertNotSent(answer, server, /expired/);
  assert.is(server.connections(), 2);
  await client.close();
  await client.close();
  await server.close();
});

test('a second connection resumes the first session', async () => {
  const resumed: boolean[] = [];
  const server = await tlsServer((socket) => {
    resumed.push(socket.isSessionReused());
    socket.end(reply('{}'));
  });
  const client = transport();
  const { signal } = new AbortController();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const answer = await client.request({ domain: server.domain, method: 'POST', path: '/', body: BODY, signal });
    assert.is(answer.kind, 'answer');
  }
  assert.equal(resumed, [false, true]);
  await client.close();
  await server.close();
});

test.run();
