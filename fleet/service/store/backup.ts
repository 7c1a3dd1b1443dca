import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { sql } from 'kysely';
import * as v from 'valibot';
import type { FleetDb, FleetTables, FleetTransaction } from './database.ts';
import { ensurePartitions } from './event-partitions.ts';

/** In an order that foreign keys allow. Sessions are left out: a restored service asks browsers to sign in again. */
const TABLES = [
  ...['terminals', 'terminal_live', 'event_streams', 'events', 'commands', 'command_reports', 'snapshots'],
  ...['configurations', 'rollouts', 'rollout_members', 'jobs', 'alerts', 'settings', 'tokens', 'audit_log'],
  ...['telemetry_points', 'telemetry_hours'],
  ...['job_steps', 'campaigns', 'campaign_members', 'campaign_points'],
] as const satisfies readonly (keyof FleetTables)[];
const COUNTED = { configurations: 'ver', alerts: 'id', job_steps: 'id' } as const;

const FORMAT = 1;
const ROWS_AT_A_TIME = 1_000;
/** A snapshot with its base64 text is the longest row. */
const LINE_CHARACTERS_MAX = 32 * 1024 * 1024;

/** What cannot be restored, in words for the operator. */
export class BackupProblem extends Error {
  override readonly name = 'BackupProblem';
}

/** The whole store at one instant as gzip of JSON lines, whatever its engine; the last line proves that it is whole. */
export function backupStream(db: FleetDb, nowMs: number): NodeJS.ReadableStream {
  const lines = new PassThrough();
  const packed = createGzip();
  lines.pipe(packed);
  writeBackup(db, nowMs, lines).then(
    () => lines.end(),
    (error: unknown) => packed.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return packed;
}

async function writeBackup(db: FleetDb, nowMs: number, out: PassThrough): Promise<void> {
  const hash = createHash('sha256');
  let rows = 0;
  const write = async (line: object): Promise<void> => {
    const text = `${JSON.stringify(line)}\n`;
    hash.update(text);
    if (!out.write(text)) await new Promise((resolve) => out.once('drain', resolve));
  };
  await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      await write({ till: 'fleet-backup', format: FORMAT, atMs: nowMs });
      for (const table of TABLES) {
        await sql`declare pages no scroll cursor for select to_jsonb(x) as row from ${sql.table(table)} x`.execute(trx);
        for (;;) {
          const page = await sql<{ row: object }>`fetch ${sql.lit(ROWS_AT_A_TIME)} from pages`.execute(trx);
          for (const { row } of page.rows) await write({ table, row });
          rows += page.rows.length;
          if (page.rows.length < ROWS_AT_A_TIME) break;
        }
        await sql`close pages`.execute(trx);
      }
    });
  out.write(`${JSON.stringify({ end: true, rows, sha256: hash.digest('hex') })}\n`);
}

const headSchema = v.object({ till: v.literal('fleet-backup'), format: v.literal(FORMAT), atMs: v.number() });
const rowSchema = v.object({ table: v.picklist(TABLES), row: v.record(v.string(), v.unknown()) });
const endSchema = v.object({ end: v.literal(true), rows: v.number(), sha256: v.string() });

/**
 * Fills an empty store from a backup, as a whole or not at all.
 * @returns how many rows
 * @throws BackupProblem for a store that is not empty and a file that is not a whole backup
 */
export async function restoreBackup(db: FleetDb, file: string): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ used: boolean }>`select exists (select 1 from terminals) or exists
      (select 1 from audit_log) as used`.execute(trx);
    if (rows[0]?.used !== false) throw new BackupProblem('the store is not empty: restore into a new one');
    const restored = await readBackup(trx, file);
    for (const [table, column] of Object.entries(COUNTED)) {
      await sql`select setval(pg_get_serial_sequence(${table}, ${column}),
        greatest((select max(${sql.ref(column)}) from ${sql.table(table)}), 1))`.execute(trx);
    }
    return restored;
  });
}

async function readBackup(trx: FleetTransaction, file: string): Promise<number> {
  const hash = createHash('sha256');
  const input = createReadStream(file).pipe(createGunzip());
  const batch: { table: (typeof TABLES)[number] | null; rows: object[] } = { table: null, rows: [] };
  const flush = async (): Promise<void> => {
    if (batch.table !== null) await insertRows(trx, batch.table, batch.rows.splice(0));
  };
  let [count, isHeadRead] = [0, false];
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line.length > LINE_CHARACTERS_MAX) throw new BackupProblem('a line of the backup is too long');
      const value: unknown = JSON.parse(line);
      if (!isHeadRead) {
        if (!v.is(headSchema, value)) throw new BackupProblem(`${file} is no backup of format ${FORMAT}`);
        isHeadRead = true;
      } else if (v.is(endSchema, value)) {
        await flush();
        if (value.rows !== count || value.sha256 !== hash.digest('hex'))
          throw new BackupProblem('the backup was changed');
        return count;
      } else {
        const read = v.safeParse(rowSchema, value);
        if (!read.success) throw new BackupProblem('the backup holds a line that is none of ours');
        if (batch.table !== read.output.table || batch.rows.length >= ROWS_AT_A_TIME) await flush();
        batch.table = read.output.table;
        batch.rows.push(read.output.row);
        count += 1;
      }
      hash.update(`${line}\n`);
    }
  } catch (error) {
    if (error instanceof BackupProblem) throw error;
    throw new BackupProblem(`the backup cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new BackupProblem('the backup ends before its end: it is not whole');
}

async function insertRows(trx: FleetTransaction, table: (typeof TABLES)[number], rows: object[]): Promise<void> {
  if (rows.length === 0) return;
  if (table === 'events' || table === 'telemetry_points' || table === 'telemetry_hours') {
    const days = new Set(rows.flatMap((row) => ('day' in row && typeof row.day === 'string' ? [row.day] : [])));
    for (const day of days) await ensurePartitions(trx, Date.parse(`${day}T00:00:00Z`));
  }
  const target = sql.table(table);
  await sql`insert into ${target} overriding system value
    select * from json_populate_recordset(null::${target}, ${JSON.stringify(rows)}::text::json)`.execute(trx);
}
