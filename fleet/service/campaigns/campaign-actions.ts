import { sql } from 'kysely';
import * as v from 'valibot';
import type { Random } from '../../../hal/random/contract.ts';
import { writeAudit } from '../state/audit-log.ts';
import type { Operator } from '../state/operators.ts';
import { countTerminals, filterCondition } from '../state/terminal-list.ts';
import type { FleetDb, FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { takeJobsBack, type DueJob } from './campaign-jobs.ts';
import { CAMPAIGN_ACTIONS, type CampaignAction } from './campaign-life.ts';
import {
  campaignLimitsSchema,
  waveSizes,
  type CampaignLimits,
  type CampaignPlan,
  type FailureCause,
  type NewCampaign,
} from './campaign-plan.ts';
import { awaitCampaign, type Campaign } from './campaign-record.ts';

/** What an action on a campaign works with. */
export interface CampaignParts {
  readonly db: FleetDb;
  /** Epoch ms. */
  readonly nowMs: number;
}

/** `state`: it is in no state for that; `own-campaign`: nobody approves what he made himself. */
export type CampaignRefusalCode = 'state' | 'other-release' | 'own-campaign' | 'limits' | 'no-terminal';

/** Why an action was not done: its words are for the operator. */
export class CampaignRefusal extends Error {
  override readonly name = 'CampaignRefusal';
  readonly code: CampaignRefusalCode;

  constructor(code: CampaignRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** How many terminals a plan takes, how many of them are there, and the sizes of its waves. */
export async function previewCampaign(db: FleetDb, plan: CampaignPlan): Promise<object> {
  const terminals = await countTerminals(db, plan.filter);
  const online = await countTerminals(db, { ...plan.filter, presence: 'online' });
  const sizes = waveSizes(plan.waves, terminals);
  return { terminals, online, waves: sizes.map((size, index) => size - (sizes[index - 1] ?? 0)) };
}

/** A token names its owner; somebody who signs in elsewhere has none. */
const whoOf = ({ tokenId, name }: Operator): string => tokenId ?? `name:${name}`;

/** Writes a campaign down. Nothing is sent: a second operator approves it first. The terminals are those that match at its start. */
export async function createCampaign(
  { db, nowMs, random }: CampaignParts & { readonly random: Random },
  by: Operator,
  { name, version, sha256, plan }: NewCampaign,
): Promise<string> {
  const id = `u-${nowMs.toString(36)}-${Buffer.from(random.bytes(4)).toString('hex')}`;
  await db.transaction().execute(async (trx) => {
    const row = { ...{ id, name, version, sha256, st: 'draft', by: by.name, by_token: whoOf(by) } };
    await trx
      .insertInto('campaigns')
      .values({ ...row, plan: JSON.stringify(plan), created_ms: nowMs, changed_ms: nowMs })
      .execute();
    await writeAudit(
      trx,
      by,
      { action: 'campaign.create', target: id, detail: { name, version, sha256, plan } },
      nowMs,
    );
  });
  return id;
}

/**
 * The second pair of eyes, bound to what it saw: the hash of the release.
 * @throws CampaignRefusal
 */
export async function approveCampaign(
  { db, nowMs }: CampaignParts,
  by: Operator,
  { id, sha256 }: { readonly id: string; readonly sha256: string },
): Promise<boolean> {
  return change({ db, nowMs }, id, async (trx, campaign) => {
    if (campaign.st !== 'draft') throw new CampaignRefusal('state', `the campaign is ${campaign.st}, not a draft`);
    if (campaign.sha256 !== sha256)
      throw new CampaignRefusal('other-release', 'the campaign is for another release than this hash');
    const maker = await trx.selectFrom('campaigns').select(['by', 'by_token']).where('id', '=', id).executeTakeFirst();
    if (maker?.by_token === whoOf(by) || maker?.by === by.name) {
      throw new CampaignRefusal('own-campaign', 'whoever made the campaign cannot approve it: a second operator must');
    }
    const set = { st: 'approved', approved_by: by.name, approved_ms: nowMs, changed_ms: nowMs };
    await trx.updateTable('campaigns').set(set).where('id', '=', id).execute();
    await writeAudit(trx, by, { action: 'campaign.approve', target: id, detail: { sha256 } }, nowMs);
  });
}

type ChangedLimits = { readonly [Limit in keyof CampaignLimits]?: CampaignLimits[Limit] | undefined };

/** What an operator may say with an action. */
export interface ActionWords {
  readonly why?: string | undefined;
  /** With `resume`: other limits from now on. */
  readonly limits?: ChangedLimits | undefined;
}

/**
 * Start, pause, resume, abort.
 * @returns the jobs to take back now (abort, before anything is confirmed), null when the campaign is not known
 * @throws CampaignRefusal
 */
export async function actOnCampaign(
  { db, nowMs }: CampaignParts,
  by: Operator,
  { id, action, why, limits }: { readonly id: string; readonly action: CampaignAction } & ActionWords,
): Promise<DueJob[] | null> {
  let due: DueJob[] = [];
  const isKnown = await change({ db, nowMs }, id, async (trx, campaign) => {
    const { from, to } = CAMPAIGN_ACTIONS[action];
    if (!from.includes(campaign.st))
      throw new CampaignRefusal('state', `the campaign is ${campaign.st}: it cannot ${action}`);
    if (limits !== undefined && action !== 'resume') throw new CampaignRefusal('limits', 'other limits go with resume');
    const words = action === 'resume' || action === 'start' ? null : (why ?? `${action} by ${by.name}`);
    await trx
      .updateTable('campaigns')
      .set({ st: to, why: words, changed_ms: nowMs, ended_ms: action === 'abort' ? nowMs : null, settled_ms: null })
      .where('id', '=', id)
      .execute();
    if (action === 'start') await begin(trx, campaign, nowMs);
    if (action === 'resume') await resume(trx, campaign, limits, nowMs);
    if (action === 'abort') due = await takeJobsBack(trx, { id, why: words ?? 'aborted' }, nowMs);
    const detail = { ...(why !== undefined && { why }), ...(limits !== undefined && { limits }) };
    await writeAudit(trx, by, { action: `campaign.${action}`, target: id, detail }, nowMs);
  });
  return isKnown ? due : null;
}

/** Gives failed terminals another attempt, by cause; a campaign that was done goes on. @returns how many, null when not known */
export async function retryCampaign(
  { db, nowMs }: CampaignParts,
  by: Operator,
  {
    id,
    causes,
    tids,
  }: { readonly id: string; readonly causes: readonly FailureCause[]; readonly tids: readonly string[] },
): Promise<number | null> {
  let count = 0;
  const isKnown = await change({ db, nowMs }, id, async (trx, campaign) => {
    if (!['running', 'paused', 'stopped', 'done'].includes(campaign.st)) {
      throw new CampaignRefusal('state', `the campaign is ${campaign.st}: nothing can be tried again`);
    }
    const result = await sql`update campaign_members set st = 'waiting', retry_ms = null, changed_ms = ${nowMs}
      where campaign = ${id} and st in ('failed', 'withdrawn')
        and (${causes.length === 0} or cause = any(${[...causes]}::text[]))
        and (${tids.length === 0} or tid = any(${[...tids]}::text[]))`.execute(trx);
    count = Number(result.numAffectedRows ?? 0n);
    if (campaign.st === 'done' && count > 0) {
      const set = { st: 'running', ended_ms: null, settled_ms: null, judged_ms: nowMs, changed_ms: nowMs };
      await trx.updateTable('campaigns').set(set).where('id', '=', id).execute();
    }
    await writeAudit(trx, by, { action: 'campaign.retry', target: id, detail: { causes, tids, count } }, nowMs);
  });
  return isKnown ? count : null;
}

async function change(
  { db }: CampaignParts,
  id: string,
  work: (trx: FleetTransaction, campaign: Campaign) => Promise<void>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const campaign = await awaitCampaign(trx, id);
    if (campaign === null) return false;
    await work(trx, campaign);
    return true;
  });
}

/** Those who match now, the named ones first and the others by chance: the first wave is a fair sample. */
async function begin(trx: FleetTransaction, { id, plan }: Campaign, nowMs: number): Promise<void> {
  const found = await trx
    .selectFrom('terminals')
    .select('tid')
    .where(filterCondition(plan.filter))
    .orderBy(sql`case when terminals.tid = any(${plan.first}::text[]) then 0 else 1 end`)
    .orderBy(sql`md5(terminals.tid || ${id}::text)`)
    .execute();
  if (found.length === 0) throw new CampaignRefusal('no-terminal', 'no terminal matches the filter');
  const sizes = waveSizes(plan.waves, found.length);
  const rows = found.map(({ tid }, index) => {
    return { tid, place: index + 1, wave: sizes.findIndex((size) => index < size) };
  });
  await sql`insert into campaign_members (campaign, tid, place, wave, changed_ms)
    select ${id}::text, x.tid, x.place, x.wave, ${nowMs}::bigint
    from ${records(rows, 'tid text, place integer, wave integer')}`.execute(trx);
  const set = { started_ms: nowMs, wave_ms: nowMs, judged_ms: nowMs - 1 };
  await trx.updateTable('campaigns').set(set).where('id', '=', id).execute();
}

async function resume(
  trx: FleetTransaction,
  { id, plan }: Campaign,
  limits: ChangedLimits | undefined,
  nowMs: number,
): Promise<void> {
  await sql`update campaign_members set st = 'waiting', changed_ms = ${nowMs}
    where campaign = ${id} and st = 'withdrawn'`.execute(trx);
  const said = Object.fromEntries(Object.entries(limits ?? {}).filter(([, limit]) => limit !== undefined));
  const changed = v.parse(campaignLimitsSchema, { ...plan.limits, ...said });
  await trx
    .updateTable('campaigns')
    .set({ judged_ms: nowMs, health_ms: 0, plan: JSON.stringify({ ...plan, limits: changed }) })
    .where('id', '=', id)
    .execute();
}
