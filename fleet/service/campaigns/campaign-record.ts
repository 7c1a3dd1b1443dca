import { sql } from 'kysely';
import * as v from 'valibot';
import type { FleetTransaction } from '../store/database.ts';
import type { CampaignState } from './campaign-life.ts';
import { campaignPlanSchema, type CampaignPlan } from './campaign-plan.ts';

/** A campaign as its owner works on it, locked until the end of the transaction. */
export interface Campaign {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
  readonly plan: CampaignPlan;
  readonly st: CampaignState;
  readonly wave: number;
  readonly settledMs: number | null;
  readonly judgedMs: number;
  readonly healthMs: number;
  readonly steppedMs: number;
}

/** Locks of campaigns lie in a space of their own. */
const CAMPAIGN_LOCK = 7_304;

/**
 * The campaign, if nobody else has it in hand. Held by an advisory lock that the database gives back when its owner dies.
 * @returns null when another owner has it, or there is none
 */
export async function takeCampaign(trx: FleetTransaction, id: string): Promise<Campaign | null> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${CAMPAIGN_LOCK}, hashtext(${id}))
    as mine`.execute(trx);
  return rows[0]?.mine === true ? readCampaign(trx, id) : null;
}

/** The same for an operator's action, which waits for its turn. */
export async function awaitCampaign(trx: FleetTransaction, id: string): Promise<Campaign | null> {
  await sql`select pg_advisory_xact_lock(${CAMPAIGN_LOCK}, hashtext(${id}))`.execute(trx);
  return readCampaign(trx, id);
}

async function readCampaign(trx: FleetTransaction, id: string): Promise<Campaign | null> {
  const row = await trx.selectFrom('campaigns').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  const { version, sha256, st, wave } = row;
  return {
    ...{ id, version, sha256, st: st as CampaignState, wave, plan: v.parse(campaignPlanSchema, row.plan) },
    ...{ settledMs: row.settled_ms, judgedMs: row.judged_ms, healthMs: row.health_ms, steppedMs: row.stepped_ms },
  };
}
