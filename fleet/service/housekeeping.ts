import { sql } from 'kysely';
import type { Clock } from '../../hal/clock/contract.ts';
import { stepCampaigns } from './campaigns/campaign-engine.ts';
import { sendJobs } from './campaigns/send-jobs.ts';
import { sendOpenCommands } from './ingest/answer-terminals.ts';
import { expireLeases } from './ingest/commit-presence.ts';
import { sendDown, type Downlink } from './ingest/downlink.ts';
import type { FleetLog } from './log.ts';
import type { FleetMetrics } from './metrics.ts';
import { ALERT_KINDS, judgeAlerts, readThresholds } from './state/alerts.ts';
import { expireCommands, unanswered } from './state/commands.ts';
import type { LiveHub } from './state/live-hub.ts';
import { LIVE_CHANNEL, liveNotices } from './state/live-notice.ts';
import { stepRollouts } from './state/rollouts.ts';
import { POINT_DAYS, sampleTelemetry } from './state/telemetry-history.ts';
import { dropOldPartitions, ensurePartitions } from './store/event-partitions.ts';
import type { FleetStore } from './store/fleet-store.ts';

/** One process keeps house at a time; the others find the lock taken and look again. */
const HOUSE_LOCK = 7_303;
const HOUR_MS = 3_600_000;
const UNANSWERED_MS = 30_000;
/** Alerts that were cleared, reports and snapshots of ended commands are kept this long. */
const KEPT_MS = 90 * 24 * HOUR_MS;

/** What housekeeping works on, and how often. */
export interface HousekeepingParts {
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly log: FleetLog;
  readonly metrics: FleetMetrics;
  readonly downlink: Downlink;
  readonly hub: LiveHub;
  /** Tells this process's notices from another's. */
  readonly worker: string;
  /** Between two rounds. */
  readonly roundMs: number;
  readonly retentionDays: number;
  /** Between two points of a terminal's charts. */
  readonly historyStepMs: number;
}

/** What time alone brings about: leases and commands run out, alerts rise and clear, waves and campaigns go on, old days are dropped. */
export class Housekeeping {
  readonly #parts: HousekeepingParts;
  #timer: unknown = null;
  #round: Promise<void> | null = null;
  #tidiedMs = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock, roundMs, log } = this.#parts;
    if (this.#stopped) return;
    this.#timer = clock.setTimeout(() => {
      this.#round = this.round()
        .catch((error: unknown) => {
          log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'housekeeping is put off');
        })
        .finally(() => this.start());
    }, roundMs);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#parts.clock.clearTimeout(this.#timer);
    await this.#round;
  }

  /** One round. */
  async round(): Promise<void> {
    const { store, clock, downlink, hub, worker } = this.#parts;
    const nowMs = clock.wallMs();
    const thresholds = await readThresholds(store.db);
    const changes = await store.db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${HOUSE_LOCK}) as mine`.execute(
        trx,
      );
      if (rows[0]?.mine !== true) return null;
      const gone = await expireLeases(trx, nowMs);
      const expired = await expireCommands(trx, nowMs);
      const alerted = await judgeAlerts(trx, thresholds, nowMs);
      const tids = [...new Set([...gone, ...expired, ...alerted])];
      await sampleTelemetry(trx, nowMs, this.#parts.historyStepMs);
      const change = { worker, tids, steps: [], snapshots: [], ...(alerted.length > 0 && { alerts: true as const }) };
      for (const notice of liveNotices(change)) await sql`select pg_notify(${LIVE_CHANNEL}, ${notice})`.execute(trx);
      return change;
    });
    if (changes === null) return;
    if (changes.tids.length > 0) hub.tell(changes);
    for (const { tid, ver, doc, by } of await stepRollouts(store.db, nowMs)) {
      sendDown(downlink, tid, 'dn/cf', { ver, doc, by, t: nowMs });
    }
    sendJobs(downlink, await stepCampaigns(store.db, nowMs));
    const waiting = await unanswered(store.db, { nowMs, waitMs: UNANSWERED_MS });
    if (waiting.length > 0) await sendOpenCommands({ db: store.db, clock, downlink }, waiting);
    if (nowMs - this.#tidiedMs >= HOUR_MS) await this.#tidy(nowMs);
    await this.#count();
  }

  async #tidy(nowMs: number): Promise<void> {
    const { store, log, retentionDays } = this.#parts;
    await ensurePartitions(store.db, nowMs);
    const days = await dropOldPartitions(store.db, nowMs, retentionDays);
    await dropOldPartitions(store.db, nowMs, POINT_DAYS, 'telemetry_points');
    await dropOldPartitions(store.db, nowMs, retentionDays, 'telemetry_hours');
    if (days.length > 0) log.info({ days }, 'events past their retention were dropped');
    const old = nowMs - KEPT_MS;
    await sql`delete from alerts where cleared_ms < ${old}`.execute(store.db);
    await sql`delete from commands where exp_ms < ${old}`.execute(store.db);
    await sql`delete from snapshot_parts where received_ms < ${nowMs - 24 * HOUR_MS}`.execute(store.db);
    await sql`delete from job_steps where t_ms < ${old}`.execute(store.db);
    this.#tidiedMs = nowMs;
  }

  async #count(): Promise<void> {
    const { store, metrics } = this.#parts;
    const { rows } = await sql<{ online: boolean; n: number }>`select online, count(*)::bigint as n from terminals
      group by online`.execute(store.db);
    for (const { online, n } of rows) metrics.terminals.set({ presence: online ? 'online' : 'offline' }, n);
    const { rows: open } = await sql<{ kind: string; n: number }>`select kind, count(*)::bigint as n from alerts
      where cleared_ms is null group by kind`.execute(store.db);
    for (const kind of ALERT_KINDS) {
      metrics.openAlerts.set({ kind }, open.find((one) => one.kind === kind)?.n ?? 0);
    }
  }
}
