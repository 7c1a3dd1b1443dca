import { sql } from 'kysely';
import type { FleetDb, FleetTransaction } from '../store/database.ts';
import { dayOf } from '../store/event-partitions.ts';
import { records } from '../store/records.ts';
import type { PaymentFigures } from './payment-health.ts';

/** A stretch of one terminal's journal, both ends excluded, and not received before an instant. */
export interface JournalStretch {
  readonly tid: string;
  readonly e: string;
  readonly fromS: number;
  readonly toS: number;
  readonly fromMs: number;
}

const COLUMNS = 'tid text, e text, "fromS" bigint, "toS" bigint, "fromMs" bigint';

interface FigureRow {
  readonly tid: string;
  readonly payments: number;
  readonly paid: number;
  readonly unknown: number;
  readonly timed: number;
  readonly lnMs: number | null;
}

/** What happened to the payments of these stretches; a terminal without any is not in the map. */
export async function paymentFigures(
  db: FleetDb | FleetTransaction,
  stretches: readonly JournalStretch[],
  nowMs: number,
): Promise<Map<string, PaymentFigures>> {
  if (stretches.length === 0) return new Map();
  const fromDay = dayOf(Math.max(0, Math.min(...stretches.map(({ fromMs }) => fromMs))));
  const { rows } = await sql<FigureRow>`with payment as (
      select distinct on (i.tid, i.e, i.s) i.tid, r.s is not null and coalesce(r.d ->> 'outcome', '') <> 'unknown'
          and coalesce(r.d ->> 'late', 'false') <> 'true' as known,
        r.d ->> 'outcome' = 'paid' as paid, r.t - i.t as ms
      from ${records(stretches, COLUMNS)}
      join events i on i.tid = x.tid and i.e = x.e and i.type = 'ORDER_INTENT' and i.s > x."fromS" and i.s < x."toS"
        and i.received_ms >= x."fromMs" and i.day >= ${fromDay}::date
      left join events r on r.tid = i.tid and r.e = i.e and r.type = 'ORDER_RESULT' and r.s > i.s
        and r.d ->> 'order' = i.d ->> 'order' and r.day >= ${fromDay}::date
      where r.s is not null or (i.d ->> 'windowEndsAtMs')::numeric < ${nowMs}
      order by i.tid, i.e, i.s, r.s
    )
    select tid, count(*)::bigint as payments, count(*) filter (where known and paid)::bigint as paid,
      count(*) filter (where not known)::bigint as unknown,
      count(*) filter (where known and ms > 0)::bigint as timed,
      (sum(ln(ms::double precision)) filter (where known and ms > 0))::double precision as "lnMs"
    from payment group by tid`.execute(db);
  return new Map(rows.map(({ tid, lnMs, ...figures }) => [tid, { ...figures, lnMs: lnMs ?? 0 }]));
}
