import { createServer as createTcpServer, type Server } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCloudPay } from '../../cloudpay/cloud-pay.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { PAY } from './asked.ts';
import { authority, identity, listen, reply, transport, type Loopback } from './loopback.ts';
import { envelope, IDENTITY } from './scripted-transport.ts';
import { createAuthority, createIdentity } from './tls-certificates.ts';
import { CONTENT_VECTORS } from './vectors.ts';

// Every way in which a connection must not be believed, on each of the four domains, against the client that pays.

const test = suite('cloudpay/tls-matrix');

const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
const OLD = { ciphers: 'DEFAULT@SECLEVEL=0' };
/** Long enough for any handshake on a busy machine; the stalling server gets less, since nothing can come of it. */
const PATIENT_MS = 20_000;
const IMPATIENT_MS = 300;

interface Setting {
  readonly name: string;
  /** null: the server takes the connection and never says a word. */
  readonly tls: TlsOptions | null;
  readonly reason: RegExp;
}

const BAD: readonly Setting[] = [
  {
    name: 'an authority that nobody trusts',
    tls: await createIdentity(await createAuthority('stranger')),
    reason: /certificate/i,
  },
  {
    name: 'the certificate of another host',
    tls: await createIdentity(authority, { host: 'pay.example.com' }),
    reason: /altname|Host|IP/i,
  },
  {
    name: 'an expired certificate',
    tls: await createIdentity(authority, { expired: true }),
    reason: /expired/i,
  },
  {
    name: 'a certificate that is not yet valid',
    tls: await createIdentity(authority, { early: true }),
    reason: /not yet valid.*clock/i,
  },
  {
    name: 'a certificate for clients only',
    tls: await createIdentity(authority, { clientOnly: true }),
    reason: /purpose|unsuitable/i,
  },
  {
    name: 'a certificate signed with SHA-1',
    tls: { ...(await createIdentity(authority, { digest: 'SHA-1' })), ...OLD },
    reason: /md too weak|signature|too weak/i,
  },
  {
    name: 'an RSA key of 1,024 bits',
    tls: { ...(await createIdentity(authority, { rsaBits: 1024 })), ...OLD },
    reason: /key too (weak|small)/i,
  },
  {
    name: 'a static RSA key exchange',
    tls: {
      ...(await createIdentity(authority, { rsaBits: 2048 })),
      maxVersion: 'TLSv1.2',
      ciphers: 'AES128-GCM-SHA256',
    },
    reason: /handshake failure|ECONNRESET/i,
  },
  { name: 'TLS 1.1', tls: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ...OLD }, reason: /version|protocol/i },
  { name: 'TLS 1.0', tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1', ...OLD }, reason: /version|protocol/i },
  { name: 'a server that stalls in the handshake', tls: null, reason: /no connection within 300 ms/ },
];

/** Four domains that are all set up like this, and answer every payment as paid. */
async function fourDomains(tls: TlsOptions | null): Promise<Loopback[]> {
  const paid = reply(envelope(CONTENT_VECTORS.V2.text));
  return Promise.all(
    ADDRESSES.map((address) => {
      const requests: string[] = [];
      const server: Server =
        tls === null
          ? createTcpServer((socket) => socket.on('error', () => undefined).resume())
          : createTlsServer({ ...identity, ...tls }, (socket) => {
              socket
                .on('error', () => undefined)
                .on('data', (bytes: Buffer) => {
                  requests.push(bytes.toString('utf8'));
                  if (bytes.toString('utf8').includes('request_content')) socket.end(paid);
                });
            });
      server.on('tlsClientError', () => undefined);
      return listen(server, requests, address);
    }),
  );
}

/** One payment offered to each domain, as the failover does; every answer with the name of its domain. */
async function payAt(domains: readonly Loopback[], connectTimeoutMs: number) {
  const client = transport({ connectTimeoutMs, requestTimeoutMs: PATIENT_MS });
  const gateway = createCloudPay({
    ...{ transport: client, clock: new SystemClock(), random: new SeededRandom(1) },
    identity: IDENTITY,
  });
  const payment = gateway.preparePayment(PAY);
  const answers = [];
  for (const { domain } of domains) {
    answers.push(await gateway.pay(payment, { domain, signal: new AbortController().signal }));
  }
  await client.close();
  for (const server of domains) await server.close();
  return answers;
}

for (const { name, tls, reason } of BAD) {
  test(`${name} is refused at each of the four domains, and not a byte of a payment goes out`, async () => {
    const domains = await fourDomains(tls);
    const answers = await payAt(domains, tls === null ? IMPATIENT_MS : PATIENT_MS);
    for (const answer of answers) {
      assert.is(answer.kind, 'not-sent', JSON.stringify(answer));
      if (answer.kind === 'not-sent') assert.match(answer.reason, reason, answer.reason);
    }
    for (const server of domains) assert.equal(server.requests, [], 'nothing was decrypted');
    assert.ok(
      domains.every((server) => server.connections() > 0),
      'each domain was tried',
    );
  });
}

test('the same four domains with a good certificate are paid at, each', async () => {
  for (const tls of [{}, { maxVersion: 'TLSv1.2' }] as const) {
    const answers = await payAt(await fourDomains(tls), PATIENT_MS);
    assert.equal(
      answers.map(({ kind }) => kind),
      ['order', 'order', 'order', 'order'],
    );
  }
});

test.run();
