import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { upgradeCauseIn } from '../../../fleet/console/words/upgrade-reasons.ts';
import { stopReasonIn } from '../../../fleet/console/words/stop-reasons.ts';
import { decide, type CampaignSituation } from '../../../fleet/service/campaigns/campaign-life.ts';
import type { CampaignPlan } from '../../../fleet/service/campaigns/campaign-plan.ts';
import { judgeHealth, type PaymentFigures } from '../../../fleet/service/campaigns/payment-health.ts';

const test = suite('fleet/console/stop-reasons');
const LIMITS = {
  ...{ rollbacksMax: 0, timeOutsMax: 1, failuresMax: 2, failedPercent: 1, paymentsMin: 10, paymentsWaitMs: 1000 },
  ...{ approvalDropPoints: 5, unknownRisePoints: 2, slowerFactor: 1.5 },
};
const plan = { limits: LIMITS, soakMs: 1000, waves: [{}], terms: { terminalsMax: 10 } } as unknown as CampaignPlan;
const COUNTS = { waitingOnline: 0, waitingOffline: 0, waitingRetry: 0, working: 0, ok: 3, withdrawn: 0, failed: {} };

const paid = (share: number, unknown: number, ms: number): PaymentFigures => ({
  ...{ payments: 400, paid: 400 * share, unknown: 400 * unknown, timed: 400, lnMs: 400 * Math.log(ms) },
});
const before = paid(0.95, 0.01, 800);
const healthOf = (since: PaymentFigures) => judgeHealth([{ baseline: before, since }], plan.limits);

function whyOf(more: Partial<CampaignSituation>): string {
  const health = healthOf(before);
  const step = decide({ plan, wave: 0, counts: COUNTS, health, settledForMs: 500, nowMs: 0, ...more });
  if (step.kind !== 'stop') throw new Error(`it goes on: ${step.kind}`);
  return step.why;
}

/** Every reason for which the service stops a campaign, brought about. */
const REASONS: readonly (readonly [told: string, why: () => string])[] = [
  ['2 台已退回原版本，允许 0 台', () => whyOf({ counts: { ...COUNTS, failed: { 'rolled-back': 2 } } })],
  ['2 台超时，允许 1 台', () => whyOf({ counts: { ...COUNTS, failed: { 'time-out': 2 } } })],
  ['3 台未能升级，允许 2 台', () => whyOf({ counts: { ...COUNTS, failed: { failed: 2, rejected: 1 } } })],
  ['只有 0 笔付款可供判断，需要 10 笔', () => whyOf({ health: judgeHealth([], plan.limits), settledForMs: 5000 })],
  ['付款成功率下降：400 笔中 80.0 %，原来 95.0 %', () => whyOf({ health: healthOf(paid(0.8, 0.01, 800)) })],
  ['结果未确认增多：400 笔中 10.0 %，原来 1.0 %', () => whyOf({ health: healthOf(paid(0.95, 0.1, 800)) })],
  ['付款慢到 2.0 倍：400 笔平均 1600 毫秒，原来 800 毫秒', () => whyOf({ health: healthOf(paid(0.95, 0.01, 1600)) })],
];

for (const [told, why] of REASONS) {
  test(`a Chinese operator reads why a campaign was stopped: ${told}`, () => {
    assert.is(stopReasonIn('zh', why()), told);
    assert.is(stopReasonIn('en', why()), why());
  });
}

test('a Chinese operator reads why a terminal’s job ended: by its code, by the service’s sentence, or as it was told', () => {
  const told = (reason: string | null, why: string | null) => upgradeCauseIn('zh', { reason, why });
  assert.is(told('gateway', 'no domain answers'), '新版本连不上网关');
  assert.is(upgradeCauseIn('en', { reason: 'gateway', why: 'no domain answers' }), 'New version: no gateway');
  assert.is(told(null, 'it did not come to an end in time'), '没有按时完成');
  assert.is(told(null, 'it started again 7 times'), '又重启了 7 次');
  assert.is(told('a-later-code', 'of a later release'), 'of a later release');
  assert.is(told('a-later-code', null), 'a-later-code');
  assert.is(told(null, null), '');
});

test('what an operator wrote himself stays as it is', () => {
  assert.is(
    stopReasonIn('zh', 'shop fair today, 3 terminals failed to open'),
    'shop fair today, 3 terminals failed to open',
  );
});

test.run();
