import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import type { HostCondition } from '../../../simulator/gateway/fault-script.ts';
import { demoMerchants } from '../../../simulator/gateway/merchant.ts';
import { startSandboxServer, type SandboxServer } from '../../../simulator/gateway/server.ts';
import { at, envelope, orderNumber, payFields, SN, type Fields } from './bench.ts';

interface Context {
  folder: string;
  clock: VirtualClock;
  server: SandboxServer;
}

const server = suite<Context>('simulator/gateway/server');

const start = (folder: string, clock: VirtualClock): Promise<SandboxServer> =>
  startSandboxServer({ dataDir: folder, clock, random: new SeededRandom('server'), merchants: demoMerchants(SN) });

server.before.each(async (context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'till-gateway-'));
  // Certificates are judged by the real clock; everything else here is virtual time.
  context.clock = new VirtualClock(Date.now());
  context.server = await start(context.folder, context.clock);
});
server.after.each(async (context) => {
  await context.server.close();
  rmSync(context.folder, { recursive: true });
});

interface Wire {
  readonly httpStatus: number;
  readonly body: string;
}

/** One HTTPS request on a connection of its own; rejects with the socket's error. */
function send(context: Context, host: number, path: string, body: string, options: RequestOptions = {}): Promise<Wire> {
  const url = new URL(path, context.server.domains[host]);
  const ca = readFileSync(context.server.caFile);
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', ca, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ httpStatus: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const pay = (context: Context, host: number, n: number, fen: number): Promise<Wire> =>
  send(context, host, '/cpay/micro_pay', envelope(JSON.stringify(payFields(orderNumber(n), fen))));

/** The error code of a request that must fail. */
async function errorOf(sent: Promise<Wire>): Promise<string> {
  try {
    await sent;
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : String(error);
  }
  return 'no error';
}

/** A client from the past: it can speak nothing newer. */
const TLS10: RequestOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };

async function control(context: Context, method: string, path: string, body?: unknown): Promise<[number, Fields]> {
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`${context.server.controlUrl}${path}`, init);
  return [response.status, (await response.json()) as Fields];
}

server('four domains answer over verified TLS and share one book', async (context) => {
  assert.is(new Set(context.server.domains).size, 4);
  for (const host of [0, 1, 2, 3]) {
    const { body } = await send(context, host, '/cpay/ping', '');
    assert.is((JSON.parse(body) as Fields)['description'], 'ok');
    assert.is((await pay(context, host, 1, 2)).httpStatus, 200);
  }
  assert.is(context.server.sandbox.book().orders[0]?.charges, 1);
});

server('TLS older than 1.2 is refused, and so is a client without our CA', async (context) => {
  assert.match(await errorOf(send(context, 0, '/cpay/ping', '', TLS10)), /EPROTO.*protocol/s);
  assert.match(await errorOf(send(context, 0, '/cpay/ping', '', { ca: [] })), /SELF_SIGNED|UNABLE_TO/);
});

const BAD: readonly (readonly [HostCondition, RegExp])[] = [
  ['refuse', /ECONNREFUSED/],
  ['tls10', /EPROTO.*protocol/s],
  ['foreign-certificate', /ERR_TLS_CERT_ALTNAME_INVALID/],
  ['expired-certificate', /CERT_HAS_EXPIRED/],
  ['untrusted-ca', /UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|SELF_SIGNED/],
];

for (const [condition, error] of BAD) {
  server(`a domain can be made ${condition}, alone, and comes back`, async (context) => {
    await control(context, 'POST', '/hosts/1', { condition });
    await context.server.settled();
    assert.match(await errorOf(send(context, 1, '/cpay/ping', '')), error);
    if (condition === 'tls10') assert.is((await send(context, 1, '/cpay/ping', '', TLS10)).httpStatus, 200);
    assert.is((await send(context, 2, '/cpay/ping', '')).httpStatus, 200);
    await control(context, 'POST', '/hosts/1', { condition: 'up' });
    await context.server.settled();
    assert.is((await send(context, 1, '/cpay/ping', '')).httpStatus, 200);
  });
}

server('a stalled domain accepts TCP and never says a word', async (context) => {
  context.server.sandbox.setHost(3, 'stall', 60_000);
  await context.server.settled();
  const url = new URL(context.server.domains[3] ?? '');
  const heard = await new Promise<string>((resolve) => {
    const socket = connect(Number(url.port), url.hostname, () => {
      socket.write('anything');
      // The condition ends by itself in virtual time, and the standing connection with it.
      context.clock.advance(60_001);
    });
    socket.on('data', () => resolve('data'));
    socket.on('close', () => resolve('closed without a byte'));
    // The unread hello makes it a reset.
    socket.on('error', () => resolve('closed without a byte'));
  });
  assert.is(heard, 'closed without a byte');
  await context.server.settled();
  assert.is((await send(context, 3, '/cpay/ping', '')).httpStatus, 200);
});

server('answers are cut, cut inside and broken on the wire, and the book knows better', async (context) => {
  assert.match(await errorOf(pay(context, 0, 1, 90001)), /ECONNRESET/);
  assert.match(await errorOf(pay(context, 0, 2, 90002)), /ECONNRESET/);
  assert.match(await errorOf(pay(context, 0, 3, 90021)), /ECONNRESET/);
  assert.is((await pay(context, 0, 4, 90022)).httpStatus, 502);
  assert.ok((await pay(context, 0, 5, 90026)).body.length > 1_048_576);
  const charged = context.server.sandbox.book().orders.map((order) => [order.number, order.charges]);
  assert.equal(charged.toReversed(), [
    [orderNumber(2), 1],
    [orderNumber(3), 1],
    [orderNumber(5), 1],
  ]);
});

server('a domain dies after charging; the others still know the order', async (context) => {
  assert.match(await errorOf(pay(context, 0, 1, 90031)), /ECONNRESET/);
  await context.server.settled();
  assert.match(await errorOf(pay(context, 0, 1, 90031)), /ECONNREFUSED/);
  const { body } = await pay(context, 1, 1, 90031);
  assert.match(body, /\\"status\\":0/);
  assert.is(context.server.sandbox.book().orders[0]?.charges, 1);
});

server('30 s of silence end with a cut connection', async (context) => {
  const sent = errorOf(pay(context, 0, 1, 90024));
  while (context.server.sandbox.book().orders.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  context.clock.advance(30_000);
  assert.match(await sent, /ECONNRESET/);
});

server('a gateway that is closed while it is silent holds nothing any more', async (context) => {
  const { server: open, clock } = context;
  const before = clock.pending;
  const gone = errorOf(pay(context, 0, 1, 90_024));
  while (clock.pending === before) await new Promise((resolve) => setImmediate(resolve));
  await open.close();
  assert.match(await gone, /ECONNRESET|socket hang up/);
  assert.is(clock.pending, 0);
});

server('a request that is too large is turned away', async (context) => {
  const outcome = await send(context, 0, '/cpay/micro_pay', 'x'.repeat(300_000)).then(
    (answer) => String(answer.httpStatus),
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'failed'),
  );
  assert.match(outcome, /413|EPIPE|ECONNRESET/);
  assert.is(context.server.sandbox.book().orders.length, 0);
});

server('the CA and the book survive a restart; the private key is the owner’s alone', async (context) => {
  await pay(context, 0, 1, 2);
  const ca = readFileSync(context.server.caFile, 'utf8');
  assert.is(statSync(join(context.folder, 'ca-key.pem')).mode & 0o777, 0o600);
  await context.server.close();
  const saved = readFileSync(join(context.folder, 'book.json'), 'utf8');
  assert.not.match(saved, `13${orderNumber(1).slice(-16)}`);
  context.server = await start(context.folder, context.clock);
  assert.is(readFileSync(context.server.caFile, 'utf8'), ca);
  await pay(context, 2, 1, 2);
  assert.is(context.server.sandbox.book().orders[0]?.charges, 1);
  assert.is(context.server.sandbox.book().orders.length, 1);
});

server('the control API shows the book, arms faults and checks what it is given', async (context) => {
  const [armed, fault] = await control(context, 'POST', '/faults', { script: 'status-103-paid', times: 2 });
  assert.equal([armed, fault['interface'], fault['remaining']], [201, 'micro_pay', 2]);
  await pay(context, 0, 1, 2);
  const [, book] = await control(context, 'GET', '/book');
  assert.equal([at(book, 'orders.0.charges'), at(book, 'faults.0.remaining'), at(book, 'log.0.status')], [1, 1, 103]);
  assert.equal(await control(context, 'DELETE', '/faults', {}), [200, { removed: 1 }]);
  for (const [path, body, words] of [
    ['/faults', { script: 'nonsense' }, /unknown script/],
    ['/faults', { script: 'garbage', interfaces: 'ping' }, /interfaces/],
    ['/faults', { script: 'garbage', times: 0 }, /times/],
    ['/hosts/0', { condition: 'asleep' }, /condition/],
    ['/profile', { profile: 'newest' }, /profile/],
    ['/latency', { kind: 'uniform', fromMs: 9, toMs: 1 }, /toMs/],
    ['/settings', { deviceId: 'nowhere' }, /nowhere/],
  ] as const) {
    const [status, answer] = await control(context, 'POST', path, body);
    assert.is(status, 400, path);
    assert.match(String(answer['error']), words);
  }
  assert.is((await control(context, 'POST', '/hosts/4', { condition: 'up' }))[0], 404);
  assert.is((await control(context, 'POST', '/orders/1/pay', {}))[0], 409);
});

server('the control API makes configuration QRs, codes and settings, and types the password', async (context) => {
  const [, ticket] = await control(context, 'POST', '/settings', { domain: 2, release: true });
  assert.ok(String(ticket['qr']).startsWith(`${context.server.domains[2] ?? ''}/cpay/use_device_setting?osi=`));
  assert.match(String(ticket['svg']), '<svg');
  const { pathname, search } = new URL(String(ticket['qr']));
  const { body } = await send(context, 0, `${pathname}${search}&sn=${SN}`, '', { method: 'GET' });
  assert.is(at(JSON.parse(body), 'use_device_setting.device_id'), 'dev-001');
  const [, codes] = await control(context, 'GET', '/codes');
  assert.is(Object.keys(codes).length, 10);
  assert.equal(at((await control(context, 'GET', '/codes/alipay/password?wait=12'))[1], 'waitS'), 12);
  assert.equal(at((await control(context, 'POST', '/profile', { profile: 'until2018' }))[1], 'profile'), 'until2018');
  await control(context, 'POST', '/latency', { kind: 'fixed', ms: 0 });
  await pay(context, 0, 1, 90014);
  assert.is((await control(context, 'POST', `/orders/${orderNumber(1)}/pay`, {}))[0], 200);
  assert.is(context.server.sandbox.book().orders[0]?.charges, 1);
  assert.is(Object.keys((await control(context, 'GET', '/scripts'))[1]).length, 45);
  assert.is(await (await fetch(`${context.server.controlUrl}/ca.pem`)).text(), context.server.caPem);
});

server('the control API refuses foreign pages: other host names and other content types', async (context) => {
  const plain = await fetch(`${context.server.controlUrl}/faults`, { method: 'POST', body: '{"script":"garbage"}' });
  assert.is(plain.status, 415);
  const url = new URL(context.server.controlUrl);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () =>
      socket.write('GET /book HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n'),
    );
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  assert.match(answer, / 400 /);
});

server('the page and its files need nothing from elsewhere', async (context) => {
  for (const path of [
    '/',
    ...['page.css', 'page.js', 'words.js', 'controls.js', 'truth.js', 'elements.js', 'state.js'].map(
      (file) => `/${file}`,
    ),
  ]) {
    const response = await fetch(`${context.server.controlUrl}${path}`);
    assert.is(response.status, 200, path);
    assert.not.match(await response.text(), /https?:\/\/(?!127\.0\.0\.1)/);
  }
});

server('a port in use by another program is an error that names it', async (context) => {
  const port = Number(new URL(context.server.domains[0] ?? '').port);
  const second = join(context.folder, 'second');
  const options = { dataDir: second, clock: context.clock, random: new SeededRandom('x'), port };
  const problem = await startSandboxServer(options).then(
    () => 'started',
    (error: unknown) => String(error),
  );
  assert.match(problem, `EADDRINUSE`);
  assert.ok(existsSync(second));
});

server.run();
