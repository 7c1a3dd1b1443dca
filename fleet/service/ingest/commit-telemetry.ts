import { sql } from 'kysely';
import type { FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { ofFamily, type DecodedUplink } from './uplink.ts';

/** The unknown rate is judged over at least this long. */
const RATE_WINDOW_MS = 3_600_000;
const COLUMNS = `tid text, r bigint, e text, b bigint, s bigint, tm jsonb, off bigint, domains smallint, up smallint,
  open_orders bigint, paid_n bigint, unknown_n bigint, prn text, sto text, cfgd boolean`;

type TelemetryUplink = Extract<DecodedUplink, { family: 'up/tm' }>;

/** The newest telemetry of each terminal; an older one than is stored changes nothing. */
export async function commitTelemetry(trx: FleetTransaction, uplinks: readonly DecodedUplink[]): Promise<void> {
  const newest = new Map<string, TelemetryUplink>();
  for (const uplink of ofFamily(uplinks, 'up/tm')) {
    const other = newest.get(uplink.tid);
    if (other === undefined || isNewer(uplink, other)) newest.set(uplink.tid, uplink);
  }
  if (newest.size === 0) return;
  const rows = [...newest.values()].map(telemetryRow);
  await sql`update terminal_live l set tm_ms = x.r, tm_e = x.e, tm_b = x.b, tm_s = x.s, tm = x.tm, clock_off_ms = x.off,
      domains = x.domains, domains_up = x.up, open_orders = x.open_orders, paid_n = x.paid_n, unknown_n = x.unknown_n,
      window_ms = case when ${sameProcess} and x.r - l.window_ms < ${RATE_WINDOW_MS} then l.window_ms else x.r end,
      window_paid_n = case when not ${sameProcess} then 0
        when x.r - l.window_ms < ${RATE_WINDOW_MS} then l.window_paid_n else l.paid_n end,
      window_unknown_n = case when not ${sameProcess} then 0
        when x.r - l.window_ms < ${RATE_WINDOW_MS} then l.window_unknown_n else l.unknown_n end
    from ${records(rows, COLUMNS)}
    where l.tid = x.tid and (l.tm_e is distinct from x.e or (x.b, x.s) > (l.tm_b, l.tm_s))`.execute(trx);
  await sql`update terminals t set prn = x.prn, sto = x.sto, cfgd = x.cfgd from ${records(rows, COLUMNS)}
    where t.tid = x.tid and (t.prn, t.sto, t.cfgd) is distinct from (x.prn, x.sto, x.cfgd)`.execute(trx);
}

/** Counts go on from the stored ones only in the same life of the same process. */
const sameProcess = sql`(l.tm_e is not distinct from x.e and l.tm_b is not distinct from x.b)`;

function isNewer(one: TelemetryUplink, other: TelemetryUplink): boolean {
  if (one.message.e !== other.message.e || one.message.b > other.message.b) return true;
  return one.message.b === other.message.b && one.message.s > other.message.s;
}

function telemetryRow({ tid, receivedMs, message }: TelemetryUplink): object {
  const counts = Object.entries(message.cnt ?? {});
  const sum = (entries: readonly [string, number][]): number => entries.reduce((total, [, n]) => total + n, 0);
  return {
    ...{ tid, r: receivedMs, e: message.e, b: message.b, s: message.s, tm: message, off: message.t - receivedMs },
    domains: message.dom?.length ?? null,
    up: message.dom?.filter(({ up }) => up).length ?? null,
    open_orders: message.open?.orders ?? null,
    paid_n: Math.min(sum(counts), Number.MAX_SAFE_INTEGER),
    unknown_n: Math.min(sum(counts.filter(([key]) => key.endsWith('.unknown'))), Number.MAX_SAFE_INTEGER),
    ...{ prn: message.prn ?? null, sto: message.sto ?? null, cfgd: message.cfgd ?? null },
  };
}
