import { sql } from 'kysely';
import type { FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { ofFamily, type DecodedUplink } from './uplink.ts';

/** Traffic this soon after a death was on its way before it. */
const IN_FLIGHT_MS = 1_000;
const BIRTH_COLUMNS = 'tid text, r bigint, e text, b bigint, sw text, slot text, job text, sn text, hw text';
const DEATH_COLUMNS = 'tid text, r bigint, e text, b bigint, why text';

/**
 * Makes every terminal of the batch known and extends its lease. Comes first in a batch: the rows that it locks, in order of their
 * ids, keep two workers from locking each other out further on.
 */
export async function commitTraffic(
  trx: FleetTransaction,
  uplinks: readonly DecodedUplink[],
  leaseMs: number,
): Promise<void> {
  const seen = new Map<string, number>();
  for (const { tid, receivedMs } of uplinks) seen.set(tid, Math.max(receivedMs, seen.get(tid) ?? 0));
  const rows = [...seen].map(([tid, r]) => ({ tid, r })).toSorted((one, other) => (one.tid < other.tid ? -1 : 1));
  const columns = 'tid text, r bigint';
  await sql`insert into terminals (tid, first_seen_ms) select tid, r from ${records(rows, columns)}
    where not exists (select 1 from terminals t where t.tid = x.tid) order by tid on conflict do nothing`.execute(trx);
  await sql`insert into terminal_live as l (tid, seen_ms, lease_ms)
    select x.tid, x.r, x.r + greatest(${leaseMs}::bigint, (c.doc ->> 'telemetryMs')::bigint * 5 / 2)
    from ${records(rows, columns)} join terminals t on t.tid = x.tid
    left join configurations c on c.ver = t.desired_ver
    order by x.tid
    on conflict (tid) do update set
      seen_ms = greatest(l.seen_ms, excluded.seen_ms), lease_ms = greatest(l.lease_ms, excluded.lease_ms)`.execute(trx);
  const spoken = new Set(ofFamily(uplinks, 'up/st').map(({ tid }) => tid));
  const silent = rows.filter(({ tid }) => !spoken.has(tid));
  await sql`update terminals t set online = true, online_changed_ms = x.r, offline_why = null
    from ${records(silent, columns)} where t.tid = x.tid and not t.online
    and (t.online_changed_ms is null or x.r > t.online_changed_ms + ${IN_FLIGHT_MS})`.execute(trx);
}

/** Births and deaths in their order; each only forward. */
export async function commitPresence(trx: FleetTransaction, uplinks: readonly DecodedUplink[]): Promise<void> {
  let rest = ofFamily(uplinks, 'up/st');
  while (rest.length > 0) {
    // One message of each terminal a round: a statement takes them all, and their order holds.
    const taken = new Set<string>();
    const round = rest.filter(({ tid }) => !taken.has(tid) && taken.add(tid));
    const inRound = new Set(round);
    rest = rest.filter((uplink) => !inRound.has(uplink));
    await commitBirths(trx, round);
    await commitDeaths(trx, round);
  }
}

type PresenceUplink = Extract<DecodedUplink, { family: 'up/st' }>;

async function commitBirths(trx: FleetTransaction, round: readonly PresenceUplink[]): Promise<void> {
  const births = round.flatMap(({ tid, receivedMs, message }) => {
    if (message.on !== 1) return [];
    const { e, b, sw, slot, job, sn, hw } = message;
    return [{ tid, r: receivedMs, e, b, sw, slot, job, sn: sn ?? null, hw: hw ?? null }];
  });
  if (births.length === 0) return;
  await sql`update terminals t set e = x.e, b = x.b, sw = x.sw, slot = x.slot, job = x.job,
      sn = coalesce(x.sn, t.sn), hw = coalesce(x.hw, t.hw), birth_ms = x.r, online = true, offline_why = null,
      online_changed_ms = case when t.online then t.online_changed_ms else x.r end
    from ${records(births, BIRTH_COLUMNS)}
    where t.tid = x.tid and (t.e is distinct from x.e or t.b is null or x.b >= t.b)`.execute(trx);
}

async function commitDeaths(trx: FleetTransaction, round: readonly PresenceUplink[]): Promise<void> {
  const deaths = round.flatMap(({ tid, receivedMs, message }) => {
    if (message.on !== 0) return [];
    return [{ tid, r: receivedMs, e: message.e ?? null, b: message.b, why: message.why === 'stop' ? 'stop' : 'will' }];
  });
  if (deaths.length === 0) return;
  await sql`update terminals t set online = false, online_changed_ms = x.r, offline_why = x.why
    from ${records(deaths, DEATH_COLUMNS)}
    where t.tid = x.tid and t.online and (t.b is null or x.b >= t.b)
    and (x.e is null or t.e is null or x.e = t.e)`.execute(trx);
}

/** Who was not heard for a lease is offline; gives their ids. The broker that held them may have died with their wills. */
export async function expireLeases(trx: FleetTransaction, nowMs: number): Promise<string[]> {
  const { rows } = await sql<{ tid: string }>`update terminals t
    set online = false, online_changed_ms = ${nowMs}, offline_why = 'lease'
    from terminal_live l where l.tid = t.tid and t.online and l.lease_ms < ${nowMs} returning t.tid`.execute(trx);
  return rows.map(({ tid }) => tid);
}
