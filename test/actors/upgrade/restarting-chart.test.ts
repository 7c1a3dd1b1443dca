import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createActor, fromPromise } from 'xstate';
import { RestartingChart } from '../../../actors/upgrade/restarting-chart.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import type { UpgradeOffer, UpgradeSource, UpgradeStart } from '../../../machines/upgrade-errand.ts';
import { upgradeMachine } from '../../../machines/upgrade.machine.ts';
import { crash, watchCharts } from '../../support/chart-places.ts';
import { pass } from '../../support/charts.ts';

const test = suite('actors/upgrade/restarting-chart');
type Errand = { readonly source: UpgradeSource; readonly byHand: boolean; readonly wanted: string | null };
const LIMITS = { checkMs: null, fetchAttempts: 1, soakMs: 1, wordMs: 1, laterMs: 1, laterTimes: 1 };
const REQUEST = { type: 'upgrade.requested', source: 'server', byHand: true, wanted: null } as const;

test('an upgrade chart that crashes takes nothing for a minute and then begins anew from the record', async () => {
  const clock = new VirtualClock();
  let starts = 0;
  const readStart = fromPromise<UpgradeStart, void>(() => {
    starts += 1;
    return Promise.resolve({ kind: 'rest' });
  });
  const check = fromPromise<UpgradeOffer | null, Errand>(() => new Promise(() => undefined));
  const crashes: unknown[] = [];
  const chart = new RestartingChart({
    clock,
    make: () =>
      createActor(upgradeMachine.provide({ actors: { readStart, check } }), { clock, input: { limits: LIMITS } }),
    onChange: () => undefined,
    onCrash: (_, last) => crashes.push(last.value),
  });
  const unwatch = watchCharts((actor) => {
    if ((actor.getSnapshot() as { value?: unknown }).value === 'checking') crash(actor, new Error('planted'));
  });
  const stop = chart.start();
  await pass(clock, 0);
  assert.is(chart.snapshot.value, 'resting');
  assert.ok(chart.take(REQUEST));
  await pass(clock, 59_000);
  unwatch();
  assert.equal(crashes, ['checking']);
  assert.not.ok(chart.take(REQUEST), 'nobody hears it');
  await pass(clock, 1000);
  assert.is(chart.snapshot.value, 'resting');
  assert.is(starts, 2);
  assert.ok(chart.take(REQUEST));
  stop();
  await pass(clock, 120_000);
  assert.is(starts, 2);
});

test.run();
