import { sql } from 'kysely';
import { filterCondition } from '../state/terminal-list.ts';
import type { FleetDb } from '../store/database.ts';
import { waveSizes, type CampaignPlan } from './campaign-plan.ts';
import { paymentFigures } from './payment-figures.ts';
import { judgeHealth, NO_PAYMENTS, type HealthVerdict } from './payment-health.ts';

/** For restart, self-test and trial. */
const TRIAL_MS = 120_000;
/** A shop's line, when the plan names no rate. */
const BYTES_PER_SECOND = 500_000;
const RELEASE_BYTES = 2_000_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** Terminals whose payments are read: of a larger fleet a sample by chance, wave by wave. */
const SAMPLE_MAX = 2000;

/** What one wave would meet. `false-alarm`: the limits would stop it although nothing changed. */
export interface DryWave {
  readonly terminals: number;
  readonly online: number;
  /** Download, trial and soak, as long as nothing waits for a window. */
  readonly estimatedMs: number;
  /** And so much more at most until the window opens, once or in several nights; 0 without one. */
  readonly windowWaitMs: number;
  /** What the recorded payments of as long a time would have said, with no release at all. */
  readonly health: HealthVerdict;
  readonly verdict: 'judged' | 'too-few-payments' | 'false-alarm';
}

/**
 * The plan against what was recorded: the last stretch as long as the soak stands for the release, what was before it for the
 * baseline. A limit that stops such a campaign would stop it with any release; a wave without payments judges none.
 */
export async function dryRun(
  db: FleetDb,
  plan: CampaignPlan,
  nowMs: number,
): Promise<{ readonly terminals: number; readonly estimatedMs: number; readonly waves: readonly DryWave[] }> {
  const members = await matching(db, plan);
  const sizes = waveSizes(plan.waves, members.length);
  const waves: DryWave[] = [];
  for (const [index, size] of sizes.entries()) {
    const own = members.slice(sizes[index - 1] ?? 0, size);
    const health = await healthWithout(db, plan, members.slice(0, size), nowMs);
    const isJudged = health.payments >= plan.limits.paymentsMin && health.payments > 0;
    waves.push({
      terminals: own.length,
      online: own.filter(({ online }) => online).length,
      estimatedMs: waveMs(plan, own.length),
      windowWaitMs: windowWaitMs(plan, own.length),
      health,
      verdict: health.breach !== null ? 'false-alarm' : isJudged ? 'judged' : 'too-few-payments',
    });
  }
  const estimatedMs = waves.reduce((sum, wave) => sum + wave.estimatedMs, 0);
  return { terminals: members.length, estimatedMs, waves };
}

interface Match {
  readonly tid: string;
  readonly e: string | null;
  readonly online: boolean;
}

async function matching(db: FleetDb, { filter, first }: CampaignPlan): Promise<Match[]> {
  return db
    .selectFrom('terminals')
    .select(['tid', 'e', 'online'])
    .where(filterCondition(filter))
    .orderBy(sql`case when terminals.tid = any(${first}::text[]) then 0 else 1 end`)
    .orderBy(sql`md5(terminals.tid)`)
    .execute();
}

async function healthWithout(
  db: FleetDb,
  { soakMs, baselineMs, limits }: CampaignPlan,
  members: readonly Match[],
  nowMs: number,
): Promise<HealthVerdict> {
  const sample = members.slice(-SAMPLE_MAX).flatMap(({ tid, e }) => (e === null ? [] : [{ tid, e }]));
  const splits = await splitAt(db, sample, nowMs - soakMs);
  const stretches = sample.map(({ tid, e }) => {
    const s = splits.get(tid) ?? 0;
    return { before: { tid, e, fromS: 0, toS: s + 1 }, after: { tid, e, fromS: s, toS: Number.MAX_SAFE_INTEGER } };
  });
  const fromMs = nowMs - soakMs - baselineMs;
  const [before, after] = await Promise.all([
    paymentFigures(
      db,
      stretches.map((one) => ({ ...one.before, fromMs })),
      nowMs,
    ),
    paymentFigures(
      db,
      stretches.map((one) => ({ ...one.after, fromMs: nowMs - soakMs })),
      nowMs,
    ),
  ]);
  const samples = sample.map(({ tid }) => {
    return { baseline: before.get(tid) ?? NO_PAYMENTS, since: after.get(tid) ?? NO_PAYMENTS };
  });
  return judgeHealth(samples, limits);
}

/** The last event of each journal before an instant. */
async function splitAt(
  db: FleetDb,
  sample: readonly { readonly tid: string; readonly e: string }[],
  atMs: number,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ tid: string; s: number }>`select v.tid, max(v.s) as s from events v
    join terminals t on t.tid = v.tid and t.e = v.e
    where v.tid = any(${sample.map(({ tid }) => tid)}::text[]) and v.received_ms < ${atMs} group by v.tid`.execute(db);
  return new Map(rows.map(({ tid, s }) => [tid, s]));
}

function waveMs(plan: CampaignPlan, terminals: number): number {
  return workMs(plan, terminals) + plan.soakMs;
}

function workMs({ bytes, terms }: CampaignPlan, terminals: number): number {
  const downloadMs = ((bytes ?? RELEASE_BYTES) / (terms.bytesPerSecond ?? BYTES_PER_SECOND)) * 1000;
  return Math.ceil(terminals / terms.terminalsMax) * (downloadMs + TRIAL_MS);
}

/** The service does not know the time of each shop: a wave may be ready just when the window has closed. */
function windowWaitMs(plan: CampaignPlan, terminals: number): number {
  const { window } = plan.terms;
  if (window === null || terminals === 0) return 0;
  const openMinutes = (((window.to - window.from) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const openMs = openMinutes * MINUTE_MS;
  if (openMs === 0) return DAY_MINUTES * MINUTE_MS;
  const nights = Math.max(1, Math.ceil(workMs(plan, terminals) / openMs));
  return nights * (DAY_MINUTES * MINUTE_MS - openMs);
}
