import type { FleetDb } from '../store/database.ts';

/** Everything that is known of one terminal; null when it is not. */
export async function terminalDetail(db: FleetDb, tid: string): Promise<object | null> {
  const row = await db
    .selectFrom('terminals')
    .leftJoin('terminal_live', 'terminal_live.tid', 'terminals.tid')
    .leftJoin('configurations', 'configurations.ver', 'terminals.desired_ver')
    .selectAll('terminals')
    .select(['seen_ms', 'lease_ms', 'tm_ms', 'tm', 'clock_off_ms', 'window_ms', 'paid_n', 'unknown_n'])
    .select(['window_paid_n', 'window_unknown_n', 'configurations.doc', 'configurations.hash'])
    .where('terminals.tid', '=', tid)
    .executeTakeFirst();
  if (row === undefined) return null;
  const streams = await db
    .selectFrom('event_streams')
    .select(['e', 'acked', 'stored_max', 'changed_ms'])
    .where('tid', '=', tid)
    .orderBy('changed_ms', 'desc')
    .limit(10)
    .execute();
  const alerts = await db
    .selectFrom('alerts')
    .selectAll()
    .where('tid', '=', tid)
    .where('cleared_ms', 'is', null)
    .orderBy('since_ms')
    .execute();
  return {
    ...{ tid, label: row.label, sn: row.sn, hw: row.hw, sw: row.sw, slot: row.slot, job: row.job },
    ...{ firstSeenMs: row.first_seen_ms, epoch: row.e, boot: row.b, birthMs: row.birth_ms },
    presence: {
      ...{ online: row.online, changedMs: row.online_changed_ms, why: row.offline_why },
      ...{ seenMs: row.seen_ms, leaseMs: row.lease_ms },
    },
    configured: row.cfgd,
    telemetry: row.tm === null ? null : { receivedMs: row.tm_ms, clockOffMs: row.clock_off_ms, document: row.tm },
    rate: {
      ...{ sinceMs: row.window_ms, payments: (row.paid_n ?? 0) - (row.window_paid_n ?? 0) },
      unknown: (row.unknown_n ?? 0) - (row.window_unknown_n ?? 0),
    },
    configuration: {
      desired: row.desired_ver === 0 ? null : { ver: row.desired_ver, doc: row.doc, hash: row.hash },
      reported:
        row.reported_ver === 0
          ? null
          : {
              ...{ ver: row.reported_ver, ok: row.reported_ok, err: row.reported_err },
              ...{ hash: row.reported_hash, ms: row.reported_ms },
            },
    },
    streams: streams.map(({ e, acked, stored_max, changed_ms }) => {
      return { epoch: e, acked, stored: stored_max, gap: stored_max > acked, changedMs: changed_ms };
    }),
    alerts: alerts.map((alert) => {
      const { id, kind, rank, since_ms, detail, acked_by, acked_ms, acked_note: ackedNote } = alert;
      return { id, kind, rank, sinceMs: since_ms, detail, ackedBy: acked_by, ackedMs: acked_ms, ackedNote };
    }),
  };
}
