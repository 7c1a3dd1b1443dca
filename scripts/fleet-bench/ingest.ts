import { sql } from 'kysely';
import { commitUplinks } from '../../fleet/service/ingest/commit-uplinks.ts';
import type { DecodedUplink } from '../../fleet/service/ingest/uplink.ts';
import { dayOf, ensurePartitions } from '../../fleet/service/store/event-partitions.ts';
import type { BenchPlace } from './bench-place.ts';
import { type Child, type FleetLine, startFleet, startScript } from './children.ts';
import type { BenchFigures, Ingest } from './figures.ts';
import { computingMs } from './processes.ts';

const BATCH_EVENTS = 500;
/** As long as a real fact of the journal is. */
const FACT = { order: '202606011200000000000000', amountFen: 2005, platform: 'wechat', staffId: null };

interface LoadLine {
  readonly events: number;
  readonly ms: number;
  /** Computing time of the terminals themselves. */
  readonly computingMs: number;
}

/** Who is watched while terminals tell: a name, and its processes at the time of asking. */
type Watched = Readonly<Record<string, () => readonly number[]>>;

/** Runs the work and says what each of the watched spent on it, ms a thousand events. */
async function withCost(events: number, watched: Watched, work: () => Promise<void>): Promise<Record<string, number>> {
  const now = (): [string, number][] => Object.entries(watched).map(([name, pids]) => [name, computingMs(pids())]);
  const before = new Map(now());
  await work();
  return Object.fromEntries(now().map(([name, ms]) => [name, ((ms - (before.get(name) ?? 0)) / events) * 1000]));
}

/** Terminals with a week of events each, until every one is acknowledged. */
async function loadAt(place: BenchPlace, port: number, prefix: string, watched: Watched): Promise<Ingest> {
  const { terminals, events } = place.sizes;
  let line: LoadLine | null = null;
  const cost = await withCost(terminals * events, watched, async () => {
    const load = await startScript<LoadLine>('load', String(port), String(terminals), String(events), prefix);
    line = load.line;
    await load.stop();
  });
  const { ms, computingMs: spent } = line ?? { ms: 1, computingMs: 0 };
  const count = terminals * events;
  return { perSecond: (count / ms) * 1000, cost: { ...cost, terminals: (spent / count) * 1000 } };
}

function batchOf(tid: string, batch: number, nowMs: number): DecodedUplink {
  const ev = Array.from({ length: BATCH_EVENTS }, (_, i) => {
    return { s: batch * BATCH_EVENTS + i + 1, t: nowMs, type: 'ORDER_INTENT', d: FACT };
  });
  return { tid, family: 'up/ev', receivedMs: nowMs, message: { e: 'e1', ev } };
}

/** The service's own statements and nothing else: what the database takes of them over so many connections. */
async function databaseAlone(
  place: BenchPlace,
  connections: number,
): Promise<Ingest & { readonly bytesAnEvent: number }> {
  place.step(`the database alone, ${connections} connection(s)`);
  const store = await place.store(await place.database(`alone_${connections}`));
  const { clock, sizes } = place;
  await ensurePartitions(store.db, clock.wallMs());
  const settings = { day: dayOf(clock.wallMs()), leaseMs: 60_000, worker: 'bench' };
  const batches = Math.ceil((sizes.terminals * sizes.events) / BATCH_EVENTS / connections);
  const events = batches * BATCH_EVENTS * connections;
  const sizeOf = async (): Promise<number> => {
    const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database())::float8 as bytes`.execute(
      store.db,
    );
    return rows[0]?.bytes ?? 0;
  };
  const before = await sizeOf();
  let ms = 0;
  const watched = { database: () => place.postgresqlPids() };
  const cost = await withCost(events, watched, async () => {
    const startedMs = clock.monotonicMs();
    await Promise.all(
      Array.from({ length: connections }, async (_, connection) => {
        for (let batch = 0; batch < batches; batch++) {
          await commitUplinks(store.db, [batchOf(`alone-${connection}`, batch, clock.wallMs())], settings);
        }
      }),
    );
    ms = clock.monotonicMs() - startedMs;
  });
  const bytesAnEvent = ((await sizeOf()) - before) / events;
  await store.close();
  return { perSecond: (events / ms) * 1000, cost, bytesAnEvent };
}

/** What the database alone takes of the service's statements, over one, two and four connections. */
export async function measureDatabase(place: BenchPlace): Promise<Required<BenchFigures>['database']> {
  const { bytesAnEvent, ...one } = await databaseAlone(place, 1);
  const [two, four] = [await databaseAlone(place, 2), await databaseAlone(place, 4)];
  const ingest = ({ perSecond, cost }: Ingest): Ingest => ({ perSecond, cost });
  return { one, two: ingest(two), four: ingest(four), bytesAnEvent };
}

/** The broker without a database behind it: every event is acknowledged as soon as it is read. */
async function brokerAlone(place: BenchPlace, kind: 'embedded' | 'mosquitto'): Promise<Ingest> {
  place.step(`the ${kind} broker alone`);
  const port = kind === 'embedded' ? 0 : place.mosquittoPort;
  const broker = await startScript<{ readonly port: number }>('brokerAlone', kind, String(port));
  const watched: Watched = {
    [kind === 'embedded' ? 'broker' : 'reader']: () => [broker.pid],
    ...(kind === 'mosquitto' && { broker: () => [place.mosquittoPid] }),
  };
  try {
    return await loadAt(place, broker.line.port, `alone-${kind}`, watched);
  } finally {
    await broker.stop();
  }
}

/** The port of a service's own broker. */
export const portOf = ({ line }: Child<FleetLine>): number => Number(new URL(line.broker).port);

/** What one service with its own broker takes, and what that broker takes with no database behind it. */
export async function measureEmbedded(place: BenchPlace): Promise<Required<BenchFigures>['embedded']> {
  const alone = await brokerAlone(place, 'embedded');
  place.step('till fleet with its own broker');
  const url = await place.database('embedded');
  const options = ['--plain', '--mqtt-port', '0', '--database', url, '--data', place.folder('embedded')];
  const fleet = await startFleet(...options);
  const watched = { service: () => [fleet.pid], database: () => place.postgresqlPids() };
  try {
    return { alone, service: await loadAt(place, portOf(fleet), 'service', watched) };
  } finally {
    await fleet.stop();
  }
}

async function workersAt(place: BenchPlace, count: number): Promise<Ingest> {
  place.step(`mosquitto and ${count} worker(s)`);
  const [url, port] = [await place.database(`workers_${count}`), place.mosquittoPort];
  const start = (n: number) => {
    const options = ['--broker', `mqtt://127.0.0.1:${port}`, '--database', url];
    return startFleet('--worker', ...options, '--data', place.folder(`worker-${count}-${n}`));
  };
  // The first makes the tables; the others find them.
  const workers = [await start(1)];
  workers.push(...(await Promise.all(Array.from({ length: count - 1 }, (_, n) => start(n + 2)))));
  const watched = {
    workers: () => workers.map(({ pid }) => pid),
    broker: () => [place.mosquittoPid],
    database: () => place.postgresqlPids(),
  };
  try {
    return await loadAt(place, port, `workers-${count}`, watched);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

/** What one, two and four workers take from one mosquitto, and what that gives to a reader without a database. */
export async function measureWorkers(place: BenchPlace): Promise<Required<BenchFigures>['workers']> {
  return {
    alone: await brokerAlone(place, 'mosquitto'),
    one: await workersAt(place, 1),
    two: await workersAt(place, 2),
    four: await workersAt(place, 4),
  };
}
