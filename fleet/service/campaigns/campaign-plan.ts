import * as v from 'valibot';
import { sha256, text, whole } from '../../contract/bounded-fields.ts';
import { terminalFilterSchema } from '../state/terminal-list.ts';

const WAVES_MAX = 20;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const span = (what: string, least: number, most: number, usual: number) => v.optional(whole(what, least, most), usual);
const share = (what: string, most: number, usual: number) =>
  v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(most), v.description(what)), usual);

const waveSchema = v.union(
  [
    v.strictObject({ percent: v.pipe(v.number(), v.minValue(0.001), v.maxValue(100)) }),
    v.strictObject({ count: whole('Terminals.', 1, 1e7) }),
  ],
  'a wave is {"count": 5} or {"percent": 25}',
);

/** How far a wave reaches, by share or by number of the campaign's terminals, the waves before it included. */
export type Wave = v.InferOutput<typeof waveSchema>;

const isRising = (waves: Wave[]): boolean => {
  const last = waves.at(-1);
  const rises = (of: (wave: Wave) => number | null): boolean => {
    const sizes = waves.flatMap((wave) => of(wave) ?? []);
    return sizes.every((size, index) => size > (sizes[index - 1] ?? 0));
  };
  const ends = last !== undefined && 'percent' in last && last.percent === 100;
  return (
    ends &&
    rises((wave) => ('percent' in wave ? wave.percent : null)) &&
    rises((wave) => ('count' in wave ? wave.count : null))
  );
};

/** What stops a campaign. Counts are of terminals since the start, or since an operator went on. */
export const campaignLimitsSchema = v.strictObject({
  failuresMax: span('More terminals that failed, in whatever way, stop it.', 0, 1e6, 0),
  failedPercent: share('Fewer than this share of those that came to an end do not stop it, %.', 100, 0),
  rollbacksMax: span('More terminals that rolled back stop it.', 0, 1e6, 0),
  timeOutsMax: span('More terminals that ran out of time stop it.', 0, 1e6, 1),
  restartsMax: span('A terminal that starts the release again more often than this has failed.', 0, 1e3, 3),
  approvalDropPoints: share('Approval rate this far below the terminals’ own baseline stops it, points.', 100, 5),
  unknownRisePoints: share('Rate of unknown results this far above the baseline stops it, points.', 100, 2),
  slowerFactor: v.optional(
    v.pipe(
      v.number(),
      v.minValue(1.05),
      v.maxValue(100),
      v.description('Time to result this many times the baseline stops it.'),
    ),
    1.5,
  ),
  paymentsMin: span('Payments under the release before their health is judged; 0: not waited for.', 0, 1e6, 20),
  paymentsWaitMs: span(
    'How long a settled wave waits for so many payments, ms; then it stops.',
    0,
    30 * DAY_MS,
    DAY_MS,
  ),
});

/** The thresholds at which a campaign stops by itself. */
export type CampaignLimits = v.InferOutput<typeof campaignLimitsSchema>;

/** Why an upgrade came to nothing; the causes that terminals can be given another attempt by. */
export const RETRY_CAUSES = ['rolled-back', 'failed', 'rejected', 'time-out', 'restarts'] as const;

/** One of them. */
export type FailureCause = (typeof RETRY_CAUSES)[number];

const retrySchema = v.strictObject({
  causes: v.optional(v.array(v.picklist(RETRY_CAUSES)), ['time-out', 'failed']),
  attemptsMax: span('Attempts in all.', 1, 10, 3),
  backOffMs: span('Before the second attempt, ms; doubles with each further one.', 0, 7 * DAY_MS, HOUR_MS),
});

const termsSchema = v.strictObject({
  window: v.optional(
    v.nullable(
      v.strictObject({
        from: whole('Minutes after the terminal’s own midnight.', 0, 1439),
        to: whole('Its end; smaller than `from` runs over midnight.', 0, 1439),
      }),
    ),
    null,
  ),
  notBeforeMs: v.optional(v.nullable(whole('No restart before this instant, epoch ms.')), null),
  deadlineMs: v.optional(v.nullable(whole('From here on the window holds nothing back, epoch ms.')), null),
  bytesPerSecond: v.optional(
    v.nullable(whole('Of a shop’s line that the download may take.', 1024, 1_000_000_000)),
    null,
  ),
  terminalsMax: span('Terminals at work at a time: with the rate above, the cap of the fleet.', 1, 1e6, 50),
  onlineMs: span(
    'A terminal gets so much time on-line for one attempt, waiting for window and idle counter apart, ms.',
    1,
    30 * DAY_MS,
    6 * HOUR_MS,
  ),
  wallMs: span('And so much by the clock, ms.', 1, 90 * DAY_MS, 7 * DAY_MS),
});

/** What a campaign does, as its operator wrote it and a second one approved it. */
export const campaignPlanSchema = v.strictObject({
  target: v.pipe(text(256, 'Name of the target in the release metadata.'), v.minLength(1)),
  bytes: v.optional(v.nullable(whole('Length of the release, for the dry run.')), null),
  filter: terminalFilterSchema,
  first: v.optional(
    v.pipe(
      v.array(text(48, 'Terminal.')),
      v.maxLength(1000),
      v.description('These come first: the canary by name. They must match the filter.'),
    ),
    [],
  ),
  waves: v.optional(
    v.pipe(
      v.array(waveSchema),
      v.minLength(1),
      v.maxLength(WAVES_MAX),
      v.check(isRising, 'waves must rise and end with {"percent": 100}'),
      v.description('How many terminals have it after each wave; the first is the canary.'),
    ),
    [{ count: 1 }, { percent: 10 }, { percent: 100 }],
  ),
  soakMs: span('Watch each wave this long after its last terminal, ms.', 0, 30 * DAY_MS, HOUR_MS),
  baselineMs: span('How far back a terminal’s own baseline reaches, ms.', 60_000, 90 * DAY_MS, 7 * DAY_MS),
  limits: v.optional(campaignLimitsSchema, {}),
  retry: v.optional(retrySchema, {}),
  terms: v.optional(termsSchema, {}),
  lateJoinersUntilMs: v.optional(
    v.nullable(whole('Terminals that come to match until then join the last wave, epoch ms.')),
    null,
  ),
});

/** A plan with its defaults filled in. */
export type CampaignPlan = v.InferOutput<typeof campaignPlanSchema>;

/** The body of `POST /campaigns`. */
export const newCampaignSchema = v.strictObject({
  name: v.pipe(text(80, 'What operators call it.'), v.minLength(1)),
  version: v.pipe(text(64, 'Version that the release brings.'), v.minLength(1)),
  sha256: sha256('Of the release, as the signed metadata names it.'),
  plan: campaignPlanSchema,
});

/** A campaign as it is written down. */
export type NewCampaign = v.InferOutput<typeof newCampaignSchema>;

/** Size of each wave, cumulative, for so many terminals. */
export function waveSizes(waves: readonly Wave[], members: number): number[] {
  let before = 0;
  return waves.map((wave) => {
    const size = 'percent' in wave ? Math.ceil((members * wave.percent) / 100) : wave.count;
    before = Math.max(before, Math.min(members, size));
    return before;
  });
}
