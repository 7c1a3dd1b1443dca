import { sql } from 'kysely';
import type { FleetDb } from '../store/database.ts';
import { cursorOf, readCursor } from './cursor.ts';

/** Which stretch of a terminal's journal a page wants; null does not narrow. */
export interface EventPageRequest {
  readonly tid: string;
  /** Null: the epoch that was heard last. */
  readonly epoch: string | null;
  readonly type: string | null;
  /** An order or refund number in the facts. */
  readonly order: string | null;
  /** Cursor: `next` of the page before. */
  readonly before: string | null;
  readonly limit: number;
}

/** A stretch of a terminal's journal, newest first. */
export interface EventPage {
  readonly epoch: string | null;
  readonly events: readonly object[];
  /** Cursor of the page after it; null: this is the last. */
  readonly next: string | null;
}

/** A page of a terminal's journal, newest first; null for a cursor that is none. */
export async function eventPage(
  db: FleetDb,
  { tid, epoch, type, order, before, limit }: EventPageRequest,
): Promise<EventPage | null> {
  const place = before === null ? null : readCursor(before, 2);
  if (before !== null && place === null) return null;
  const e = place === null ? (epoch ?? (await newestEpoch(db, tid))) : String(place[0]);
  if (e === null) return { epoch: null, events: [], next: null };
  const rows = await db
    .selectFrom('events')
    .select(['s', 't', 'type', 'd', 'received_ms'])
    .where('tid', '=', tid)
    .where('e', '=', e)
    .$if(place !== null, (query) => query.where('s', '<', Number(place?.[1] ?? 0)))
    .$if(type !== null, (query) => query.where('type', '=', type ?? ''))
    .$if(order !== null, (query) => query.where(sql<boolean>`(d ->> 'order' = ${order} or d ->> 'refund' = ${order})`))
    .orderBy('s', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    epoch: e,
    events: shown.map(({ s, t, type: kind, d, received_ms }) => ({ s, t, type: kind, d, receivedMs: received_ms })),
    next: rows.length > limit && last !== undefined ? cursorOf([e, last.s]) : null,
  };
}

async function newestEpoch(db: FleetDb, tid: string): Promise<string | null> {
  const row = await db
    .selectFrom('event_streams')
    .select('e')
    .where('tid', '=', tid)
    .orderBy('changed_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.e ?? null;
}
