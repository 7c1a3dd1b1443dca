import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { publishBroken, type Fault } from '../support/broken-releases.ts';
import { CampaignFleet, type Counter } from '../support/campaign-fleet.ts';
import { ReleaseShelf, SECOND } from '../support/upgrade-bench.ts';

/**
 * The whole way of a release with real processes: a fleet service on PostgreSQL, terminals that the real launcher starts, a sandbox
 * gateway for each of them. Most of a large fleet is simulated: those speak the real contract, but install nothing.
 * `npm run campaign-e2e` runs 3 real and 17 simulated terminals and five broken releases; here there are fewer.
 */
const IS_WHOLE = process.env['TILL_CAMPAIGN'] === 'whole';
const SIZE = IS_WHOLE ? { real: 3, simulated: 17 } : { real: 1, simulated: 3 };

const test = suite<{ shelf: ReleaseShelf; fleet: CampaignFleet }>('fleet/campaign');

test.before(async (world) => {
  world.shelf = await ReleaseShelf.stock();
  world.fleet = await CampaignFleet.start(world.shelf, SIZE);
});
test.after(async ({ fleet, shelf }) => {
  await fleet.close();
  shelf.clear();
});

const LIMITS = { paymentsMin: 4, timeOutsMax: 0 };

async function sell(counters: readonly Counter[], times: number): Promise<void> {
  await Promise.all(
    counters.map(async (counter) => {
      for (let sale = 0; sale < times; sale++) await counter.sell();
    }),
  );
}

test(`${SIZE.real} real and ${SIZE.simulated} simulated terminals get release 2 by canary and waves while they sell, over a killed service`, async ({
  fleet,
}) => {
  const { counters } = fleet;
  await sell(counters, 4);
  const waves = [{ count: 1 }, { percent: 50 }, { percent: 100 }];
  const first = counters.map(({ tid }) => tid).slice(0, 1);
  // Sales on a busy machine take now this long, now that: here only a gross slow-down counts.
  const limits = { ...LIMITS, slowerFactor: 20 };
  const id = await fleet.campaign(SECOND, { filter: {}, first, waves, soakMs: 2000, limits });
  // Each wave is judged by the payments of the one before, so nobody stops selling before the end.
  let isOver = false;
  const selling = counters.map((counter) => counter.sellUntil(() => isOver));
  await fleet.until(id, 'the canary at work', ({ members }) => (members['working'] ?? 0) + (members['ok'] ?? 0) > 0);
  await fleet.killService();
  await fleet.startService();
  const done = await fleet.until(id, 'the end', ({ state }) => state !== 'running');
  isOver = true;
  await Promise.all(selling);
  assert.equal([done.state, done.why, done.members], ['done', null, { ok: SIZE.real + SIZE.simulated }]);
  for (const counter of counters) {
    assert.is(counter.starts(SECOND), 1, `${counter.tid} restarted once`);
    assert.equal(counter.wrong(), [], `${counter.tid}: every sale was charged exactly once`);
    assert.ok((await fleet.history(counter.tid)).some(({ state }) => state === 'ok'));
  }
});

/** A campaign whose canary is this counter; the others of the fleet wait behind it. */
async function tryBroken(
  { fleet, shelf }: { fleet: CampaignFleet; shelf: ReleaseShelf },
  counter: Counter,
  fault: Fault,
): Promise<{ readonly why: string; readonly history: string }> {
  const version = publishBroken(shelf, fault);
  const tids = [counter.tid, 'sim-00001', 'sim-00002'];
  const before = counter.starts(SECOND);
  const plan = { filter: { tids }, first: [counter.tid], waves: [{ count: 1 }, { percent: 100 }], soakMs: 60_000 };
  const limits = { ...LIMITS, slowerFactor: 1.8 };
  const id = await fleet.campaign(version, { ...plan, limits });
  if (fault === 'pays slowly') await counter.sellUntil(() => counter.starts(SECOND) > before);
  const stopped = await fleet.until(id, `the stop of what ${fault}`, ({ state, members }) => {
    return state === 'stopped' && (members['working'] ?? 0) + (members['withdrawing'] ?? 0) === 0;
  });
  assert.is(stopped.members['waiting'], 2, 'nobody else got it');
  await counter.bench.terminal.ever(`${counter.tid} runs release 2 again`, () => counter.starts(SECOND) > before);
  const steps = await fleet.history(counter.tid);
  return { why: stopped.why ?? '', history: steps.map(({ state, why }) => `${state} ${why ?? ''}`).join('; ') };
}

const ROLLED_BACK = /1 terminal rolled back, 0 are allowed/;
const NOT_CONFIRMED = /rolledback not confirmed after 3 starts/;

if (IS_WHOLE) {
  test('a release that does not start rolls back by itself and stops its campaign, which says why', async (world) => {
    const [counter] = world.fleet.counters;
    assert.ok(counter !== undefined);
    const { why, history } = await tryBroken(world, counter, 'does not start');
    assert.match(why, ROLLED_BACK);
    assert.match(history, NOT_CONFIRMED);
    await counter.sell();
    assert.equal(counter.wrong(), []);
  });

  test('releases that crash, cannot read the journal or cannot reach the gateway roll back by themselves', async (world) => {
    const faults = ['crashes after a while', 'cannot read its journal', 'cannot reach the gateway'] as const;
    const tried = await Promise.all(
      faults.map(async (fault, index) => {
        const counter = world.fleet.counters[index];
        assert.ok(counter !== undefined);
        const { why, history } = await tryBroken(world, counter, fault);
        await counter.sell();
        assert.equal(counter.wrong(), [], fault);
        return { fault, why, history };
      }),
    );
    for (const { fault, why, history } of tried) {
      assert.match(why, ROLLED_BACK, fault);
      const cause = fault === 'cannot reach the gateway' ? /rolledback no domain answers/ : NOT_CONFIRMED;
      assert.match(history, cause, fault);
    }
  });

  test('a release that pays slowly is stopped by the payments of its canary, and taken back', async (world) => {
    const [, counter] = world.fleet.counters;
    assert.ok(counter !== undefined);
    const { why, history } = await tryBroken(world, counter, 'pays slowly');
    assert.match(why, /payments take \d+\.\d times as long/);
    assert.match(history, /withdrawing payments take.*(?:rolledback taken back by the operator|withdrawn)/);
    await counter.sell();
    assert.equal(counter.wrong(), []);
  });
}

test.run();
