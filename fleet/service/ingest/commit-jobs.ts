import { sql } from 'kysely';
import type { FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { ofFamily, type DecodedUplink } from './uplink.ts';

const COLUMNS = 'tid text, job text, ver bigint, n bigint, st text, pct smallint, reason text, why text, r bigint';

/** Progress of upgrade jobs: applied only if `ver` is the job's and `n` grows. Every report that counts stands in the history. */
export async function commitJobProgress(trx: FleetTransaction, uplinks: readonly DecodedUplink[]): Promise<void> {
  const rows = ofFamily(uplinks, 'up/jb').map(({ tid, receivedMs, message }) => {
    const { job, ver, n, st, pct = null, reason = null, why = null } = message;
    return { tid, job, ver, n, st, pct, reason, why, r: receivedMs };
  });
  if (rows.length === 0) return;
  await sql`insert into job_steps (tid, job, t_ms, st, pct, reason, why)
    select y.tid, y.job, y.r, y.st, y.pct, y.reason, y.why
    from (select distinct on (tid, job, ver, n) * from ${records(rows, COLUMNS)} order by tid, job, ver, n) y
    join jobs j on j.tid = y.tid and j.job = y.job and j.ver = y.ver and y.n > j.n order by y.n`.execute(trx);
  await sql`update jobs j set n = y.n, st = y.st, pct = y.pct, reason = y.reason, why = y.why, changed_ms = y.r
    from (select distinct on (tid, job, ver) * from ${records(rows, COLUMNS)} order by tid, job, ver, n desc) y
    where j.tid = y.tid and j.job = y.job and j.ver = y.ver and y.n > j.n`.execute(trx);
}
