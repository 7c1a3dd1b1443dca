import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { connect as connectMqtt, type MqttClient } from 'mqtt';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { topicOf } from '../../../fleet/contract/topics.ts';
import { CertificateAuthority, type IssuedIdentity } from '../../../fleet/service/authority/certificate-authority.ts';
import { natsUsers } from '../../../fleet/service/authority/nats-users.ts';
import { type FleetService, startFleetService } from '../../../fleet/service/fleet-service.ts';
import { JetStreamSource } from '../../../fleet/service/ingest/jetstream-source.ts';
import { MqttShareSource } from '../../../fleet/service/ingest/mqtt-share-source.ts';
import type { UplinkSource } from '../../../fleet/service/ingest/uplink-source.ts';
import { FleetMetrics } from '../../../fleet/service/metrics.ts';
import { SimulatedTerminal } from '../../../fleet/service/simulate/simulated-terminal.ts';
import type { FleetStore } from '../../../fleet/service/store/fleet-store.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../../hal/random/system-random.ts';
import { silentLog } from '../../support/fleet-parts.ts';
import { openAnyStore } from '../../support/fleet-stores.ts';
import { BrokerNodes, brokerProgram } from '../../support/test-brokers.ts';

// The brokers as they are shipped: the very configuration files, only names and places exchanged for this machine's.

const SHIPPED = new URL('../../../deploy/fleet/', import.meta.url).pathname;
const clock = new SystemClock();
const random = new SystemRandom();

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 25));
};

/** Replaces every occurrence, and insists that there is one: a shipped file that changed must not slip through untested. */
function exchanged(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((now, [from, to]) => {
    assert.ok(now.includes(from), `the shipped file no longer holds ${from}`);
    return now.replaceAll(from, to);
  }, text);
}

/** What one set-up needs to be tried: where terminals meet it, and its workers' way in. */
interface SetUp {
  readonly addresses: readonly string[];
  readonly authority: CertificateAuthority;
  readonly downlinkQos: 0 | 1;
  readonly nodes: BrokerNodes;
  enrol(tid: string): Promise<IssuedIdentity>;
  source(): Promise<UplinkSource>;
}

const tlsOf = ({ cert, key }: IssuedIdentity, { caPem }: CertificateAuthority) => ({ ca: caPem, cert, key: key ?? '' });

async function mosquitto(folder: string, authority: CertificateAuthority, address: string): Promise<SetUp> {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o644 });
  const server = await authority.issueServer([address], 30);
  write('ca.pem', authority.caPem);
  write('crl.pem', readFileSync(authority.files.crl, 'utf8'));
  write('broker.pem', server.cert);
  write('broker-key.pem', server.key ?? '');
  write('mosquitto.acl', readFileSync(join(SHIPPED, 'mosquitto/mosquitto.acl'), 'utf8'));
  const shipped = readFileSync(join(SHIPPED, 'mosquitto/mosquitto.conf'), 'utf8');
  write(
    'mosquitto.conf',
    exchanged(shipped, [
      ['/etc/till-fleet/', `${folder}/`],
      ['listener 8883', `listener 8883 ${address}`],
    ]),
  );
  const command = brokerProgram('mosquitto') ?? '';
  const nodes = new BrokerNodes([{ command, args: ['-c', join(folder, 'mosquitto.conf')], port: 8883, host: address }]);
  await nodes.start(0);
  return {
    ...{ addresses: [address], authority, downlinkQos: 1, nodes },
    enrol: (tid) => authority.enrol(tid, 30),
    source: async () => {
      const tls = tlsOf(await authority.issueWorker('worker-1', 30), authority);
      const place = { servers: [`mqtts://${address}:8883`], clientId: 'fleet.worker-1', group: 'till' };
      return new MqttShareSource({ ...place, tls, log: silentLog, metrics: new FleetMetrics() });
    },
  };
}

async function nats(folder: string, authority: CertificateAuthority, address: string): Promise<SetUp> {
  const addresses = [1, 2, 3].map((node) => address.replace(/\.1$/, `.${node}`));
  const server = await authority.issueServer(addresses, 30);
  const worker = await authority.issueWorker('worker-1', 30);
  const enrolled = new Map<string, IssuedIdentity>();
  for (const tid of ['till-1', 'till-2', 'thief-1']) enrolled.set(tid, await authority.enrol(tid, 30));
  const plans = addresses.map((own, index) => {
    const home = join(folder, `node-${index}-`);
    const write = (name: string, text: string): void => writeFileSync(`${home}${name}`, text);
    write('ca.pem', authority.caPem);
    write('broker.pem', server.cert);
    write('broker-key.pem', server.key ?? '');
    write('users.conf', natsUsers(authority.issued()));
    const shipped = readFileSync(join(SHIPPED, 'nats/nats.conf'), 'utf8');
    const names = addresses.map((one, at) => [`nats://nats-${at + 1}:`, `nats://${one}:`] as const);
    const places = [
      ['/etc/till-fleet/', home],
      ['/var/lib/nats', `${home}data`],
      ['users.conf"', `node-${index}-users.conf"`],
    ] as const;
    write('nats.conf', exchanged(shipped, [...names, ...places, ['0.0.0.0', own], ['20GB', '200MB']]));
    return {
      ...{ command: brokerProgram('nats-server') ?? '', args: ['-c', `${home}nats.conf`], port: 8883, host: own },
      env: { NATS_NODE: `nats-${index + 1}` },
    };
  });
  const nodes = new BrokerNodes(plans);
  await Promise.all(plans.map((_, node) => nodes.start(node)));
  return {
    ...{ addresses, authority, downlinkQos: 0, nodes },
    enrol: async (tid) => enrolled.get(tid) ?? authority.enrol(tid, 30),
    source: async () => {
      const servers = addresses.map((one) => `nats://${one}:4222`);
      const parts = { servers, tls: tlsOf(worker, authority), replicas: 3, keptBytes: 50_000_000 };
      const source = new JetStreamSource({ ...parts, log: silentLog, metrics: new FleetMetrics() });
      const open = source.open.bind(source);
      // A cluster elects its leaders before it answers.
      source.open = async (sink) => {
        for (;;) {
          try {
            return await open(sink);
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 200));
          }
        }
      };
      return source;
    },
  };
}

function shipped(
  name: string,
  open: (folder: string, authority: CertificateAuthority, address: string) => Promise<SetUp>,
): void {
  const broker = suite(`deploy/fleet ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'till-shipped-'));
  // A loopback address of this run's own: the shipped ports are fixed.
  const bytes = random.bytes(2);
  const address = `127.${10 + ((bytes[0] ?? 0) % 200)}.${bytes[1] ?? 0}.1`;
  let setUp: SetUp;
  let opened: Awaited<ReturnType<typeof openAnyStore>>;
  let service: FleetService;
  const terminals: SimulatedTerminal[] = [];

  const start = async (tid: string): Promise<SimulatedTerminal> => {
    const identity = tlsOf(await setUp.enrol(tid), setUp.authority);
    let dials = 0;
    const terminal = new SimulatedTerminal({
      ...{ tid, clock, random, epoch: 'e1', software: '1.0.0', telemetryMs: 60_000, pauseMs: null },
      downlinkQos: setUp.downlinkQos,
      dial: () =>
        connectTls({ host: setUp.addresses[dials++ % setUp.addresses.length] ?? '', port: 8883, ...identity }),
    });
    terminals.push(terminal);
    terminal.start();
    return terminal;
  };

  /** Connects as it likes; resolves with whether the broker let it in. */
  const enter = async (clientId: string, identity: object): Promise<MqttClient | null> => {
    const place = {
      protocol: 'mqtts' as const,
      host: setUp.addresses[0] ?? '',
      port: 8883,
      protocolVersion: 4 as const,
    };
    const client = connectMqtt({ ...place, ...identity, clientId, reconnectPeriod: 0, connectTimeout: 20_000 });
    const isIn = await new Promise<boolean>((resolve) => {
      client.once('connect', () => resolve(true));
      client.once('error', () => resolve(false));
      client.once('close', () => resolve(false));
    });
    if (isIn) return client;
    client.end(true);
    return null;
  };

  broker.before(async () => {
    // mosquitto gives root up and reads as somebody else.
    chmodSync(folder, 0o755);
    opened = await openAnyStore();
    const parts = { folder: join(folder, 'ca'), random, nowMs: clock.wallMs() };
    setUp = await open(folder, await CertificateAuthority.init(parts, 'Till test'), address);
    const store: FleetStore = { ...opened.store, close: async () => undefined };
    service = await startFleetService({
      ...{ store, source: await setUp.source(), clock, random, log: silentLog, http: null },
    });
  });

  broker.after(async () => {
    for (const terminal of terminals) terminal.vanish();
    await service?.close();
    await setUp?.nodes.killAll();
    await opened.store.close();
    await opened.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  broker('takes enrolled terminals, and everything they say is acknowledged after its commit', async () => {
    const both = await Promise.all(['till-1', 'till-2'].map(start));
    for (const terminal of both) for (let i = 0; i < 50; i++) terminal.note('COUNTER_BLOCK', { until: i });
    await until(() => both.every(({ outbox }) => outbox.length === 0));
    const rows = await opened.store.db.selectFrom('events').select('tid').execute();
    assert.is(rows.length, 2 * 51);
  });

  broker('a foreign certificate, none at all, and a plain connection come to nothing', async () => {
    const elsewhere = { folder: join(folder, 'elsewhere'), random, nowMs: clock.wallMs() };
    const foreign = await (await CertificateAuthority.init(elsewhere, 'Somebody')).enrol('till-1', 30);
    const ca = setUp.authority.caPem;
    assert.is(await enter('till-1', { ca, cert: foreign.cert, key: foreign.key ?? '' }), null);
    assert.is(await enter('till-1', { ca }), null);
    const plain = connectTcp(8883, setUp.addresses[0] ?? '');
    plain.write(Buffer.from('101000044d5154540402003c000474696c6c', 'hex'));
    const said = await new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = [];
      plain.on('data', (chunk) => chunks.push(chunk));
      plain.on('error', () => undefined);
      plain.on('close', () => resolve(Buffer.concat(chunks)));
      plain.end();
    });
    assert.is.not(said[0], 0x20, 'no CONNACK');
  });

  broker('a terminal speaks only for itself, whatever client id it gives itself', async () => {
    const thief = await enter('till-1', tlsOf(await setUp.enrol('thief-1'), setUp.authority));
    if (thief !== null) {
      // 3.1.1 knows no refusal of a publish: it is acknowledged and dropped, or the connection ends.
      await thief.publishAsync(topicOf('ghost-1', 'up/jg'), '{}', { qos: 0 }).catch(() => undefined);
      await thief.endAsync().catch(() => undefined);
    }
    const [witness] = terminals;
    witness?.note('COUNTER_BLOCK', { until: 99 });
    await until(() => witness?.outbox.length === 0);
    const row = await opened.store.db.selectFrom('terminals').select('tid').where('tid', '=', 'ghost-1').execute();
    assert.equal(row, []);
  });

  broker.run();
}

if (brokerProgram('mosquitto') !== null) shipped('mosquitto.conf', mosquitto);
else process.stdout.write('no mosquitto here, not run: deploy/fleet mosquitto.conf\n');
if (brokerProgram('nats-server') !== null) shipped('nats.conf', nats);
else process.stdout.write('no nats-server here, not run: deploy/fleet nats.conf\n');
