import * as v from 'valibot';

const instant = v.nullable(v.number());
const words = v.nullable(v.string());
const counts = v.record(v.string(), v.number());
const pair = v.nullable(v.object({ observed: v.number(), expected: v.number() }));

const healthSchema = v.object({
  ...{ payments: v.number(), approval: pair, unknown: pair, resultMs: pair, breach: words },
});

/** How payments go under the release, beside what the same terminals did before. */
export type Health = v.InferOutput<typeof healthSchema>;

const waveCountsSchema = v.object({
  ...{ wave: v.number(), terminals: v.number(), waiting: v.number(), working: v.number(), ok: v.number() },
  ...{ failed: v.number(), withdrawn: v.number() },
});

/** Terminals of one wave, by where they are. */
export type WaveCounts = v.InferOutput<typeof waveCountsSchema>;

const lineFields = {
  ...{ id: v.string(), name: v.string(), version: v.string(), sha256: v.string(), state: v.string(), why: words },
  ...{ wave: v.number(), by: v.string(), approvedBy: words, createdMs: v.number(), startedMs: instant },
  ...{ endedMs: instant, changedMs: v.number(), members: counts, health: v.nullable(healthSchema) },
  plan: v.looseObject({ waves: v.array(v.looseObject({})), filter: v.looseObject({}), soakMs: v.number() }),
};

/** `GET /campaigns`. */
export const campaignsSchema = v.object({ campaigns: v.array(v.object(lineFields)) });

/** A campaign as the list shows it. */
export type CampaignLine = v.InferOutput<typeof campaignsSchema>['campaigns'][number];

/** One campaign; of those that were just written, waves and causes are empty. */
export const campaignSchema = v.object({
  ...lineFields,
  waves: v.array(waveCountsSchema),
  causes: v.array(v.object({ cause: v.string(), reason: words, why: words, terminals: v.number() })),
});

/** A campaign as its own page shows it. */
export type Campaign = v.InferOutput<typeof campaignSchema>;

/** `GET /campaigns/{id}/chart`. */
export const campaignChartSchema = v.object({
  points: v.array(v.object({ wave: v.number(), tMs: v.number(), counts })),
});

/** How many terminals of a wave were where at an instant (epoch ms). */
export type ChartPoint = v.InferOutput<typeof campaignChartSchema>['points'][number];

/** `GET /campaigns/{id}/members`. */
export const campaignMembersSchema = v.object({
  members: v.array(
    v.object({
      ...{ tid: v.string(), label: v.string(), place: v.number(), wave: v.number(), state: v.string() },
      ...{ attempt: v.number(), cause: words, reason: words, why: words, step: words },
      ...{ sentMs: instant, endedMs: instant },
      ...{ pct: instant, sw: words, online: v.boolean() },
    }),
  ),
});

/** A terminal of a campaign and the step that it is at. */
export type CampaignMember = v.InferOutput<typeof campaignMembersSchema>['members'][number];

/** `GET /terminals/{tid}/upgrades`. */
export const upgradeStepsSchema = v.object({
  steps: v.array(
    v.object({ job: v.string(), tMs: v.number(), state: v.string(), pct: instant, reason: words, why: words }),
  ),
});

/** `POST /campaigns/preview`. */
export const campaignPreviewSchema = v.object({
  ...{ terminals: v.number(), online: v.number(), waves: v.array(v.number()) },
});

/** `POST /campaigns/dry-run`. */
export const dryRunSchema = v.object({
  ...{ terminals: v.number(), estimatedMs: v.number() },
  waves: v.array(
    v.object({
      ...{ terminals: v.number(), online: v.number(), estimatedMs: v.number(), windowWaitMs: v.number() },
      verdict: v.string(),
      health: healthSchema,
    }),
  ),
});

/** What a plan would meet, wave by wave, by what was recorded. */
export type DryRun = v.InferOutput<typeof dryRunSchema>;

/** `POST /campaigns/{id}/retry`: how many terminals get another attempt. */
export const retriedSchema = v.object({ retried: v.number() });
