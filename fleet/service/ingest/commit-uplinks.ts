import { sql } from 'kysely';
import type { FleetDb } from '../store/database.ts';
import { LIVE_CHANNEL, liveNotices } from '../state/live-notice.ts';
import { commitCommandReports, type CommandStep } from './commit-commands.ts';
import { commitConfiguration } from './commit-configuration.ts';
import { commitEvents, type StreamProgress } from './commit-events.ts';
import { commitJobProgress } from './commit-jobs.ts';
import { commitPresence, commitTraffic } from './commit-presence.ts';
import { commitSnapshotParts, type SnapshotEnd } from './commit-snapshots.ts';
import { commitTelemetry } from './commit-telemetry.ts';
import type { DecodedUplink } from './uplink.ts';

/** What a committed batch leads to. */
export interface Committed {
  readonly tids: readonly string[];
  readonly progress: readonly StreamProgress[];
  readonly steps: readonly CommandStep[];
  readonly snapshots: readonly SnapshotEnd[];
}

/** What a batch is committed with beside its packets. */
export interface CommitSettings {
  /** UTC day of the batch; its partition exists. */
  readonly day: string;
  /** A terminal that is not heard for this long is presumed offline. */
  readonly leaseMs: number;
  /** Tells this process's notices from another's. */
  readonly worker: string;
}

/**
 * Commits a batch as a whole. On its return everything in it is stored, and only then may anything be acknowledged.
 * @throws the database's error: nothing of the batch is stored
 */
export async function commitUplinks(
  db: FleetDb,
  uplinks: readonly DecodedUplink[],
  { day, leaseMs, worker }: CommitSettings,
): Promise<Committed> {
  return db.transaction().execute(async (trx) => {
    await commitTraffic(trx, uplinks, leaseMs);
    await commitPresence(trx, uplinks);
    await commitTelemetry(trx, uplinks);
    const progress = await commitEvents(trx, uplinks, day);
    const steps = await commitCommandReports(trx, uplinks);
    const snapshots = await commitSnapshotParts(trx, uplinks);
    await commitConfiguration(trx, uplinks);
    await commitJobProgress(trx, uplinks);
    const tids = [...new Set(uplinks.map(({ tid }) => tid))];
    const notices = liveNotices({ worker, tids, steps, snapshots });
    for (const notice of notices) await sql`select pg_notify(${LIVE_CHANNEL}, ${notice})`.execute(trx);
    return { tids, progress, steps, snapshots };
  });
}
