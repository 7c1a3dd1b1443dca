import type { CampaignPlan } from './campaign-plan.ts';
import type { HealthVerdict } from './payment-health.ts';

/** Where a campaign is. `draft` waits for a second operator; `done` and `aborted` are ends. */
export type CampaignState = 'draft' | 'approved' | 'running' | 'paused' | 'stopped' | 'done' | 'aborted';

/** What an operator may do to an approved campaign. */
export type CampaignAction = 'start' | 'pause' | 'resume' | 'abort';

/** What an operator’s action may start from, and where it leads. `stopped` is a pause by a threshold. */
export const CAMPAIGN_ACTIONS: Readonly<
  Record<CampaignAction, { readonly from: readonly CampaignState[]; readonly to: CampaignState }>
> = {
  start: { from: ['approved'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused', 'stopped'], to: 'running' },
  abort: { from: ['draft', 'approved', 'running', 'paused', 'stopped'], to: 'aborted' },
};

/** Members of the waves so far, by where they are. */
export interface WaveCounts {
  readonly waitingOnline: number;
  readonly waitingOffline: number;
  /** Failed, and to be tried again later. */
  readonly waitingRetry: number;
  readonly working: number;
  readonly ok: number;
  readonly withdrawn: number;
  /** Failures since the start or the last resume, by cause. */
  readonly failed: Readonly<Record<string, number>>;
}

/** Everything that the next step of a running campaign is decided by. */
export interface CampaignSituation {
  readonly plan: CampaignPlan;
  /** Index of the wave that is being sent to. */
  readonly wave: number;
  readonly counts: WaveCounts;
  readonly health: HealthVerdict;
  /** How long everybody who is there has been at an end, ms; null: somebody is not. */
  readonly settledForMs: number | null;
  readonly nowMs: number;
}

/** What a running campaign does next. */
export type CampaignStep =
  /** A threshold was passed. */
  | { readonly kind: 'stop'; readonly why: string }
  | { readonly kind: 'next-wave' }
  | { readonly kind: 'done' }
  /** Nothing but sending to as many as may be at work. */
  | { readonly kind: 'go-on'; readonly room: number };

/** What to do now. Pure: the same situation gives the same step. */
export function decide(situation: CampaignSituation): CampaignStep {
  const { plan, wave, counts, health, settledForMs, nowMs } = situation;
  const why = tooManyFailures(plan, counts) ?? health.breach;
  if (why !== null) return { kind: 'stop', why };
  if (settledForMs === null) return { kind: 'go-on', room: Math.max(0, plan.terms.terminalsMax - counts.working) };
  const { paymentsMin, paymentsWaitMs } = plan.limits;
  const isLast = wave + 1 >= plan.waves.length;
  if (settledForMs < plan.soakMs) return { kind: 'go-on', room: 0 };
  if (health.payments < paymentsMin) {
    if (settledForMs < plan.soakMs + paymentsWaitMs) return { kind: 'go-on', room: 0 };
    return { kind: 'stop', why: `only ${health.payments} payments to judge it by, ${paymentsMin} are needed` };
  }
  if (!isLast) return { kind: 'next-wave' };
  const isOpen = plan.lateJoinersUntilMs !== null && nowMs < plan.lateJoinersUntilMs;
  const isOwed = counts.waitingOffline + counts.waitingRetry + counts.withdrawn > 0;
  return isOpen || isOwed ? { kind: 'go-on', room: 0 } : { kind: 'done' };
}

/** Whether everybody who is there has come to an end, and somebody has. */
export function isSettled({ waitingOnline, waitingRetry, working, ok, failed }: WaveCounts): boolean {
  const ended = ok + sumOf(failed);
  return waitingOnline === 0 && waitingRetry === 0 && working === 0 && ended > 0;
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const terminals = (count: number): string => `${count} terminal${count === 1 ? '' : 's'}`;

function tooManyFailures({ limits }: CampaignPlan, { ok, failed }: WaveCounts): string | null {
  const [all, rollbacks, timeOuts] = [sumOf(failed), failed['rolled-back'] ?? 0, failed['time-out'] ?? 0];
  const named = Object.entries(failed).map(([cause, count]) => `${count} ${cause}`);
  const share = (all / Math.max(1, all + ok)) * 100;
  const told = (what: string, most: number): string => `${what}, ${most} are allowed (${named.join(', ')})`;
  if (rollbacks > limits.rollbacksMax) return told(`${terminals(rollbacks)} rolled back`, limits.rollbacksMax);
  if (timeOuts > limits.timeOutsMax) return told(`${terminals(timeOuts)} ran out of time`, limits.timeOutsMax);
  const others = all - rollbacks - timeOuts;
  const isMany = others > limits.failuresMax && share > limits.failedPercent;
  return isMany ? told(`${terminals(others)} failed`, limits.failuresMax) : null;
}
