import { sql } from 'kysely';
import type { FleetDb, FleetTransaction } from './database.ts';

const DAY_MS = 86_400_000;
/** Any number of our own: one at a time makes or drops partitions. */
const PARTITION_LOCK = 7_301;
const TABLES = ['events', 'telemetry_points', 'telemetry_hours'] as const;
/** What grows by days. */
export type DayTable = (typeof TABLES)[number];

/** UTC day, `YYYY-MM-DD`. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** Makes the partitions of a day and the next one. */
export async function ensurePartitions(db: FleetDb | FleetTransaction, nowMs: number): Promise<void> {
  const make = async (trx: FleetTransaction): Promise<void> => {
    await sql`select pg_advisory_xact_lock(${PARTITION_LOCK})`.execute(trx);
    for (const table of TABLES) {
      for (const ms of [nowMs, nowMs + DAY_MS]) {
        const name = sql.table(partitionOf(table, dayOf(ms)));
        const [from, to] = [sql.lit(dayOf(ms)), sql.lit(dayOf(ms + DAY_MS))];
        await sql`create table if not exists ${name} partition of ${sql.table(table)}
          for values from (${from}) to (${to})`.execute(trx);
      }
    }
  };
  await (db.isTransaction ? make(db as FleetTransaction) : db.transaction().execute(make));
}

/**
 * Drops the partitions that are older than `days`: whole tables, not rows.
 * @returns the days that went
 */
export async function dropOldPartitions(
  db: FleetDb,
  nowMs: number,
  days: number,
  table: DayTable = 'events',
): Promise<string[]> {
  const oldest = partitionOf(table, dayOf(nowMs - days * DAY_MS));
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${PARTITION_LOCK})`.execute(trx);
    const { rows } = await sql<{ name: string }>`select c.relname as name from pg_inherits i
      join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
      where p.relname = ${table} order by c.relname`.execute(trx);
    const old = rows.map(({ name }) => name).filter((name) => name < oldest);
    for (const name of old) await sql`drop table ${sql.table(name)}`.execute(trx);
    return old.map((name) => name.slice(`${table}_`.length).replaceAll('_', '-'));
  });
}

function partitionOf(table: DayTable, day: string): string {
  return `${table}_${day.replaceAll('-', '_')}`;
}
