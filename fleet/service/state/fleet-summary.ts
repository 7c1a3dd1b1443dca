import { sql } from 'kysely';
import type { FleetDb } from '../store/database.ts';

/** Versions and models shown by name; the rest is counted together by the reader. */
const NAMED_MAX = 50;

/** Counts over the whole fleet, for the first page of the console. */
export interface FleetSummary {
  readonly terminals: number;
  readonly online: number;
  readonly offline: number;
  /** Terminals by the rank of their worst alert: none, warning, grave. */
  readonly ranks: readonly [number, number, number];
  /** Open alerts by kind. */
  readonly alerts: Readonly<Record<string, number>>;
  readonly versions: readonly { readonly name: string | null; readonly count: number }[];
  readonly models: readonly { readonly name: string | null; readonly count: number }[];
  readonly printers: readonly { readonly name: string | null; readonly count: number }[];
  /** Payments unresolved at terminals, by their last telemetries. */
  readonly openOrders: number;
  /** Terminals that are wished to have a version: have it, did not answer yet, refused it. */
  readonly configuration: { readonly applied: number; readonly pending: number; readonly failed: number };
}

interface Counts {
  readonly terminals: number;
  readonly online: number;
  readonly warned: number;
  readonly grave: number;
  readonly applied: number;
  readonly pending: number;
  readonly failed: number;
}

/** The fleet at a glance. */
export async function fleetSummary(db: FleetDb): Promise<FleetSummary> {
  const { rows } = await sql<Counts>`select count(*)::bigint as terminals,
      count(*) filter (where online)::bigint as online,
      count(*) filter (where alert_rank = 1)::bigint as warned,
      count(*) filter (where alert_rank > 1)::bigint as grave,
      count(*) filter (where desired_ver > 0 and reported_ver >= desired_ver and reported_ok)::bigint as applied,
      count(*) filter (where desired_ver > 0 and reported_ver < desired_ver)::bigint as pending,
      count(*) filter (where desired_ver > 0 and reported_ver >= desired_ver and not reported_ok)::bigint as failed
    from terminals`.execute(db);
  const counts = rows[0] ?? { terminals: 0, online: 0, warned: 0, grave: 0, applied: 0, pending: 0, failed: 0 };
  const { rows: open } = await sql<{ open: number }>`select coalesce(sum(open_orders), 0)::bigint as open
    from terminal_live where open_orders > 0`.execute(db);
  const { rows: alerts } = await sql<{ kind: string; count: number }>`select kind, count(*)::bigint as count from alerts
    where cleared_ms is null group by kind`.execute(db);
  const { terminals, online, warned, grave, applied, pending, failed } = counts;
  return {
    ...{ terminals, online, offline: terminals - online, ranks: [terminals - warned - grave, warned, grave] },
    alerts: Object.fromEntries(alerts.map(({ kind, count }) => [kind, count])),
    versions: await countsBy(db, 'sw'),
    models: await countsBy(db, 'hw'),
    printers: await countsBy(db, 'prn'),
    openOrders: open[0]?.open ?? 0,
    configuration: { applied, pending, failed },
  };
}

async function countsBy(db: FleetDb, column: 'sw' | 'hw' | 'prn'): Promise<{ name: string | null; count: number }[]> {
  const { rows } = await sql<{ name: string | null; count: number }>`select ${sql.ref(column)} as name,
    count(*)::bigint as count from terminals group by 1 order by 2 desc, 1 limit ${NAMED_MAX}`.execute(db);
  return rows;
}
