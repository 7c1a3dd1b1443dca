import { gunzipSync } from 'node:zlib';
import { SNAPSHOT_BYTES_MAX } from '../../contract/snapshot.ts';
import type { FleetDb } from '../store/database.ts';

/** Snapshots of a terminal, newest first. */
export async function listSnapshots(db: FleetDb, tid: string): Promise<object[]> {
  const rows = await db
    .selectFrom('snapshots')
    .select(['id', 'received_ms', 'at_ms', 'sw', 'sha256', 'why'])
    .where('tid', '=', tid)
    .orderBy('received_ms', 'desc')
    .execute();
  return rows.map(({ id, received_ms, at_ms, sw, sha256, why }) => {
    return { id, receivedMs: received_ms, atMs: at_ms, sw, sha256, ok: why === null, why };
  });
}

/** The document as the terminal sent it, checked when it came; null when there is none. */
export async function snapshotDocument(db: FleetDb, tid: string, id: string): Promise<object | null> {
  const row = await db
    .selectFrom('snapshots')
    .select(['received_ms', 'sha256', 'document', 'why'])
    .where('tid', '=', tid)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { received_ms, sha256, document, why } = row;
  if (document === null) return { id, receivedMs: received_ms, sha256, snapshot: null, why };
  const json = gunzipSync(Buffer.from(document, 'base64'), { maxOutputLength: SNAPSHOT_BYTES_MAX }).toString('utf8');
  const snapshot: unknown = JSON.parse(json);
  return { id, receivedMs: received_ms, sha256, snapshot, why };
}
