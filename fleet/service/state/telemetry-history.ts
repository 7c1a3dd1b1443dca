import { sql } from 'kysely';
import type { FleetDb, FleetTransaction } from '../store/database.ts';
import { dayOf } from '../store/event-partitions.ts';

const HOUR_MS = 3_600_000;
/** A telemetry that came before the last sample may have been committed after it; one that is met twice is kept once. */
const COMMIT_MS = 10_000;
const SETTING = 'telemetry-history';
/** How far a chart may reach with its points; older ones have been dropped. */
export const POINT_DAYS = 3;
/** More points than a chart has columns say nothing more. */
const POINTS_MAX = 500;

interface Sampled {
  readonly pointMs: number;
  readonly hourMs: number;
}

/**
 * Keeps what the newest telemetries say: a point each `stepMs`, the counters once an hour. One statement for the whole fleet, so that
 * ingest pays nothing for it. Called in the transaction of the one who keeps house.
 */
export async function sampleTelemetry(trx: FleetTransaction, nowMs: number, stepMs: number): Promise<void> {
  const last = await lastSampled(trx);
  // A clock that was set back waits for nothing.
  const isPointDue = nowMs - last.pointMs >= stepMs || nowMs < last.pointMs;
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  if (isPointDue) {
    await samplePoints(trx, nowMs, Math.min(last.pointMs, nowMs));
    const isHourNew = hourMs !== last.hourMs;
    if (isHourNew) await sampleHour(trx, nowMs, hourMs);
    await remember(trx, { pointMs: nowMs, hourMs }, nowMs);
  }
}

async function samplePoints(trx: FleetTransaction, nowMs: number, sinceMs: number): Promise<void> {
  await sql`insert into telemetry_points (tid, day, at_ms, e, b, rss, heap, lag_p99, lag_max, temp, sig, domains, domains_up,
      domain_ms, open_orders, waiting, paid_n, unknown_n, clock_off_ms)
    select l.tid, ${dayOf(nowMs)}::date, l.tm_ms, l.tm_e, l.tm_b, (l.tm #>> '{mem,rss}')::bigint, (l.tm #>> '{mem,heap}')::bigint,
      (l.tm #>> '{lag,p99}')::real, (l.tm #>> '{lag,max}')::real, (l.tm ->> 'temp')::real, (l.tm ->> 'sig')::smallint,
      l.domains, l.domains_up,
      (select (d ->> 'ms')::real from jsonb_array_elements(case when jsonb_typeof(l.tm -> 'dom') = 'array' then l.tm -> 'dom' end) d
        order by (d ->> 'sel') is not distinct from 'true' desc limit 1),
      l.open_orders, (l.tm #>> '{box,events}')::bigint, l.paid_n, l.unknown_n, l.clock_off_ms
    from terminal_live l where l.tm_ms > ${sinceMs - COMMIT_MS} and l.tm is not null
    on conflict do nothing`.execute(trx);
}

async function sampleHour(trx: FleetTransaction, nowMs: number, hourMs: number): Promise<void> {
  await sql`insert into telemetry_hours (tid, day, hour_ms, at_ms, e, b, ph, cnt)
    select l.tid, ${dayOf(nowMs)}::date, ${hourMs}::bigint, l.tm_ms, l.tm_e, l.tm_b, l.tm -> 'ph', l.tm -> 'cnt'
    from terminal_live l where l.tm_ms > ${hourMs - HOUR_MS - COMMIT_MS} and l.tm is not null
    on conflict do nothing`.execute(trx);
}

async function lastSampled(trx: FleetTransaction): Promise<Sampled> {
  const row = await trx.selectFrom('settings').select('value').where('name', '=', SETTING).executeTakeFirst();
  const value = (row?.value ?? {}) as Partial<Record<keyof Sampled, unknown>>;
  const number = (one: unknown): number => (typeof one === 'number' ? one : 0);
  return { pointMs: number(value.pointMs), hourMs: number(value.hourMs) };
}

async function remember(trx: FleetTransaction, sampled: Sampled, nowMs: number): Promise<void> {
  const row = { name: SETTING, value: JSON.stringify(sampled), changed_ms: nowMs };
  await trx
    .insertInto('settings')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

/** What a terminal said of itself at one instant, for its charts; null where it did not say. */
export interface HistoryPoint {
  /** Epoch ms, by the service's clock. */
  readonly atMs: number;
  /** Resident memory, bytes. */
  readonly rss: number | null;
  /** Heap in use, bytes. */
  readonly heap: number | null;
  /** Delay of the event loop, ms. */
  readonly lagP99: number | null;
  readonly lagMax: number | null;
  /** °C. */
  readonly temp: number | null;
  /** Radio signal, %. */
  readonly signal: number | null;
  readonly domains: number | null;
  readonly domainsUp: number | null;
  /** Latency of the domain of choice, ms. */
  readonly domainMs: number | null;
  readonly openOrders: number | null;
  /** Events that were not acknowledged yet. */
  readonly waiting: number | null;
  /** How far the terminal's wall clock was from the service's. */
  readonly clockOffMs: number | null;
  /** Payments that ended since the point before; null for the first one of a process. */
  readonly payments: number | null;
  readonly unknown: number | null;
  /** The terminal's process began anew before this point. */
  readonly restarted: boolean;
}

/** The points of a terminal between two instants, oldest first, thinned evenly to at most 500. */
export async function historyPoints(
  db: FleetDb,
  { tid, fromMs, toMs }: { readonly tid: string; readonly fromMs: number; readonly toMs: number },
): Promise<HistoryPoint[]> {
  const { rows } =
    await sql<HistoryPoint>`select at_ms as "atMs", rss, heap, lag_p99 as "lagP99", lag_max as "lagMax", temp,
      sig as signal, domains, domains_up as "domainsUp", domain_ms as "domainMs", open_orders as "openOrders", waiting,
      clock_off_ms as "clockOffMs", payments, unknown, restarted
    from (
      select thin.*,
        case when same then paid_n - lag(paid_n) over w end as payments,
        case when same then unknown_n - lag(unknown_n) over w end as unknown,
        coalesce(not same, false) as restarted
      from (
        select kept.*, (e, b) is not distinct from (lag(e) over (order by at_ms), lag(b) over (order by at_ms))
          or lag(e) over (order by at_ms) is null as same
        from (
          select p.*, row_number() over (order by at_ms desc) as r, count(*) over () as n from telemetry_points p
          where tid = ${tid} and at_ms >= ${fromMs} and at_ms <= ${toMs}
            and day >= ${dayOf(fromMs)}::date and day <= ${dayOf(toMs + 86_400_000)}::date
        ) kept where (r - 1) % ceil(n / ${POINTS_MAX}::numeric)::bigint = 0
      ) thin window w as (order by at_ms)
    ) shown order by at_ms`.execute(db);
  return rows;
}
