import { parseArgs } from 'node:util';
import { openPostgresql } from '../fleet/service/store/open-postgresql.ts';
import { commitUplinks } from '../fleet/service/ingest/commit-uplinks.ts';
import { dayOf, ensurePartitions } from '../fleet/service/store/event-partitions.ts';
import { SystemClock } from '../hal/clock/system-clock.ts';
import {
  hasPostgresql,
  startThrowawayPostgresql,
  type ThrowawayPostgresql,
} from '../test/support/throwaway-postgresql.ts';
import { brokerProgram, startOpenMosquitto } from '../test/support/test-brokers.ts';
import { type Child, memoryOf, startFleet, startScript } from './fleet-bench/children.ts';
import { measureListing } from './fleet-bench/listing.ts';
import { planFor } from './fleet-bench/plan.ts';

const HELP = `Usage: npm run bench:fleet -- [--quick] [--json]

Ingest committed and acknowledged against the broker alone and the database alone in the same run, growth with more
workers, what a connection costs, how long a list of terminals takes, and the plan for a million terminals that follows.
Needs PostgreSQL and mosquitto.
--quick: small numbers, to see that it runs.
`;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const SIZE = values.quick
  ? { terminals: 10, events: 500, batches: 20, connections: 300, listed: 5_000 }
  : { terminals: 50, events: 4_000, batches: 400, connections: 15_000, listed: 100_000 };
const BATCH_EVENTS = 500;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = new SystemClock();

interface LoadLine {
  readonly events: number;
  readonly ms: number;
}

const perSecond = ({ events, ms }: LoadLine): number => (events / ms) * 1000;
const say = (text: string): void => void (values.json || process.stdout.write(`${text}\n`));

/** Events a second that terminals see acknowledged at a broker. */
async function loadAt(port: number, prefix: string): Promise<number> {
  const { terminals, events } = SIZE;
  const load = await startScript<LoadLine>('load', String(port), String(terminals), String(events), prefix);
  await load.stop();
  return perSecond(load.line);
}

/** The service's own statements and nothing else: what the database takes of them. */
async function databaseAlone(server: ThrowawayPostgresql): Promise<number> {
  const store = await openPostgresql(server.url, silent, clock);
  await ensurePartitions(store.db, clock.wallMs());
  const settings = { day: dayOf(clock.wallMs()), leaseMs: 60_000, worker: 'bench' };
  const d = { order: '202606011200000000000000', amountFen: 2005, platform: 'wechat', staffId: null };
  const startedMs = clock.monotonicMs();
  for (let batch = 0; batch < SIZE.batches; batch++) {
    const ev = Array.from({ length: BATCH_EVENTS }, (_, i) => {
      return { s: batch * BATCH_EVENTS + i + 1, t: clock.wallMs(), type: 'ORDER_INTENT', d };
    });
    const uplink = { tid: 'alone-1', family: 'up/ev' as const, receivedMs: clock.wallMs(), message: { e: 'e1', ev } };
    await commitUplinks(store.db, [uplink], settings);
  }
  const ms = clock.monotonicMs() - startedMs;
  await store.close();
  return perSecond({ events: SIZE.batches * BATCH_EVENTS, ms });
}

async function brokerAlone(kind: 'embedded' | 'mosquitto', port = 0): Promise<number> {
  const broker = await startScript<{ readonly port: number }>('brokerAlone', kind, String(port));
  try {
    return await loadAt(broker.line.port, `alone-${kind}`);
  } finally {
    await broker.stop();
  }
}

const portOf = ({ line }: Child<{ readonly broker: string }>): number => Number(new URL(line.broker).port);

async function embeddedService(server: ThrowawayPostgresql, dataDir: string): Promise<number> {
  const fleet = await startFleet('--plain', '--mqtt-port', '0', '--database', server.url, '--data', dataDir);
  try {
    return await loadAt(portOf(fleet), 'service');
  } finally {
    await fleet.stop();
  }
}

async function workersAt(server: ThrowawayPostgresql, port: number, count: number, dataDir: string): Promise<number> {
  const options = ['--worker', '--broker', `mqtt://127.0.0.1:${port}`, '--database', server.url, '--data', dataDir];
  const workers = await Promise.all(Array.from({ length: count }, () => startFleet(...options)));
  try {
    return await loadAt(port, `workers-${count}`);
  } finally {
    for (const worker of workers) await worker.stop();
  }
}

async function connections(server: ThrowawayPostgresql, dataDir: string): Promise<{ held: number; bytesEach: number }> {
  const fleet = await startFleet('--plain', '--mqtt-port', '0', '--database', server.url, '--data', dataDir);
  const before = memoryOf(fleet);
  const crowd = await startScript<{ readonly held: number }>(
    'connections',
    String(portOf(fleet)),
    String(SIZE.connections),
  );
  const { held } = crowd.line;
  const bytesEach = (memoryOf(fleet) - before) / held;
  await crowd.stop();
  await fleet.stop();
  return { held, bytesEach };
}

async function main(): Promise<number> {
  if (!hasPostgresql() || brokerProgram('mosquitto') === null) {
    process.stderr.write('bench:fleet needs a PostgreSQL server and mosquitto on this machine\n');
    return 3;
  }
  const server = await startThrowawayPostgresql();
  const mosquitto = await startOpenMosquitto();
  const [port = 0] = mosquitto.ports;
  try {
    const rate = (name: string, events: number): void => say(`${name.padEnd(58)} ${Math.round(events)} events/s`);
    const database = await databaseAlone(server);
    rate('database alone, batches of 500, one connection', database);
    const embedded = { alone: await brokerAlone('embedded'), service: await embeddedService(server, mosquitto.folder) };
    rate('embedded broker alone', embedded.alone);
    rate('till fleet, embedded broker, committed and acknowledged', embedded.service);
    const shared = {
      alone: await brokerAlone('mosquitto', port),
      one: await workersAt(server, port, 1, mosquitto.folder),
      two: await workersAt(server, port, 2, mosquitto.folder),
      four: await workersAt(server, port, 4, mosquitto.folder),
    };
    rate('mosquitto alone', shared.alone);
    for (const count of ['one', 'two', 'four'] as const) rate(`mosquitto, workers: ${count}`, shared[count]);
    const held = await connections(server, mosquitto.folder);
    say(`${'connections held, no TLS'.padEnd(58)} ${held.held}, ${(held.bytesEach / 1024).toFixed(1)} KiB each`);
    const store = await openPostgresql(server.url, silent, clock);
    const listing = await measureListing(store, SIZE.listed);
    await store.close();
    const { wholeMs, ...pages } = listing;
    say(`list of ${listing.terminals} terminals, ms: ${JSON.stringify(pages)}, the whole in ${Math.round(wholeMs)}`);
    const growth = { two: shared.two / shared.one, four: shared.four / shared.one };
    const plan = planFor({ eventsPerSecond: embedded.service, growth, bytesPerConnection: held.bytesEach });
    say(`\nThe plan that follows:\n${plan.map((line) => `- ${line}`).join('\n')}`);
    if (values.json)
      process.stdout.write(`${JSON.stringify({ database, embedded, shared, growth, held, listing, plan })}\n`);
    return 0;
  } finally {
    await mosquitto.remove();
    await server.remove();
  }
}

if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();
