import { sql } from 'kysely';
import type { FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { ofFamily, type DecodedUplink } from './uplink.ts';

const COLUMNS = 'tid text, ver bigint, ok boolean, err text, hash text, r bigint';
const BIRTH_COLUMNS = 'tid text, cfg bigint, r bigint';

/**
 * What terminals say about their desired configuration. Applied counts only with the hash of the very document; a birth that names
 * the version is a report too, in case that one was lost.
 */
export async function commitConfiguration(trx: FleetTransaction, uplinks: readonly DecodedUplink[]): Promise<void> {
  const reports = ofFamily(uplinks, 'up/cf').map(({ tid, receivedMs, message: { ver, ok, err, hash } }) => {
    return { tid, ver, ok, err: err ?? null, hash, r: receivedMs };
  });
  if (reports.length > 0) await commitReports(trx, reports);
  const births = ofFamily(uplinks, 'up/st').flatMap(({ tid, receivedMs, message }) => {
    return message.on === 1 && message.cfg > 0 ? [{ tid, cfg: message.cfg, r: receivedMs }] : [];
  });
  if (births.length === 0) return;
  await sql`update terminals t set reported_ver = x.cfg, reported_ok = true, reported_err = null, reported_ms = x.r
    from ${records(births, BIRTH_COLUMNS)}
    where t.tid = x.tid and x.cfg > t.reported_ver`.execute(trx);
  await sql`update rollout_members m set st = 'applied', why = null, changed_ms = x.r
    from ${records(births, BIRTH_COLUMNS)}, rollouts r
    where m.tid = x.tid and m.st = 'sent' and r.id = m.rollout and r.ver = x.cfg`.execute(trx);
}

async function commitReports(trx: FleetTransaction, reports: readonly object[]): Promise<void> {
  await sql`update terminals t set reported_ver = y.ver, reported_ok = y.ok, reported_err = y.err, reported_hash = y.hash,
      reported_ms = y.r
    from (select distinct on (tid) * from ${records(reports, COLUMNS)} order by tid, ver desc, r desc) y
    where t.tid = y.tid and y.ver >= t.reported_ver`.execute(trx);
  await sql`update rollout_members m set st = case when y.ok and y.hash = c.hash then 'applied' else 'failed' end,
      why = case when not y.ok then y.err when y.hash <> c.hash then 'the terminal applied another document' end,
      changed_ms = y.r
    from (select distinct on (tid, ver) * from ${records(reports, COLUMNS)} order by tid, ver, r desc) y
    join rollouts r on r.ver = y.ver join configurations c on c.ver = y.ver
    where m.tid = y.tid and m.rollout = r.id and m.st = 'sent'`.execute(trx);
}
