import { createServer as createTlsServer } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  answering,
  assertNotSent,
  authority,
  BODY,
  identity,
  listen,
  reply,
  tlsServer,
  transport,
} from './loopback.ts';
import { createIdentity } from './tls-certificates.ts';

const test = suite('cloudpay/undici-connections');

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
