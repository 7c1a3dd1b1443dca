import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CALM, ROUGH } from '../../../simulator/world/fault-rates.ts';
import { simulate } from '../../../simulator/world/simulation.ts';
import { Sometimes } from '../../../simulator/world/sometimes.ts';
import { runWorld, type WorldReport } from '../../../simulator/world/world.ts';

const test = suite('simulator/world');

/** The seed and the story are the whole worth of a failure. */
function assertSound(world: WorldReport): void {
  assert.equal(world.violations, [], `seed ${world.seed}:\n${world.story.join('\n')}`);
}

test('in a calm world every sale of a shop ends, in one process life and its orderly restart', async () => {
  const world = await runWorld({ seed: 'calm', payments: 30, rates: CALM });
  assertSound(world);
  assert.is(world.payments >= 30, true);
  assert.is(world.lives, 2);
  assert.is(world.sometimes.of('request lost'), 0);
});

test('M1 to M9 hold in a rough world, whatever is lost, torn, late, doubled or cut off', async () => {
  const report = await simulate({ seed: 'commit', payments: 300 });
  if (report.broken !== null) assertSound(report.broken);
  assert.ok(report.payments >= 300);
  assert.ok(report.lives > report.shops * 3);
  for (const what of ['request lost', 'answer lost', 'unresolved when its window ended', 'process killed'] as const) {
    assert.ok(report.sometimes.of(what) > 0, what);
  }
});

test('one seed is one life, byte for byte, and another seed another', async () => {
  const [one, again, other] = [
    await runWorld({ seed: 'twice', payments: 40, rates: ROUGH }),
    await runWorld({ seed: 'twice', payments: 40, rates: ROUGH }),
    await runWorld({ seed: 'else', payments: 40, rates: ROUGH }),
  ];
  assert.is(one.hash, again.hash);
  assert.is(one.virtualMs, again.virtualMs);
  assert.equal(one.sometimes.all(), again.sometimes.all());
  assert.is.not(one.hash, other.hash);
});

test('shops that are lived side by side in threads are the same shops, and have the same hash', async () => {
  const run = { seed: 'threads', payments: 130 };
  const [one, many] = [await simulate(run), await simulate({ ...run, jobs: 2 })];
  assert.is(many.hash, one.hash);
  assert.is(many.shops, one.shops);
  assert.is(many.payments, one.payments);
  assert.equal(many.sometimes.all(), one.sometimes.all());
});

test('a run that met nothing rare says what it missed, and a small one is not blamed', () => {
  const sometimes = new Sometimes();
  assert.equal(sometimes.missing(10), []);
  assert.ok(sometimes.missing(20_000).includes('power cut after a send'));
  sometimes.count('power cut after a send');
  assert.not.ok(sometimes.missing(20_000).includes('power cut after a send'));
});

test.run();
