import { sql } from 'kysely';
import * as v from 'valibot';
import type { FleetDb, FleetTransaction } from '../store/database.ts';
import { type Actor, writeAudit } from './audit-log.ts';
import { cursorOf, readCursor } from './cursor.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const positive = (most: number, byDefault: number, what: string) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most), v.description(what)), byDefault);

/** When something is worth a look. */
export const thresholdsSchema = v.strictObject({
  offlineMs: positive(30 * DAY_MS, 15 * MINUTE_MS, 'Offline for longer than this, unless it stopped in order.'),
  unknownPercent: positive(100, 5, 'Share of payments that ended unknown, of the last hour or two.'),
  unknownPaymentsMin: positive(100_000, 10, 'Fewer payments than this say nothing about the share.'),
  clockOffMs: positive(30 * DAY_MS, 5 * MINUTE_MS, 'The terminal’s clock and the service’s differ by more.'),
});

/** The thresholds in force. */
export type Thresholds = v.InferOutput<typeof thresholdsSchema>;

/** What an alert can be about; its rank says how bad it is. */
export const ALERT_KINDS = [
  ...['offline', 'unknown-rate', 'paper-out', 'clock-wrong', 'storage-failing', 'no-domain', 'configuration-refused'],
] as const;

const SETTING = 'thresholds';

/** The thresholds that an admin set; the defaults where nobody did, or where what stands there does not fit. */
export async function readThresholds(db: FleetDb): Promise<Thresholds> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', SETTING).executeTakeFirst();
  const read = v.safeParse(thresholdsSchema, row?.value ?? {});
  return read.success ? read.output : v.parse(thresholdsSchema, {});
}

/** Sets the thresholds, and notes in the audit log who did. Alerts follow at the next round. */
export async function writeThresholds(db: FleetDb, by: Actor, thresholds: Thresholds, nowMs: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = { name: SETTING, value: JSON.stringify(thresholds), changed_ms: nowMs };
    await trx
      .insertInto('settings')
      .values(row)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute();
    await writeAudit(trx, by, { action: 'thresholds.set', target: SETTING, detail: thresholds }, nowMs);
  });
}

/** What should be open now: terminal, kind, rank (2: money or truth is at stake), detail. */
function wanted(t: Thresholds, nowMs: number): ReturnType<typeof sql> {
  const paid = sql`(l.paid_n - l.window_paid_n)`;
  const unknown = sql`(l.unknown_n - l.window_unknown_n)`;
  return sql`select tid, 'offline' as kind, 1 as rank, jsonb_build_object('why', offline_why) as detail from terminals
      where not online and offline_why <> 'stop' and online_changed_ms < ${nowMs - t.offlineMs}
    union all select tid, 'paper-out', 1, jsonb_build_object('printer', prn) from terminals where prn = 'out-of-paper'
    union all select tid, 'storage-failing', 2, jsonb_build_object('storage', sto) from terminals where sto <> 'ok'
    union all select tid, 'configuration-refused', 1, jsonb_build_object('why', reported_err, 'ver', reported_ver)
      from terminals where desired_ver > 0 and reported_ver >= desired_ver and not reported_ok
    union all select tid, 'no-domain', 2, jsonb_build_object('domains', domains) from terminal_live l
      where domains > 0 and domains_up = 0
    union all select tid, 'clock-wrong', 1, jsonb_build_object('offMs', clock_off_ms) from terminal_live l
      where abs(clock_off_ms) > ${t.clockOffMs}
    union all select tid, 'unknown-rate', 2, jsonb_build_object('payments', ${paid}, 'unknown', ${unknown})
      from terminal_live l where ${paid} >= ${t.unknownPaymentsMin}
      and ${unknown} * 100 >= ${paid} * ${t.unknownPercent}`;
}

/**
 * Raises and clears alerts by what is stored; as a whole, in SQL, however many terminals there are.
 * @returns whose alerts changed
 */
export async function judgeAlerts(trx: FleetTransaction, thresholds: Thresholds, nowMs: number): Promise<string[]> {
  const { rows: raised } = await sql<{ tid: string }>`insert into alerts (tid, kind, rank, since_ms, detail)
    select tid, kind, rank, ${nowMs}::bigint, detail from (${wanted(thresholds, nowMs)}) w
    on conflict (tid, kind) where cleared_ms is null do nothing returning tid`.execute(trx);
  const { rows: cleared } = await sql<{
    tid: string;
  }>`update alerts a set cleared_ms = ${nowMs} where cleared_ms is null
    and not exists (select 1 from (${wanted(thresholds, nowMs)}) w where w.tid = a.tid and w.kind = a.kind)
    returning tid`.execute(trx);
  const tids = [...new Set([...raised, ...cleared].map(({ tid }) => tid))];
  if (tids.length > 0) {
    await sql`update terminals t set alert_rank = coalesce(
        (select max(rank) from alerts a where a.tid = t.tid and a.cleared_ms is null), 0)
      where t.tid = any(${tids}::text[])`.execute(trx);
  }
  return tids;
}

/** Which stretch of the alerts a page wants; null does not narrow. */
export interface AlertPageRequest {
  readonly state: 'open' | 'cleared' | 'all';
  readonly kind: string | null;
  readonly tid: string | null;
  readonly acknowledged: boolean | null;
  /** Cursor: `next` of the page before. */
  readonly before: string | null;
  readonly limit: number;
}

/** A page of alerts, newest first; null for a cursor that is none. */
export async function alertPage(
  db: FleetDb,
  { state, kind, tid, acknowledged, before, limit }: AlertPageRequest,
): Promise<{ alerts: object[]; next: string | null } | null> {
  const place = before === null ? null : readCursor(before, 2);
  if (before !== null && place === null) return null;
  const [ms, id] = [Number(place?.[0] ?? 0), Number(place?.[1] ?? 0)];
  const rows = await db
    .selectFrom('alerts')
    .innerJoin('terminals', 'terminals.tid', 'alerts.tid')
    .selectAll('alerts')
    .select('terminals.label')
    .$if(state === 'open', (query) => query.where('cleared_ms', 'is', null))
    .$if(state === 'cleared', (query) => query.where('cleared_ms', 'is not', null))
    .$if(kind !== null, (query) => query.where('kind', '=', kind ?? ''))
    .$if(tid !== null, (query) => query.where('alerts.tid', '=', tid ?? ''))
    .$if(acknowledged === true, (query) => query.where('acked_ms', 'is not', null))
    .$if(acknowledged === false, (query) => query.where('acked_ms', 'is', null))
    .$if(place !== null, (query) =>
      query.where(sql<boolean>`(since_ms < ${ms} or (since_ms = ${ms} and alerts.id > ${id}))`),
    )
    .orderBy('since_ms', 'desc')
    .orderBy('alerts.id')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const alerts = shown.map((row) => ({
    ...{ id: row.id, tid: row.tid, label: row.label, kind: row.kind, rank: row.rank, sinceMs: row.since_ms },
    ...{ clearedMs: row.cleared_ms, detail: row.detail, ackedBy: row.acked_by, ackedMs: row.acked_ms },
    ackedNote: row.acked_note,
  }));
  return { alerts, next: rows.length > limit && last !== undefined ? cursorOf([last.since_ms, last.id]) : null };
}

/** Somebody looks after it. False when there is no such alert, or somebody does already. */
export async function acknowledgeAlert(
  db: FleetDb,
  by: Actor,
  { id, note, nowMs }: { readonly id: number; readonly note: string; readonly nowMs: number },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('alerts')
      .set({ acked_by: by.name, acked_ms: nowMs, acked_note: note })
      .where('id', '=', id)
      .where('acked_ms', 'is', null)
      .returning(['tid', 'kind'])
      .executeTakeFirst();
    if (row === undefined) return false;
    const detail = { id, kind: row.kind, note };
    await writeAudit(trx, by, { action: 'alert.acknowledge', target: row.tid, detail }, nowMs);
    return true;
  });
}
