import * as v from 'valibot';
import { sha256 } from '../../contract/bounded-fields.ts';
import {
  actOnCampaign,
  approveCampaign,
  CampaignRefusal,
  createCampaign,
  previewCampaign,
  retryCampaign,
} from '../campaigns/campaign-actions.ts';
import type { CampaignAction } from '../campaigns/campaign-life.ts';
import {
  campaignLimitsSchema,
  campaignPlanSchema,
  newCampaignSchema,
  RETRY_CAUSES,
} from '../campaigns/campaign-plan.ts';
import {
  campaignMembers,
  campaignOf,
  campaignPoints,
  listCampaigns,
  upgradeHistory,
} from '../campaigns/campaign-views.ts';
import { dryRun } from '../campaigns/dry-run.ts';
import { sendJobs } from '../campaigns/send-jobs.ts';
import { bodyTid, queryLimit, queryNumber, queryText } from './query-fields.ts';
import { ApiProblem, found, route, type Route } from './route.ts';

/** A refusal by the campaign's own rules is the caller's to understand. @throws ApiProblem */
async function refused<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CampaignRefusal) throw new ApiProblem(409, error.code, error.message);
    throw error;
  }
}

const actionSchema = v.strictObject({
  why: v.optional(v.pipe(v.string(), v.maxLength(200), v.description('Why, for the history.'))),
  limits: v.optional(v.pipe(v.partial(campaignLimitsSchema), v.description('With resume: other limits from now on.'))),
});

const SUMMARIES: Readonly<Record<CampaignAction, string>> = {
  start: 'Starts an approved campaign with its first wave',
  pause: 'No further terminal is sent to; those at work go on',
  resume: 'Goes on after a pause or a stop',
  abort: 'Ends it; what is not confirmed is taken back',
};

const actionRoutes = (['start', 'pause', 'resume', 'abort'] as const).map((action) =>
  route({
    ...{ method: 'post', path: `/campaigns/{id}/${action}`, role: 'operator', summary: SUMMARIES[action] },
    body: actionSchema,
    answer: 'The campaign.',
    handle: async ({ parts: { store, clock, downlink }, operator, params: { id = '' }, body }) => {
      const parts = { db: store.db, nowMs: clock.wallMs() };
      const due = await refused(actOnCampaign(parts, operator, { id, action, ...body }));
      sendJobs(downlink, found(due, `campaign ${id}`));
      return campaignOf(store.db, id);
    },
  }),
);

/** Campaigns of upgrades: written by one operator, approved by another, watched by the service. */
export const campaignRoutes: readonly Route[] = [
  route({
    ...{ method: 'post', path: '/campaigns/preview', role: 'viewer', summary: 'Whom a plan takes, wave by wave' },
    body: v.strictObject({ plan: campaignPlanSchema }),
    answer: 'Terminals, how many of them are there, and the size of each wave.',
    handle: ({ parts, body: { plan } }) => previewCampaign(parts.store.db, plan),
  }),
  route({
    ...{ method: 'post', path: '/campaigns/dry-run', role: 'viewer', summary: 'A plan against what was recorded' },
    body: v.strictObject({ plan: campaignPlanSchema }),
    answer:
      'Each wave: how long, how many payments to judge it by, and whether its limits would stop it without any release.',
    handle: ({ parts: { store, clock }, body: { plan } }) => dryRun(store.db, plan, clock.wallMs()),
  }),
  route({
    ...{ method: 'post', path: '/campaigns', role: 'operator', summary: 'Writes a campaign' },
    body: newCampaignSchema,
    answer: 'The campaign, a draft: another operator approves it.',
    handle: async ({ parts: { store, clock, random }, operator, body }) => {
      const id = await createCampaign({ db: store.db, random, nowMs: clock.wallMs() }, operator, body);
      return campaignOf(store.db, id);
    },
  }),
  route({
    ...{ method: 'get', path: '/campaigns', role: 'viewer', summary: 'Campaigns, newest first' },
    query: v.strictObject({ limit: queryLimit() }),
    answer: 'Each with the count of its members by state.',
    handle: async ({ parts, query: { limit } }) => ({ campaigns: await listCampaigns(parts.store.db, limit) }),
  }),
  route({
    ...{ method: 'get', path: '/campaigns/{id}', role: 'viewer', summary: 'One campaign' },
    answer: 'Its plan and state, why it is in it, its waves, what failed, and how the payments go beside the baseline.',
    handle: async ({ parts, params: { id = '' } }) => found(await campaignOf(parts.store.db, id), `campaign ${id}`),
  }),
  route({
    ...{ method: 'get', path: '/campaigns/{id}/chart', role: 'viewer', summary: 'Its waves over time' },
    answer: 'Counts by state of each wave, each time that they changed.',
    handle: async ({ parts, params: { id = '' } }) => ({ points: await campaignPoints(parts.store.db, id) }),
  }),
  route({
    ...{ method: 'get', path: '/campaigns/{id}/members', role: 'viewer', summary: 'Terminals of a campaign' },
    query: v.strictObject({
      wave: v.optional(queryNumber(100, 'Of this wave, counted from 0.')),
      state: v.optional(queryText(16, 'waiting, working, ok, failed, withdrawing or withdrawn.')),
      after: v.optional(queryNumber(1e9, 'The last `place` of the page before.'), '0'),
      limit: queryLimit(1000),
    }),
    answer: 'A page in the order of their turn, each with its step, attempt and cause.',
    handle: async ({ parts: { store }, params: { id = '' }, query: { wave, state, after, limit } }) => ({
      members: await campaignMembers(store.db, { id, wave: wave ?? null, state: state ?? null, after, limit }),
    }),
  }),
  route({
    ...{ method: 'get', path: '/terminals/{tid}/upgrades', role: 'viewer', summary: 'Upgrades of one terminal' },
    query: v.strictObject({ campaign: v.optional(queryText(64, 'Of this campaign only.')) }),
    answer: 'Every step it told and every step of the service, with the cause, oldest first.',
    handle: async ({ parts, params: { tid = '' }, query: { campaign } }) => ({
      steps: await upgradeHistory(parts.store.db, tid, campaign ?? null),
    }),
  }),
  route({
    ...{ method: 'post', path: '/campaigns/{id}/approve', role: 'operator', summary: 'The second operator’s approval' },
    body: v.strictObject({ sha256: sha256('Of the release that is approved.') }),
    answer: 'The campaign. It is refused to whoever made it, and for any other hash.',
    handle: async ({ parts: { store, clock }, operator, params: { id = '' }, body }) => {
      const parts = { db: store.db, nowMs: clock.wallMs() };
      const isKnown = await refused(approveCampaign(parts, operator, { id, sha256: body.sha256 }));
      return found(isKnown ? await campaignOf(store.db, id) : null, `campaign ${id}`);
    },
  }),
  route({
    ...{
      method: 'post',
      path: '/campaigns/{id}/retry',
      role: 'operator',
      summary: 'Another attempt for failed terminals',
    },
    body: v.strictObject({
      causes: v.optional(v.array(v.picklist(RETRY_CAUSES)), []),
      tids: v.optional(v.pipe(v.array(bodyTid), v.maxLength(10_000)), []),
    }),
    answer: 'How many are tried again. Without causes and terminals: all that failed or were taken back.',
    handle: async ({ parts: { store, clock }, operator, params: { id = '' }, body }) => {
      const parts = { db: store.db, nowMs: clock.wallMs() };
      const count = await refused(retryCampaign(parts, operator, { id, ...body }));
      return { retried: found(count, `campaign ${id}`) };
    },
  }),
  ...actionRoutes,
];
