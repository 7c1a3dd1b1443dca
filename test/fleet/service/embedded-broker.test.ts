import { connect as connectMqtt, type IClientOptions, type MqttClient } from 'mqtt';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { terminalSubscription, topicOf } from '../../../fleet/contract/topics.ts';
import { CertificateAuthority, type IssuedIdentity } from '../../../fleet/service/authority/certificate-authority.ts';
import { RevocationList } from '../../../fleet/service/authority/revocation-list.ts';
import { EmbeddedBroker } from '../../../fleet/service/ingest/embedded-broker.ts';
import type { Uplink } from '../../../fleet/service/ingest/uplink.ts';
import type { UplinkEnd } from '../../../fleet/service/ingest/uplink-sink.ts';
import { FleetMetrics } from '../../../fleet/service/metrics.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../../hal/random/system-random.ts';
import { silentLog } from '../../support/fleet-parts.ts';

const broker = suite('fleet/service/ingest/embedded-broker');
const clock = new SystemClock();
const random = new SystemRandom();
const folder = mkdtempSync(join(tmpdir(), 'till-ca-'));
const metrics = new FleetMetrics();
const heard: Uplink[] = [];
const wakers: (() => void)[] = [];
let authority: CertificateAuthority;
let embedded: EmbeddedBroker;
let revoked: RevocationList;
const clients: MqttClient[] = [];

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    await new Promise<void>((resolve) => {
      wakers.push(resolve);
      setTimeout(resolve, 50);
    });
  }
}

broker.before(async () => {
  authority = await CertificateAuthority.init({ folder, random, nowMs: clock.wallMs() }, 'Till test fleet');
  const server = await authority.issueServer(['127.0.0.1'], 30);
  revoked = new RevocationList({
    ...{ crlFile: authority.files.crl, caPem: authority.caPem, clock, log: silentLog },
    onChange: () => embedded.dropRevoked(),
  });
  await revoked.open();
  embedded = new EmbeddedBroker({
    ...{ clock, log: silentLog, metrics, host: '127.0.0.1', port: 0 },
    tls: { cert: server.cert, key: server.key ?? '', ca: authority.caPem },
    isRevoked: (serial) => revoked.isRevoked(serial),
    flood: { packetsBurst: 300, packetsPerSecond: 10, bytesBurst: 2_000_000, bytesPerSecond: 1_000_000 },
  });
  await embedded.open({
    offer: async (uplink): Promise<UplinkEnd> => {
      heard.push(uplink);
      for (const wake of wakers.splice(0)) wake();
      return 'committed';
    },
    room: async () => undefined,
  });
});

broker.after(async () => {
  for (const client of clients) client.end(true);
  revoked.close();
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(identity: IssuedIdentity, clientId: string, more: IClientOptions = {}): MqttClient {
  const client = connectMqtt({
    ...{ protocol: 'mqtts', host: '127.0.0.1', port: embedded.port, protocolVersion: 4, clientId, reconnectPeriod: 0 },
    ...{ cert: identity.cert, key: identity.key ?? '', ca: authority.caPem, ...more },
  });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

const fate = (client: MqttClient): Promise<'connected' | 'refused'> =>
  new Promise((resolve) => {
    client.once('connect', () => resolve('connected'));
    client.once('close', () => resolve('refused'));
  });
const closed = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once('close', () => resolve()));

async function turnedAway(why: string): Promise<number> {
  const { values } = await metrics.turnedAway.get();
  return values.find(({ labels }) => labels.why === why)?.value ?? 0;
}

broker('a terminal speaks on its own topics and hears what is sent to it', async () => {
  const identity = await authority.enrol('till-1', 30);
  const client = open(identity, 'till-1', { username: 'till-1' });
  assert.is(await fate(client), 'connected');
  const granted = await client.subscribeAsync(terminalSubscription('till-1'), { qos: 1 });
  assert.is(granted[0]?.qos, 1);
  await client.publishAsync(topicOf('till-1', 'up/ev'), '{"mine":1}', { qos: 1 });
  await until(() => heard.some(({ tid, family }) => tid === 'till-1' && family === 'up/ev'));
  const message = new Promise<string>((resolve) => client.once('message', (topic) => resolve(topic)));
  embedded.send('till-1', 'dn/ack', Buffer.from('{}'));
  assert.is(await message, 'f/v1/till-1/dn/ack');
  assert.is(client.connected, true);
});

broker('the will of a terminal that vanishes is heard', async () => {
  const identity = await authority.enrol('till-will', 30);
  const will = {
    topic: topicOf('till-will', 'up/st'),
    payload: Buffer.from('{"on":0,"b":1}'),
    qos: 1 as const,
    retain: true,
  };
  const client = open(identity, 'till-will', { will });
  assert.is(await fate(client), 'connected');
  client.stream.destroy();
  await until(() => heard.some(({ tid, family }) => tid === 'till-will' && family === 'up/st'));
});

broker('a foreign certificate, none at all and a stolen client id stay outside', async () => {
  const other = mkdtempSync(join(tmpdir(), 'till-ca-'));
  const stranger = await CertificateAuthority.init({ folder: other, random, nowMs: clock.wallMs() }, 'Somebody else');
  assert.is(await fate(open(await stranger.enrol('till-1', 30), 'till-1')), 'refused');
  rmSync(other, { recursive: true, force: true });
  const bare = connectTls({ host: '127.0.0.1', port: embedded.port, ca: authority.caPem });
  bare.on('error', () => undefined);
  await new Promise((resolve) => bare.once('close', resolve));
  const thief = await authority.enrol('till-thief', 30);
  assert.is(await fate(open(thief, 'till-1')), 'refused');
  assert.is(await fate(open(thief, 'till-thief', { username: 'till-1' })), 'refused');
  assert.is(await fate(open(await authority.issueWorker('w1', 30), 'fleet.w1')), 'refused', 'no terminal id');
  assert.ok((await turnedAway('certificate')) >= 2);
  assert.is(await turnedAway('client-id'), 3);
});

broker('another terminal’s topics are refused, and its events never come from a stranger', async () => {
  const nosy = open(await authority.enrol('till-nosy', 30), 'till-nosy');
  assert.is(await fate(nosy), 'connected');
  const refusals: unknown[] = [];
  for (const topic of ['f/v1/till-1/dn/#', 'f/v1/+/dn/#', '#', 'f/v1/till-nosy/up/#', '$SYS/#']) {
    const granted = await nosy.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }]);
    refusals.push(granted[0]?.qos);
  }
  assert.equal(refusals, [128, 128, 128, 128, 128]);
  const before = heard.length;
  nosy.publish(topicOf('till-1', 'up/ev'), '{}', { qos: 1 });
  await closed(nosy);
  const liar = open(await authority.enrol('till-liar', 30), 'till-liar');
  assert.is(await fate(liar), 'connected');
  liar.publish(topicOf('till-liar', 'dn/ack'), '{}', { qos: 1 });
  await closed(liar);
  assert.is(heard.length, before);
});

broker('a packet that is too long and a flood end their own connection and no other', async () => {
  const calm = open(await authority.enrol('till-calm', 30), 'till-calm');
  assert.is(await fate(calm), 'connected');
  const big = open(await authority.enrol('till-big', 30), 'till-big');
  assert.is(await fate(big), 'connected');
  big.publish(topicOf('till-big', 'up/ev'), Buffer.alloc(200_000), { qos: 1 });
  await closed(big);
  assert.is(await turnedAway('packet-too-large'), 1);
  const loud = open(await authority.enrol('till-loud', 30), 'till-loud');
  assert.is(await fate(loud), 'connected');
  for (let i = 0; i < 1_000; i++) loud.publish(topicOf('till-loud', 'up/tm'), '{}', { qos: 0 });
  await closed(loud);
  assert.is(await turnedAway('flood'), 1);
  await calm.publishAsync(topicOf('till-calm', 'up/tm'), '{}', { qos: 1 });
  await until(() => heard.some(({ tid }) => tid === 'till-calm'));
});

broker('a revoked terminal is put out at once and never comes in again', async () => {
  const identity = await authority.enrol('till-lost', 30);
  const client = open(identity, 'till-lost');
  assert.is(await fate(client), 'connected');
  assert.equal(
    (await authority.revoke('till-lost')).map(({ name }) => name),
    ['till-lost'],
  );
  await closed(client);
  assert.is(await fate(open(identity, 'till-lost')), 'refused');
  assert.ok((await turnedAway('revoked')) >= 2);
  assert.is(await fate(open(await authority.enrol('till-lost', 30), 'till-lost')), 'connected', 'enrolled anew');
});

broker('a certificate request keeps its key at home, and a second CA is never made over the first', async () => {
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=whatever',
    keys,
    signingAlgorithm: algorithm,
  });
  const issued = await authority.enrol('till-csr', 30, request.toString('pem'));
  assert.is(issued.key, null);
  assert.match(new x509.X509Certificate(issued.cert).subject, 'CN=till-csr');
  let refusal = '';
  await authority.enrol('till/csr', 30).catch((error: Error) => (refusal = error.message));
  assert.match(refusal, 'is no terminal id');
  await CertificateAuthority.init({ folder, random, nowMs: 0 }, 'again').catch(
    (error: Error) => (refusal = error.message),
  );
  assert.match(refusal, 'has a CA already');
});

broker.run();
