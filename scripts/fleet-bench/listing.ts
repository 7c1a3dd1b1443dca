import { sql } from 'kysely';
import { request } from 'undici';
import { terminalPage } from '../../fleet/service/state/terminal-list.ts';
import type { FleetDb } from '../../fleet/service/store/database.ts';
import type { BenchPlace } from './bench-place.ts';
import { startFleet } from './children.ts';
import { type BenchFigures, type Times, timesOf } from './figures.ts';

const TIMES = 40;
/** Of the whole list; as many as the API gives at a time. */
const PAGE = 200;
const LEASE_MS = 3_600_000;

/** Terminals of many shops, versions and states, in the tables that a list reads. */
async function fill(db: FleetDb, terminals: number, nowMs: number): Promise<void> {
  await sql`insert into terminals (tid, label, first_seen_ms, sn, sw, online, online_changed_ms, alert_rank)
    select 'shop-' || lpad(n::text, 7, '0'), 'street ' || n % 977 || ' / counter ' || n, 1, 'SN' || n, '1.' || n % 5,
      n % 10 <> 0, ${nowMs}::bigint, case when n % 100 = 0 then 2 else 0 end
    from generate_series(1, ${terminals}::int) n`.execute(db);
  await sql`insert into terminal_live (tid, seen_ms, lease_ms)
    select tid, ${nowMs}::bigint, ${nowMs + LEASE_MS}::bigint from terminals`.execute(db);
  await sql`analyze`.execute(db);
}

async function timed(place: BenchPlace, work: () => Promise<unknown>): Promise<Times> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const startedMs = place.clock.monotonicMs();
    await work();
    times.push(place.clock.monotonicMs() - startedMs);
  }
  return timesOf(times);
}

interface Page {
  readonly terminals: readonly unknown[];
  readonly next: string | null;
}

/** Lists as the console does: over HTTP, signed in; and the same statement at the database alone. */
export async function measureListing(place: BenchPlace): Promise<Required<BenchFigures>['listing']> {
  const { listed } = place.sizes;
  place.step(`${listed} terminals put into a database`);
  const url = await place.database('listing');
  const options = ['--plain', '--mqtt-port', '0', '--database', url, '--data', place.folder('listing')];
  const fleet = await startFleet(...options);
  const store = await place.store(url);
  try {
    await fill(store.db, listed, place.clock.wallMs());
    place.step(`${listed} terminals listed`);
    const page = async (query: Record<string, string>): Promise<Page> => {
      const address = `${fleet.line.url}/api/v1/terminals?${new URLSearchParams(query)}`;
      const answer = await request(address, { headers: { authorization: `Bearer ${fleet.line.adminToken}` } });
      if (answer.statusCode !== 200) throw new Error(`${address}: ${answer.statusCode} ${await answer.body.text()}`);
      return (await answer.body.json()) as Page;
    };
    let [next, middle, seen]: [string | null, string | null, number] = [null, null, 0];
    const startedMs = place.clock.monotonicMs();
    do {
      const { terminals, next: following } = await page({ limit: String(PAGE), ...(next !== null && { after: next }) });
      seen += terminals.length;
      next = following;
      if (seen <= listed / 2 && next !== null) middle = next;
    } while (next !== null);
    const wholeMs = place.clock.monotonicMs() - startedMs;
    if (seen !== listed) throw new Error(`the list had ${seen} terminals, not ${listed}`);
    const alone = (after: string | null) =>
      timed(place, () => terminalPage(store.db, { filter: {}, sort: 'tid', after, limit: 50 }));
    return {
      terminals: listed,
      wholeMs,
      firstPage: await timed(place, () => page({ limit: '50' })),
      deepPage: await timed(place, () => page({ limit: '50', ...(middle !== null && { after: middle }) })),
      search: await timed(place, () => page({ limit: '50', q: String(Math.floor(listed * 0.77)) })),
      byAlert: await timed(place, () => page({ limit: '50', sort: 'alerts' })),
      databaseFirstPage: await alone(null),
      databaseDeepPage: await alone(middle),
    };
  } finally {
    await store.close();
    await fleet.stop();
  }
}
