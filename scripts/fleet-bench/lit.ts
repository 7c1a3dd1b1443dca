import { commitUplinks } from '../../fleet/service/ingest/commit-uplinks.ts';
import { dayOf, ensurePartitions } from '../../fleet/service/store/event-partitions.ts';
import type { BenchPlace } from './bench-place.ts';
import { startScript } from './children.ts';
import { type BenchFigures, type Times, timesOf } from './figures.ts';

const ROUND_TRIPS = 300;

async function brokerRoundTrips(): Promise<Times> {
  const broker = await startScript<{ readonly port: number }>('brokerAlone', 'embedded', '0');
  const terminal = await startScript<readonly number[]>('roundTrips', String(broker.line.port), String(ROUND_TRIPS));
  await terminal.stop();
  await broker.stop();
  return timesOf(terminal.line);
}

async function singleCommits(place: BenchPlace): Promise<Times> {
  const store = await place.store(await place.database('single_commits'));
  const { clock } = place;
  await ensurePartitions(store.db, clock.wallMs());
  const settings = { day: dayOf(clock.wallMs()), leaseMs: 60_000, worker: 'bench' };
  const times: number[] = [];
  for (let s = 1; s <= ROUND_TRIPS; s++) {
    const ev = [{ s, t: clock.wallMs(), type: 'ORDER_INTENT', d: {} }];
    const uplink = { tid: 'alone', family: 'up/ev' as const, receivedMs: clock.wallMs(), message: { e: 'e1', ev } };
    const startedMs = clock.monotonicMs();
    await commitUplinks(store.db, [uplink], settings);
    times.push(clock.monotonicMs() - startedMs);
  }
  await store.close();
  return timesOf(times);
}

/** From a transition on a real terminal to its lit state in a real browser, beside a round trip at the broker and one commit. */
export async function measureLit(place: BenchPlace): Promise<Required<BenchFigures>['lit']> {
  place.step('a round trip at the broker alone, a commit at the database alone');
  const [brokerAlone, databaseAlone] = [await brokerRoundTrips(), await singleCommits(place)];
  place.step(`${place.sizes.payments} payments of a real terminal, followed in a real browser`);
  const child = await startScript<{ readonly lit: Times; readonly told: Times }>(
    ...(['lit', '--json', '--payments', String(place.sizes.payments)] as const),
  );
  await child.stop();
  return { ...child.line, brokerAlone, databaseAlone };
}
