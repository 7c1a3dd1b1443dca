import { createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  answering,
  assertLost,
  assertNotSent,
  authority,
  BODY,
  type Conversation,
  identity,
  listen,
  post,
  reply,
  tlsServer,
  transport,
} from './loopback.ts';
import { createAuthority, createIdentity } from './tls-certificates.ts';

const test = suite('cloudpay/undici-transport');

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

test.run();
