import { sql } from 'kysely';
import { terminalPage } from '../../fleet/service/state/terminal-list.ts';
import type { FleetStore } from '../../fleet/service/store/fleet-store.ts';

export interface Listing {
  readonly terminals: number;
  readonly firstPageMs: number;
  readonly deepPageMs: number;
  readonly searchMs: number;
  readonly byAlertMs: number;
  /** Every terminal, page by page of 200. */
  readonly wholeMs: number;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** The best of some, in ms: what the query costs, not what the machine does beside it. */
async function best(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 7; i++) times.push(await timed(work));
  return Math.min(...times);
}

/** Fills a store with terminals and lists them as the console does. */
export async function measureListing({ db }: FleetStore, terminals: number): Promise<Listing> {
  await sql`insert into terminals (tid, first_seen_ms, sn, sw, online, online_changed_ms, alert_rank)
    select 'shop-' || lpad(n::text, 7, '0'), 1, 'SN' || n, '1.' || n % 5, n % 10 <> 0, 1, case when n % 100 = 0 then 2 else 0 end
    from generate_series(1, ${terminals}::int) n`.execute(db);
  await sql`insert into terminal_live (tid, seen_ms, lease_ms) select tid, 1, 1 from terminals`.execute(db);
  await sql`analyze`.execute(db);
  const page = (after: string | null, limit = 50, q?: string, sort: 'tid' | 'alerts' = 'tid') =>
    terminalPage(db, { filter: q === undefined ? {} : { q }, sort, after, limit });
  const whole = async (stopAt: number): Promise<string | null> => {
    let [after, seen]: [string | null, number] = [null, 0];
    do {
      after = (await page(after, 200))?.next ?? null;
      seen += 200;
    } while (after !== null && seen < stopAt);
    return after;
  };
  const middle = await whole(terminals / 2);
  return {
    terminals,
    firstPageMs: await best(() => page(null)),
    deepPageMs: await best(() => page(middle)),
    searchMs: await best(() => page(null, 50, String(Math.floor(terminals * 0.77)))),
    byAlertMs: await best(() => page(null, 50, undefined, 'alerts')),
    wholeMs: await timed(() => whole(Number.POSITIVE_INFINITY)),
  };
}
