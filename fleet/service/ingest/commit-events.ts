import { sql } from 'kysely';
import type { FleetEvent } from '../../contract/events.ts';
import type { FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { ofFamily, type DecodedUplink } from './uplink.ts';

const STREAM_COLUMNS = 'tid text, e text, r bigint';
const EVENT_COLUMNS = 'tid text, e text, s bigint, day date, r bigint, t bigint, type text, d jsonb';

/** How far a terminal's events are committed; `gap`: later ones are stored too, but something between is missing. */
export interface StreamProgress {
  readonly tid: string;
  readonly e: string;
  readonly acked: number;
  readonly gap: boolean;
  /** Events that were not stored before. */
  readonly stored: number;
}

interface Stream {
  readonly tid: string;
  readonly e: string;
  readonly events: Map<number, FleetEvent>;
  receivedMs: number;
}

interface StoredStream {
  readonly tid: string;
  readonly e: string;
  readonly acked: number;
  readonly stored_max: number;
}

/**
 * Stores the events of a batch once each. The row of a stream is locked while it is extended, so what `acked` says is exact however
 * many workers take part; the key (tid, e, s) with the day is the second guard.
 * @param day UTC day whose partition exists, `YYYY-MM-DD`
 */
export async function commitEvents(
  trx: FleetTransaction,
  uplinks: readonly DecodedUplink[],
  day: string,
): Promise<StreamProgress[]> {
  const streams = gather(uplinks);
  if (streams.size === 0) return [];
  const sorted = [...streams.values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const keys = sorted.map(({ tid, e, receivedMs }) => ({ tid, e, r: receivedMs }));
  await sql`insert into event_streams (tid, e, changed_ms) select tid, e, r from ${records(keys, STREAM_COLUMNS)}
    on conflict do nothing`.execute(trx);
  const { rows: stored } = await sql<StoredStream>`select s.tid, s.e, s.acked, s.stored_max from event_streams s
    join ${records(keys, STREAM_COLUMNS)} on s.tid = x.tid and s.e = x.e
    order by s.tid, s.e for update of s`.execute(trx);
  const plans = stored.map((row) => plan(row, streams.get(keyOf(row)), day));
  await insertEvents(trx, plans);
  const progress = await Promise.all(plans.map((one) => progressOf(trx, one)));
  const changed = plans.map(({ row, max, receivedMs }, index) => {
    return { tid: row.tid, e: row.e, r: receivedMs, acked: progress[index]?.acked ?? row.acked, max };
  });
  await sql`update event_streams s set acked = x.acked, stored_max = x.max, changed_ms = x.r
    from ${records(changed, `${STREAM_COLUMNS}, acked bigint, max bigint`)}
    where s.tid = x.tid and s.e = x.e`.execute(trx);
  return progress;
}

const keyOf = ({ tid, e }: { readonly tid: string; readonly e: string }): string => `${tid}/${e}`;

function gather(uplinks: readonly DecodedUplink[]): Map<string, Stream> {
  const streams = new Map<string, Stream>();
  for (const { tid, receivedMs, message } of ofFamily(uplinks, 'up/ev')) {
    const key = keyOf({ tid, e: message.e });
    const stream = streams.get(key) ?? { tid, e: message.e, events: new Map<number, FleetEvent>(), receivedMs };
    streams.set(key, stream);
    stream.receivedMs = receivedMs;
    for (const event of message.ev) if (!stream.events.has(event.s)) stream.events.set(event.s, event);
  }
  return streams;
}

interface Plan {
  readonly row: StoredStream;
  readonly receivedMs: number;
  /** Beyond everything stored: certainly new. */
  readonly fresh: readonly object[];
  /** Between the acknowledged and the last stored: perhaps there already. */
  readonly doubtful: readonly object[];
  readonly numbers: readonly number[];
  readonly max: number;
}

function plan(row: StoredStream, stream: Stream | undefined, day: string): Plan {
  const receivedMs = stream?.receivedMs ?? 0;
  const events = [...(stream?.events.values() ?? [])]
    .filter(({ s }) => s > row.acked)
    .toSorted((one, other) => one.s - other.s);
  const rowOf = ({ s, t, type, d }: FleetEvent): object => {
    return { tid: row.tid, e: row.e, s, day, r: receivedMs, t, type, d: d ?? null };
  };
  return {
    row,
    receivedMs,
    fresh: events.filter(({ s }) => s > row.stored_max).map(rowOf),
    doubtful: events.filter(({ s }) => s <= row.stored_max).map(rowOf),
    numbers: events.map(({ s }) => s),
    max: Math.max(row.stored_max, events.at(-1)?.s ?? 0),
  };
}

async function insertEvents(trx: FleetTransaction, plans: readonly Plan[]): Promise<void> {
  const fresh = plans.flatMap((one) => one.fresh);
  if (fresh.length > 0) {
    await sql`insert into events (tid, e, s, day, received_ms, t, type, d)
      select tid, e, s, day, r, t, type, d from ${records(fresh, EVENT_COLUMNS)} on conflict do nothing`.execute(trx);
  }
  const doubtful = plans.flatMap((one) => one.doubtful);
  if (doubtful.length > 0) {
    // The key of a partition cannot see a copy that another day holds.
    await sql`insert into events (tid, e, s, day, received_ms, t, type, d)
      select tid, e, s, day, r, t, type, d from ${records(doubtful, EVENT_COLUMNS)}
      where not exists (select 1 from events v where v.tid = x.tid and v.e = x.e and v.s = x.s)
      on conflict do nothing`.execute(trx);
  }
}

async function progressOf(
  trx: FleetTransaction,
  { row, numbers, max, fresh, doubtful }: Plan,
): Promise<StreamProgress> {
  const { tid, e } = row;
  let acked = row.acked;
  if (row.stored_max > row.acked) {
    // Something was stored ahead of a gap: the end of the run that now starts at `acked` is in the table.
    const { rows } = await sql<{ upto: number | null }>`select max(s) as upto from (
        select s, s - row_number() over (order by s) as lead from events
        where tid = ${tid} and e = ${e} and s > ${row.acked}
      ) run where lead = ${row.acked}::bigint`.execute(trx);
    acked = rows[0]?.upto ?? row.acked;
  } else {
    for (const s of numbers) if (s === acked + 1) acked = s;
  }
  return { tid, e, acked, gap: max > acked, stored: fresh.length + doubtful.length };
}
