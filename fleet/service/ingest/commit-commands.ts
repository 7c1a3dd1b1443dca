import { sql } from 'kysely';
import type { FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { ofFamily, type DecodedUplink } from './uplink.ts';

/** A command with `followMs` reports every transition; no command needs more reports than this. */
const REPORTS_MAX = 20_000;
const COLUMNS = 'id text, tid text, n bigint, st text, t bigint, pct smallint, res jsonb, why text, r bigint';

/** A report that was stored. */
export interface CommandStep {
  readonly tid: string;
  readonly id: string;
  readonly n: number;
}

/**
 * Stores reports of commands that were given to that very terminal; a command's state only goes forward with `n`.
 * @returns what was new; the caller counts the rest as unasked for
 */
export async function commitCommandReports(
  trx: FleetTransaction,
  uplinks: readonly DecodedUplink[],
): Promise<CommandStep[]> {
  const reports = ofFamily(uplinks, 'up/cr');
  if (reports.length === 0) return [];
  const rows = reports.map(({ tid, receivedMs, message }) => {
    const { id, n, st, t, pct, res, why } = message;
    return { id, tid, n, st, t, pct: pct ?? null, res: res ?? null, why: why ?? null, r: receivedMs };
  });
  const { rows: stored } = await sql<CommandStep>`insert into command_reports (id, n, st, t, pct, res, why, received_ms)
    select distinct on (x.id, x.n) x.id, x.n, x.st, x.t, x.pct, x.res, x.why, x.r from ${records(rows, COLUMNS)}
    join commands c on c.id = x.id and c.tid = x.tid where x.n <= ${REPORTS_MAX}
    order by x.id, x.n on conflict do nothing
    returning id, n, (select tid from commands c where c.id = command_reports.id) as tid`.execute(trx);
  await sql`update commands c set st = y.st, n = y.n, pct = coalesce(y.pct, c.pct), res = coalesce(y.res, c.res), why = y.why,
      changed_ms = y.r
    from (select distinct on (x.id) x.* from ${records(rows, COLUMNS)} order by x.id, x.n desc) y
    where c.id = y.id and c.tid = y.tid and y.n > c.n`.execute(trx);
  return stored;
}
