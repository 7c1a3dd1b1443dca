import { sql } from 'kysely';
import { THE_SERVICE, writeAudit } from '../state/audit-log.ts';
import { filterCondition } from '../state/terminal-list.ts';
import type { FleetDb, FleetTransaction } from '../store/database.ts';
import { measureHealth } from './campaign-health.ts';
import { offerJobs, takeJobsBack, unansweredJobs, type DueJob } from './campaign-jobs.ts';
import { decide, isSettled, type CampaignState, type CampaignStep } from './campaign-life.ts';
import {
  countMembers,
  endLateAttempts,
  endRestless,
  notePoints,
  readReports,
  retryFailed,
} from './campaign-progress.ts';
import { takeCampaign, type Campaign } from './campaign-record.ts';
import type { HealthVerdict } from './payment-health.ts';

/** Payments are looked at this often, ms; a short soak looks more often. */
const HEALTH_MS = 15_000;
/** Terminals that join at one step. */
const JOINING_MAX = 1000;

/**
 * One step of every campaign that no other service has in hand. Each is one transaction: a service that dies leaves the step done or
 * not begun, and what was to be sent is asked for by the terminal, or sent again.
 * @returns the jobs to send now
 */
export async function stepCampaigns(db: FleetDb, nowMs: number): Promise<DueJob[]> {
  const { rows } = await sql<{ id: string }>`select c.id from campaigns c where c.st = 'running'
    or exists (select 1 from campaign_members m where m.campaign = c.id and m.st in ('working', 'withdrawing'))
    order by c.created_ms, c.id`.execute(db);
  const due: DueJob[] = [];
  for (const { id } of rows) {
    due.push(...(await db.transaction().execute((trx) => stepCampaign(trx, id, nowMs))));
  }
  return due;
}

async function stepCampaign(trx: FleetTransaction, id: string, nowMs: number): Promise<DueJob[]> {
  const campaign = await takeCampaign(trx, id);
  if (campaign === null) return [];
  await readReports(trx, campaign, nowMs);
  await endLateAttempts(trx, campaign, nowMs);
  const due = campaign.st === 'running' ? await goOn(trx, campaign, nowMs) : await keepCount(trx, campaign, nowMs);
  await trx.updateTable('campaigns').set({ stepped_ms: nowMs }).where('id', '=', id).execute();
  return [...due, ...(await unansweredJobs(trx, id, nowMs))];
}

async function keepCount(trx: FleetTransaction, campaign: Campaign, nowMs: number): Promise<DueJob[]> {
  const { waves } = await countMembers(trx, campaign, nowMs);
  await notePoints(trx, campaign, waves, nowMs);
  return [];
}

async function goOn(trx: FleetTransaction, campaign: Campaign, nowMs: number): Promise<DueJob[]> {
  await endRestless(trx, campaign, nowMs);
  await retryFailed(trx, campaign, nowMs);
  await joinLate(trx, campaign, nowMs);
  const { soFar: counts, waves } = await countMembers(trx, campaign, nowMs);
  await notePoints(trx, campaign, waves, nowMs);
  const health = await healthNow(trx, campaign, nowMs);
  const settledMs = isSettled(counts) ? (campaign.settledMs ?? nowMs) : null;
  if (settledMs !== campaign.settledMs) {
    await trx.updateTable('campaigns').set({ settled_ms: settledMs }).where('id', '=', campaign.id).execute();
  }
  const settledForMs = settledMs === null ? null : nowMs - settledMs;
  const step = decide({ plan: campaign.plan, wave: campaign.wave, counts, health, settledForMs, nowMs });
  return carryOut(trx, campaign, step, nowMs);
}

async function carryOut(
  trx: FleetTransaction,
  campaign: Campaign,
  step: CampaignStep,
  nowMs: number,
): Promise<DueJob[]> {
  const { id, wave } = campaign;
  switch (step.kind) {
    case 'go-on':
      return offerJobs(trx, campaign, step.room, nowMs);
    case 'next-wave':
      await change(trx, campaign, { st: 'running', why: null, wave: wave + 1 }, nowMs);
      return [];
    case 'done':
      await change(trx, campaign, { st: 'done', why: null, wave }, nowMs);
      return [];
    case 'stop':
      await change(trx, campaign, { st: 'stopped', why: step.why, wave }, nowMs);
      return takeJobsBack(trx, { id, why: step.why }, nowMs);
  }
}

async function change(
  trx: FleetTransaction,
  { id }: Campaign,
  { st, why, wave }: { readonly st: CampaignState; readonly why: string | null; readonly wave: number },
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('campaigns')
    .set({ st, why, wave, wave_ms: nowMs, settled_ms: null, changed_ms: nowMs, ended_ms: st === 'done' ? nowMs : null })
    .where('id', '=', id)
    .execute();
  const action = st === 'running' ? 'campaign.wave' : `campaign.${st}`;
  await writeAudit(trx, THE_SERVICE, { action, target: id, detail: { wave, ...(why !== null && { why }) } }, nowMs);
}

async function healthNow(trx: FleetTransaction, campaign: Campaign, nowMs: number): Promise<HealthVerdict> {
  const { id, plan, healthMs } = campaign;
  const isDue = nowMs - healthMs >= Math.min(HEALTH_MS, plan.soakMs / 10);
  if (!isDue) {
    const kept = await trx.selectFrom('campaigns').select('health').where('id', '=', id).executeTakeFirst();
    if (kept?.health != null) return kept.health as HealthVerdict;
  }
  const health = await measureHealth(trx, campaign, nowMs);
  await trx
    .updateTable('campaigns')
    .set({ health: JSON.stringify(health), health_ms: nowMs })
    .where('id', '=', id)
    .execute();
  return health;
}

/** Terminals that match since the start join the last wave; how fast they get it, the campaign's cap decides. */
async function joinLate(trx: FleetTransaction, { id, plan }: Campaign, nowMs: number): Promise<void> {
  if (plan.lateJoinersUntilMs === null || nowMs >= plan.lateJoinersUntilMs) return;
  await trx
    .insertInto('campaign_members')
    .columns(['campaign', 'tid', 'place', 'wave', 'changed_ms'])
    .expression((builder) =>
      builder
        .selectFrom('terminals')
        .select([
          sql<string>`${id}::text`.as('campaign'),
          'tid',
          sql<number>`(select coalesce(max(place), 0) from campaign_members where campaign = ${id})
            + row_number() over (order by tid)`.as('place'),
          sql<number>`${plan.waves.length - 1}::integer`.as('wave'),
          sql<number>`${nowMs}::bigint`.as('changed_ms'),
        ])
        .where(filterCondition(plan.filter))
        .where(
          sql<boolean>`not exists (select 1 from campaign_members m where m.campaign = ${id}
          and m.tid = terminals.tid)`,
        )
        .limit(JOINING_MAX),
    )
    .execute();
}
