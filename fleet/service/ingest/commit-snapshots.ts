import { sql } from 'kysely';
import type { SnapshotPart } from '../../contract/snapshot.ts';
import { SnapshotJoiner } from '../../contract/snapshot-parts.ts';
import type { FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { ofFamily, type DecodedUplink } from './uplink.ts';

/** Snapshots kept of one terminal. */
const SNAPSHOTS_KEPT = 20;
const COLUMNS = 'tid text, id text, i smallint, parts smallint, sha256 text, data text, r bigint';

/** A snapshot that came to its end: complete and checked, or given up with the reason. */
export interface SnapshotEnd {
  readonly tid: string;
  readonly id: string;
  readonly why: string | null;
}

/** Parts of snapshots that were asked for; the last part joins them. Any worker may get any part. */
export async function commitSnapshotParts(
  trx: FleetTransaction,
  uplinks: readonly DecodedUplink[],
): Promise<SnapshotEnd[]> {
  const parts = ofFamily(uplinks, 'up/sn');
  if (parts.length === 0) return [];
  const rows = parts.map(({ tid, receivedMs, message: { id, i, of, sha256, data } }) => {
    return { tid, id, i, parts: of, sha256, data, r: receivedMs };
  });
  // Locks the command, so that two workers with the last two parts see each other.
  const { rows: asked } = await sql<{ tid: string; id: string }>`select c.tid, c.id from commands c
    where c.op = 'snapshot' and (c.tid, c.id) in (select tid, id from ${records(rows, COLUMNS)})
    and not exists (select 1 from snapshots s where s.tid = c.tid and s.id = c.id and s.document is not null)
    order by c.id for update`.execute(trx);
  if (asked.length === 0) return [];
  const wanted = new Set(asked.map(({ tid, id }) => `${tid}/${id}`));
  const wantedRows = rows.filter(({ tid, id }) => wanted.has(`${tid}/${id}`));
  // A terminal that takes the picture again means the newer one as a whole.
  await sql`delete from snapshot_parts p using ${records(wantedRows, COLUMNS)}
    where p.tid = x.tid and p.id = x.id and p.sha256 <> x.sha256`.execute(trx);
  await sql`insert into snapshot_parts (tid, id, i, parts, sha256, data, received_ms)
    select distinct on (tid, id, i) tid, id, i, parts, sha256, data, r from ${records(wantedRows, COLUMNS)}
    order by tid, id, i, r desc on conflict do nothing`.execute(trx);
  const ends: SnapshotEnd[] = [];
  for (const { tid, id } of asked) {
    const nowMs = Math.max(...wantedRows.filter((row) => row.id === id).map(({ r }) => r));
    const end = await joinWhenComplete(trx, { tid, id, nowMs });
    if (end !== null) ends.push(end);
  }
  return ends;
}

async function joinWhenComplete(
  trx: FleetTransaction,
  { tid, id, nowMs }: { readonly tid: string; readonly id: string; readonly nowMs: number },
): Promise<SnapshotEnd | null> {
  const stored = await trx
    .selectFrom('snapshot_parts')
    .selectAll()
    .where('tid', '=', tid)
    .where('id', '=', id)
    .execute();
  const [first, ...others] = stored.map(({ i, parts, sha256, data }): SnapshotPart => ({
    id,
    i,
    of: parts,
    sha256,
    data,
  }));
  if (first === undefined) return null;
  const joiner = new SnapshotJoiner(first);
  for (const part of others) joiner.add(part);
  if (!joiner.complete) return null;
  const joined = joiner.join();
  const why = joined.ok ? null : joined.why;
  const bytes = stored.toSorted((one, other) => one.i - other.i).map(({ data }) => Buffer.from(data, 'base64'));
  const row = {
    ...{ tid, id, received_ms: nowMs, sha256: first.sha256, why },
    at_ms: joined.ok ? joined.snapshot.at : null,
    sw: joined.ok ? joined.snapshot.sw : null,
    document: joined.ok ? Buffer.concat(bytes).toString('base64') : null,
  };
  await trx
    .insertInto('snapshots')
    .values(row)
    .onConflict((conflict) => conflict.columns(['tid', 'id']).doUpdateSet(row))
    .execute();
  await trx.deleteFrom('snapshot_parts').where('tid', '=', tid).where('id', '=', id).execute();
  await sql`delete from snapshots where tid = ${tid} and id in (select id from snapshots where tid = ${tid}
    order by received_ms desc, id offset ${SNAPSHOTS_KEPT})`.execute(trx);
  return { tid, id, why };
}
