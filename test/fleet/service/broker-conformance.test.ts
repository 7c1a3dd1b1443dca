import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { connect as connectMqtt } from 'mqtt';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { topicOf } from '../../../fleet/contract/topics.ts';
import { CertificateAuthority } from '../../../fleet/service/authority/certificate-authority.ts';
import { startFleetService, type FleetService } from '../../../fleet/service/fleet-service.ts';
import { EmbeddedBroker } from '../../../fleet/service/ingest/embedded-broker.ts';
import { JetStreamSource } from '../../../fleet/service/ingest/jetstream-source.ts';
import { MqttShareSource } from '../../../fleet/service/ingest/mqtt-share-source.ts';
import type { UplinkSource } from '../../../fleet/service/ingest/uplink-source.ts';
import { FleetMetrics } from '../../../fleet/service/metrics.ts';
import { SimulatedTerminal } from '../../../fleet/service/simulate/simulated-terminal.ts';
import { issueCommand } from '../../../fleet/service/state/commands.ts';
import { THE_SERVICE } from '../../../fleet/service/state/audit-log.ts';
import type { FleetStore } from '../../../fleet/service/store/fleet-store.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../../hal/random/system-random.ts';
import { silentLog } from '../../support/fleet-parts.ts';
import { openAnyStore } from '../../support/fleet-stores.ts';
import { brokerProgram, startMosquitto, startNatsCluster, type TestBroker } from '../../support/test-brokers.ts';

const clock = new SystemClock();
const random = new SystemRandom();

/** A way of terminals and workers to meet, that a test can break. */
interface Meeting {
  /** Workers that run at a time. */
  readonly workers: number;
  readonly downlinkQos: 0 | 1;
  dialer(tid: string): Promise<() => Duplex>;
  source(worker: number): Promise<UplinkSource>;
  /** Breaks what a broker node's death breaks; resolves when terminals can come back. */
  breakNode(restartWorker: () => Promise<void>): Promise<void>;
  /** A terminal that tries another one's topic; null where the broker's own rules are not ours to test. */
  trespass: ((tid: string, victim: string) => Promise<void>) | null;
  remove(): Promise<void>;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 25));
}

async function authorityIn(): Promise<{ authority: CertificateAuthority; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'till-ca-'));
  return { folder, authority: await CertificateAuthority.init({ folder, random, nowMs: clock.wallMs() }, 'Till test') };
}

async function embedded(): Promise<Meeting> {
  let broker: EmbeddedBroker | null = null;
  let port = 0;
  return {
    ...{ workers: 1, downlinkQos: 1, trespass: null },
    dialer: async () => () => connectTcp(port, '127.0.0.1'),
    source: async () => {
      const parts = { clock, log: silentLog, metrics: new FleetMetrics(), host: '127.0.0.1', tls: null };
      const made = new EmbeddedBroker({ ...parts, port, isRevoked: () => false });
      const open = made.open.bind(made);
      made.open = async (sink) => {
        await open(sink);
        port = made.port;
      };
      broker = made;
      return made;
    },
    // The broker lives and dies with its service.
    breakNode: (restartWorker) => restartWorker(),
    remove: async () => broker?.close(),
  };
}

async function mosquitto(): Promise<Meeting> {
  const { authority, folder } = await authorityIn();
  const server = await authority.issueServer(['127.0.0.1'], 30);
  const ca = authority.caPem;
  const broker = await startMosquitto({ ca, server, crl: readFileSync(authority.files.crl, 'utf8') });
  const [port = 0] = broker.ports;
  const dialer = async (tid: string): Promise<() => Duplex> => {
    const { cert, key } = await authority.enrol(tid, 30);
    return () => connectTls({ host: '127.0.0.1', port, ca, cert, key: key ?? '' });
  };
  return {
    ...{ workers: 2, downlinkQos: 1, dialer },
    source: async (worker) => {
      const name = `w${worker + 1}`;
      const { cert, key } = await authority.issueWorker(name, 30);
      return new MqttShareSource({
        ...{ servers: [`mqtts://127.0.0.1:${port}`], clientId: `fleet.${name}`, group: 'till' },
        ...{ tls: { ca, cert, key: key ?? '' }, log: silentLog, metrics: new FleetMetrics() },
      });
    },
    breakNode: async () => {
      await broker.kill(0);
      await broker.start(0);
    },
    trespass: async (tid, victim) => {
      const { cert, key } = await authority.enrol(tid, 30);
      const client = connectMqtt({
        ...{
          protocol: 'mqtts',
          host: '127.0.0.1',
          port,
          ca,
          cert,
          key: key ?? '',
          clientId: victim,
          reconnectPeriod: 0,
        },
        protocolVersion: 4,
      });
      client.on('error', () => undefined);
      await new Promise((resolve) => client.once('connect', resolve));
      // Acknowledged and dropped: 3.1.1 knows no refusal.
      await client.publishAsync(topicOf(victim, 'up/jg'), '{}', { qos: 1 });
      await client.endAsync();
    },
    remove: async () => {
      await broker.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function natsCluster(): Promise<Meeting> {
  const broker: TestBroker = await startNatsCluster();
  let dials = 0;
  return {
    ...{ workers: 2, downlinkQos: 0, trespass: null },
    dialer: async () => () => connectTcp(broker.ports[dials++ % broker.ports.length] ?? 0, '127.0.0.1'),
    source: async () =>
      new JetStreamSource({
        servers: broker.workerPorts.map((port) => `nats://127.0.0.1:${port}`),
        ...{ tls: null, replicas: 3, keptBytes: 50_000_000, log: silentLog, metrics: new FleetMetrics() },
      }),
    breakNode: () => broker.kill(1),
    remove: () => broker.remove(),
  };
}

function conformance(name: string, meet: () => Promise<Meeting>): void {
  const broker = suite(`fleet/service/ingest conforms with ${name}`);
  let meeting: Meeting;
  let opened: Awaited<ReturnType<typeof openAnyStore>>;
  const services: FleetService[] = [];
  const terminals: SimulatedTerminal[] = [];

  /** Workers have a store of their own in production; here they share the connections, so that only the last closes it. */
  const shared = (store: FleetStore): FleetStore => ({ ...store, close: async () => undefined });

  const startWorker = async (index: number): Promise<void> => {
    const source = await openSource(index);
    services[index] = await startFleetService({
      ...{ store: shared(opened.store), source, clock, random, log: silentLog, http: null },
    });
  };
  // A cluster elects its leaders before it answers.
  const openSource = async (index: number): Promise<UplinkSource> => {
    for (;;) {
      const source = await meeting.source(index);
      if (meeting.downlinkQos === 1) return source;
      const open = source.open.bind(source);
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
    }
  };

  const startTerminal = async (tid: string): Promise<SimulatedTerminal> => {
    const terminal = new SimulatedTerminal({
      ...{ tid, clock, random, epoch: 'e1', software: '1.0.0', telemetryMs: 60_000, pauseMs: null },
      ...{ dial: await meeting.dialer(tid), downlinkQos: meeting.downlinkQos },
    });
    terminals.push(terminal);
    terminal.start();
    return terminal;
  };

  const storedOf = async (tid: string): Promise<{ rows: number; distinct: number; last: number }> => {
    const rows = await opened.store.db.selectFrom('events').select('s').where('tid', '=', tid).execute();
    const numbers = rows.map(({ s }) => s);
    return { rows: numbers.length, distinct: new Set(numbers).size, last: Math.max(0, ...numbers) };
  };

  broker.before(async () => {
    opened = await openAnyStore();
    meeting = await meet();
    for (let index = 0; index < meeting.workers; index++) await startWorker(index);
  });

  broker.after(async () => {
    for (const terminal of terminals) terminal.vanish();
    for (const service of services) await service.close();
    await meeting.remove();
    await opened.store.close();
    await opened.remove();
  });

  broker('births, telemetry and events arrive, and everything is acknowledged and stored once', async () => {
    const all = await Promise.all(['calm-1', 'calm-2', 'calm-3'].map(startTerminal));
    for (const terminal of all) for (let i = 0; i < 400; i++) terminal.note('COUNTER_BLOCK', { until: i });
    await until(() => all.every(({ outbox }) => outbox.length === 0));
    for (const tid of ['calm-1', 'calm-2', 'calm-3'])
      assert.equal(await storedOf(tid), { rows: 401, distinct: 401, last: 401 });
    const { db } = opened.store;
    const shown = async (): Promise<boolean> => {
      const row = await db
        .selectFrom('terminals')
        .innerJoin('terminal_live', 'terminal_live.tid', 'terminals.tid')
        .select(['online', 'sw', 'tm_ms'])
        .where('terminals.tid', '=', 'calm-1')
        .executeTakeFirstOrThrow();
      return row.online && row.sw === '1.0.0' && row.tm_ms !== null;
    };
    await until(shown);
  });

  broker('a command reaches the terminal, and its snapshot and reports come back', async () => {
    const { db } = opened.store;
    // Sent by the worker that issues it; resent at the birth, so a lost one is only late.
    const downlink = { send: () => undefined };
    const wanted = { tid: 'asked-1', op: 'snapshot' as const, args: {}, lifeMs: 600_000 };
    await db.insertInto('terminals').values({ tid: 'asked-1', first_seen_ms: 1 }).execute();
    const id = await issueCommand({ db, clock, random, downlink }, THE_SERVICE, wanted);
    await startTerminal('asked-1');
    await until(async () => {
      const row = await db
        .selectFrom('commands')
        .select('st')
        .where('id', '=', id ?? '')
        .executeTakeFirstOrThrow();
      return row.st === 'done';
    });
    await until(
      async () => (await db.selectFrom('snapshots').select('why').where('tid', '=', 'asked-1').execute()).length === 1,
    );
  });

  broker('a terminal that vanishes is offline by its will', async () => {
    const terminal = await startTerminal('gone-1');
    const { db } = opened.store;
    const why = async (): Promise<unknown> => {
      const row = await db
        .selectFrom('terminals')
        .select(['online', 'offline_why'])
        .where('tid', '=', 'gone-1')
        .executeTakeFirst();
      return row === undefined ? null : (row.offline_why ?? row.online);
    };
    await until(async () => (await why()) === true && terminal.outbox.length === 0);
    terminal.vanish();
    await until(async () => (await why()) === 'will');
  });

  broker('a dead broker node loses nothing that was acknowledged, and nothing is stored twice', async () => {
    const all = await Promise.all(['storm-1', 'storm-2', 'storm-3'].map(startTerminal));
    await until(() => all.every(({ outbox }) => outbox.length === 0));
    for (const terminal of all) for (let i = 0; i < 300; i++) terminal.note('COUNTER_BLOCK', { until: i });
    const broken = meeting.breakNode(async () => {
      await services[0]?.close();
      await startWorker(0);
    });
    for (const terminal of all) for (let i = 0; i < 300; i++) terminal.note('COUNTER_BLOCK', { until: i });
    const acked = all.map(({ outbox }) => outbox.acked);
    await broken;
    await until(() => all.every(({ outbox }) => outbox.length === 0));
    for (const [index, tid] of ['storm-1', 'storm-2', 'storm-3'].entries()) {
      const stored = await storedOf(tid);
      assert.equal(stored, { rows: 601, distinct: 601, last: 601 });
      assert.ok((acked[index] ?? 0) <= stored.last);
    }
  });

  broker('nobody speaks for another terminal', async () => {
    if (meeting.trespass === null) return assert.is(meeting.trespass, null);
    await meeting.trespass('thief-1', 'victim-1');
    const late = await startTerminal('witness-1');
    await until(() => late.outbox.length === 0);
    const row = await opened.store.db
      .selectFrom('terminals')
      .select('tid')
      .where('tid', '=', 'victim-1')
      .executeTakeFirst();
    assert.is(row, undefined);
  });

  broker.run();
}

conformance('the embedded broker', embedded);

const programs = { mosquitto: brokerProgram('mosquitto'), 'nats-server': brokerProgram('nats-server') };
if (programs.mosquitto !== null) conformance('mosquitto behind mutual TLS', mosquitto);
if (programs['nats-server'] !== null) conformance('a NATS cluster of three', natsCluster);
for (const [name, program] of Object.entries(programs)) {
  if (program === null) process.stdout.write(`no ${name} here, not run: fleet/service/ingest conforms with ${name}\n`);
}
