import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  approveCampaign,
  CampaignRefusal,
  createCampaign,
  previewCampaign,
  retryCampaign,
} from '../../../../fleet/service/campaigns/campaign-actions.ts';
import { campaignPlanSchema, newCampaignSchema } from '../../../../fleet/service/campaigns/campaign-plan.ts';
import { campaignMembers, campaignPoints, upgradeHistory } from '../../../../fleet/service/campaigns/campaign-views.ts';
import { dryRun } from '../../../../fleet/service/campaigns/dry-run.ts';
import { stepCampaigns } from '../../../../fleet/service/campaigns/campaign-engine.ts';
import { verifyAudit } from '../../../../fleet/service/state/audit-log.ts';
import { SystemRandom } from '../../../../hal/random/system-random.ts';
import * as v from 'valibot';
import { APPROVER, CampaignBench, MAKER, NEXT, NOT_STARTED, RELEASE_HASH } from '../../../support/campaign-bench.ts';

const test = suite<{ bench: CampaignBench }>('fleet/service/campaigns/campaigns');

const QUIET = { paymentsMin: 0 };
const WAVES = [{ count: 1 }, { percent: 50 }, { percent: 100 }];

test.before(async (world) => {
  world.bench = await CampaignBench.open();
});
test.after(({ bench }) => bench.close());
test.before.each(({ bench }) => bench.clear());

const refusal = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    assert.instance(error, CampaignRefusal);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('it was not refused');
};

test('the canary first, then half, then all; each wave is watched before the next begins', async ({ bench }) => {
  await bench.terminals(6);
  const id = await bench.start({ waves: WAVES, limits: QUIET });
  const sizes: number[] = [];
  for (let wave = 0; wave < 3; wave++) {
    const due = await bench.step();
    sizes.push(due.length);
    assert.equal(await bench.step(), [], 'nobody is sent to twice');
    for (const one of due) await bench.upgrade(one);
    await bench.step();
    await bench.pass(59_000);
    assert.equal(await bench.step(), [], 'the soak holds');
    await bench.pass(2_000);
    await bench.step();
  }
  assert.equal(sizes, [1, 2, 3]);
  const seen = await bench.seen(id);
  assert.equal([seen.state, seen.members], ['done', { ok: 6 }]);
  const points = (await campaignPoints(bench.store.db, id)) as { wave: number; counts: Record<string, number> }[];
  assert.equal(points.filter(({ wave }) => wave === 2).at(-1)?.counts, { ok: 3 });
});

test('one who made a campaign cannot approve it, and another hash is not what was made', async ({ bench }) => {
  await bench.terminals(2);
  const parts = { db: bench.store.db, nowMs: bench.nowMs };
  const made = v.parse(newCampaignSchema, {
    ...{ name: 'x', version: NEXT, sha256: RELEASE_HASH, plan: { target: 't', filter: {} } },
  });
  const id = await createCampaign({ ...parts, random: new SystemRandom() }, MAKER, made);
  assert.equal(await bench.step(), [], 'a draft sends nothing');
  assert.match(await refusal(approveCampaign(parts, MAKER, { id, sha256: RELEASE_HASH })), /a second operator must/);
  const sameName = { ...MAKER, tokenId: 't-another' };
  assert.match(await refusal(approveCampaign(parts, sameName, { id, sha256: RELEASE_HASH })), /a second operator/);
  const other = 'cd'.repeat(32);
  assert.match(
    await refusal(approveCampaign(parts, APPROVER, { id, sha256: other })),
    /another release than this hash/,
  );
  assert.match(await refusal(bench.act(id, 'pause')), /is draft: it cannot pause/);
  assert.ok(await approveCampaign(parts, APPROVER, { id, sha256: RELEASE_HASH }));
  assert.is((await verifyAudit(bench.store.db)).ok, true);
});

test('a release that rolls back on the canary stops the campaign, and the history says why', async ({ bench }) => {
  await bench.terminals(4);
  const id = await bench.start({ waves: WAVES, limits: QUIET });
  const [due] = await bench.step();
  assert.ok(due !== undefined);
  await bench.report(due, 'download');
  await bench.report(due, 'reboot');
  await bench.report(due, 'rolledback', NOT_STARTED);
  assert.equal(await bench.step(), []);
  const seen = await bench.seen(id);
  assert.is(seen.state, 'stopped');
  assert.match(seen.why ?? '', /1 terminal rolled back, 0 are allowed \(1 rolled-back\)/);
  const steps = (await upgradeHistory(bench.store.db, due.tid, id)) as ({ state: string } & typeof NOT_STARTED)[];
  assert.equal(
    steps.map(({ state }) => state),
    ['offered', 'download', 'reboot', 'rolledback'],
  );
  assert.equal([steps.at(-1)?.reason, steps.at(-1)?.why], ['did-not-start', 'not confirmed after 3 starts']);
  assert.equal(seen.causes, [{ ...NOT_STARTED, cause: 'rolled-back', terminals: 1 }]);
  const page = { id, wave: null, state: 'failed', after: 0, limit: 10 };
  const [member] = (await campaignMembers(bench.store.db, page)) as (typeof NOT_STARTED)[];
  assert.equal([member?.reason, member?.why], [NOT_STARTED.reason, NOT_STARTED.why]);
});

test('an abort takes back what is not confirmed; what was confirmed before stays', async ({ bench }) => {
  await bench.terminals(3);
  const id = await bench.start({ waves: [{ percent: 100 }], limits: QUIET });
  const [one, two, three] = await bench.step();
  assert.ok(one !== undefined && two !== undefined && three !== undefined);
  await bench.upgrade(one);
  await bench.upgrade(two, false);
  const taken = await bench.act(id, 'abort', { why: 'a shop called' });
  assert.is(taken?.length, 3, 'the one that is confirmed is not known to be yet');
  assert.equal(await bench.ask(three.tid), { job: three.job, ver: 2 }, 'a job without a document takes it back');
  await bench.report({ ...one, ver: 2 }, 'ok');
  await bench.report({ ...two, ver: 2 }, 'rolledback', { why: 'taken back by the operator' });
  await bench.report({ ...three, ver: 2 }, 'withdrawn');
  await bench.step();
  const seen = await bench.seen(id);
  assert.equal([seen.state, seen.why, seen.members], ['aborted', 'a shop called', { ok: 1, withdrawn: 2 }]);
  assert.is((await bench.ask(two.tid)).job, null);
});

test('a pause sends nobody further and lets those at work go on; resume goes on', async ({ bench }) => {
  await bench.terminals(3);
  const id = await bench.start({ waves: [{ percent: 100 }], limits: QUIET, terms: { terminalsMax: 1 } });
  const [first] = await bench.step();
  assert.ok(first !== undefined);
  await bench.act(id, 'pause');
  await bench.upgrade(first);
  assert.equal(await bench.step(), []);
  assert.equal((await bench.seen(id)).members, { ok: 1, waiting: 2 });
  await bench.act(id, 'resume');
  assert.is((await bench.step()).length, 1, 'one at a time: the cap of the fleet');
});

test('payments that take twice as long stop it, each terminal beside its own baseline', async ({ bench }) => {
  const tids = await bench.terminals(4);
  for (const [index, tid] of tids.entries()) await bench.pay(tid, 10, { ms: 400 * (index + 1) });
  await bench.pass(1000);
  const id = await bench.start({ waves: [{ count: 2 }, { percent: 100 }] });
  const due = await bench.step();
  for (const one of due) {
    await bench.upgrade(one, false);
    await bench.pay(one.tid, 10, { ms: 800 * (tids.indexOf(one.tid) + 1) });
  }
  await bench.pass(16_000);
  const taken = await bench.step();
  const seen = await bench.seen(id);
  assert.is(seen.state, 'stopped');
  assert.match(
    seen.why ?? '',
    /payments take 2\.0 times as long: \d+ ms instead of \d+ ms to the result, in 20 payments/,
  );
  assert.equal(
    taken.map(({ doc }) => doc),
    [null, null],
    'what is on trial is taken back',
  );
});

test('fewer approvals and more unknown results stop it; too few payments judge nothing', async ({ bench }) => {
  const tids = await bench.terminals(3);
  for (const tid of tids) await bench.pay(tid, 30);
  await bench.pass(1000);
  const id = await bench.start({ waves: [{ percent: 100 }] });
  for (const one of await bench.step()) await bench.upgrade(one);
  await bench.pay('till-01', 4, { outcome: 'failed' });
  await bench.pass(61_000);
  await bench.step();
  assert.is((await bench.seen(id)).state, 'running', '4 of the 20 payments that are needed');
  await bench.pay('till-01', 10);
  await bench.pay('till-02', 10);
  await bench.pass(16_000);
  await bench.step();
  assert.match((await bench.seen(id)).why ?? '', /fewer payments are approved: 83\.3 % instead of 100\.0 %/);
  await bench.act(id, 'resume', { limits: { approvalDropPoints: 50 } });
  await bench.pay('till-03', 6, { outcome: 'unknown' });
  await bench.pass(16_000);
  await bench.step();
  assert.match((await bench.seen(id)).why ?? '', /more payments end unknown: 20\.0 % instead of 0\.0 %/);
});

test('a release that starts again and again after it was kept has failed', async ({ bench }) => {
  await bench.terminals(1);
  const id = await bench.start({ waves: [{ percent: 100 }], limits: { ...QUIET, restartsMax: 2 } });
  const [due] = await bench.step();
  assert.ok(due !== undefined);
  await bench.upgrade(due);
  await bench.pass(16_000);
  await bench.step();
  for (let start = 0; start < 3; start++) await bench.boot(due.tid, NEXT);
  await bench.pass(16_000);
  await bench.step();
  const seen = await bench.seen(id);
  assert.equal([seen.state, seen.members], ['stopped', { failed: 1 }]);
  assert.match(seen.why ?? '', /1 terminal failed, 0 are allowed \(1 restarts\)/);
});

test('time-outs count on-line time, are tried again after a pause, and then count as failures', async ({ bench }) => {
  await bench.terminals(1);
  const retry = { attemptsMax: 2, backOffMs: 60_000 };
  const terms = { onlineMs: 50_000 };
  const id = await bench.start({ waves: [{ percent: 100 }], limits: { ...QUIET, timeOutsMax: 0 }, retry, terms });
  const [first] = await bench.step();
  await bench.pass(40_000);
  assert.is((await bench.step()).length, 1, 'an unanswered job is sent again');
  await bench.pass(40_000);
  await bench.step();
  assert.equal((await bench.seen(id)).members, { waiting: 1 });
  await bench.pass(61_000);
  const [second] = await bench.step();
  assert.is(second?.job, `${id}-2`);
  assert.is.not(second?.job, first?.job);
  for (let minute = 0; minute < 2; minute++) {
    await bench.pass(40_000);
    await bench.step();
  }
  assert.match((await bench.seen(id)).why ?? '', /1 terminal ran out of time/);
});

test('a terminal that waits for its window uses none of its time, and what comes after the restart does', async ({
  bench,
}) => {
  await bench.terminals(1);
  const terms = { onlineMs: 50_000, window: { from: 120, to: 180 } };
  const retry = { attemptsMax: 1 };
  const id = await bench.start({ waves: [{ percent: 100 }], limits: { ...QUIET, timeOutsMax: 0 }, retry, terms });
  const [due] = await bench.step();
  assert.ok(due !== undefined);
  await bench.report(due, 'wait');
  for (let minute = 0; minute < 10; minute++) {
    await bench.pass(40_000);
    await bench.step();
  }
  assert.equal((await bench.seen(id)).members, { working: 1 });
  await bench.report(due, 'reboot');
  for (let minute = 0; minute < 2; minute++) {
    await bench.pass(40_000);
    await bench.step();
  }
  assert.match((await bench.seen(id)).why ?? '', /1 terminal ran out of time/);
});

test('failed terminals get another attempt by cause, and a campaign that was done goes on', async ({ bench }) => {
  await bench.terminals(2);
  const limits = { ...QUIET, rollbacksMax: 1, failuresMax: 1 };
  const id = await bench.start({ waves: [{ percent: 100 }], limits });
  const [one, two] = await bench.step();
  assert.ok(one !== undefined && two !== undefined);
  await bench.upgrade(one);
  await bench.report(two, 'rejected', { why: 'there is no signed release 2.0.0' });
  await bench.step();
  await bench.pass(61_000);
  await bench.step();
  assert.is((await bench.seen(id)).state, 'done');
  const parts = { db: bench.store.db, nowMs: bench.nowMs };
  assert.is(await retryCampaign(parts, MAKER, { id, causes: ['rolled-back'], tids: [] }), 0);
  assert.is(await retryCampaign(parts, MAKER, { id, causes: ['rejected'], tids: [] }), 1);
  const [again] = await bench.step();
  assert.equal([again?.tid, again?.job], [two.tid, `${id}-2`]);
});

test('terminals that come to match later join the last wave; those that are away get it when they come', async ({
  bench,
}) => {
  const tids = await bench.terminals(2);
  const lateJoinersUntilMs = bench.nowMs + 3_600_000;
  const plan = { filter: { sw: '1.0.0' }, waves: [{ count: 1 }, { percent: 100 }], limits: QUIET, lateJoinersUntilMs };
  const id = await bench.start({ ...plan, first: ['till-02'] });
  const [canary] = await bench.step();
  assert.is(canary?.tid, 'till-02', 'the canary by name');
  await bench.leave('till-01');
  await bench.boot('till-99', '1.0.0');
  if (canary !== undefined) await bench.upgrade(canary);
  await bench.step();
  await bench.pass(61_000);
  await bench.step();
  const late = await bench.step();
  assert.equal(
    late.map(({ tid }) => tid),
    ['till-99'],
    'the one that is away waits',
  );
  await bench.boot('till-01', '1.0.0');
  assert.equal(
    (await bench.step()).map(({ tid }) => tid),
    ['till-01'],
  );
  const members = (await campaignMembers(bench.store.db, {
    ...{ id, wave: 1, state: null, after: 0, limit: 10 },
  })) as { tid: string }[];
  assert.is(members.length, tids.length);
});

test('the job carries hash, window, rate and times, and a terminal is in one campaign at a time', async ({ bench }) => {
  await bench.terminals(1);
  const window = { from: 120, to: 300 };
  const terms = { window, bytesPerSecond: 65_536, notBeforeMs: bench.nowMs, deadlineMs: bench.nowMs + 1000 };
  await bench.start({ waves: [{ percent: 100 }], limits: QUIET, terms });
  const [due] = await bench.step();
  assert.equal(due?.doc, {
    ...{ target: `till-${NEXT}.zst`, version: NEXT, sha256: RELEASE_HASH, rate: 65_536, window },
    ...{ notBefore: terms.notBeforeMs, deadline: terms.deadlineMs },
  });
  await bench.start({ waves: [{ percent: 100 }], limits: QUIET });
  assert.equal(await bench.step(), []);
});

test('preview and dry run say what would happen, and send nothing', async ({ bench }) => {
  const tids = await bench.terminals(10);
  const plan = v.parse(campaignPlanSchema, { target: 't', filter: {}, waves: WAVES, soakMs: 60_000 });
  assert.equal(await previewCampaign(bench.store.db, plan), { terminals: 10, online: 10, waves: [1, 4, 5] });
  for (const tid of tids) await bench.pay(tid, 20);
  await bench.pass(70_000);
  for (const tid of tids.slice(0, 9)) await bench.pay(tid, 5);
  const calm = await dryRun(bench.store.db, plan, bench.nowMs);
  assert.equal(
    calm.waves.map(({ verdict }) => verdict),
    ['too-few-payments', 'judged', 'judged'],
  );
  for (const tid of tids) await bench.pay(tid, 20, { ms: 5000 });
  const loud = await dryRun(bench.store.db, plan, bench.nowMs);
  assert.is(loud.waves.at(-1)?.verdict, 'false-alarm', 'the line was slow all by itself');
  assert.equal(
    calm.waves.map(({ windowWaitMs }) => windowWaitMs),
    [0, 0, 0],
  );
  const HOUR_MS = 3_600_000;
  const nightly = { ...plan.terms, window: { from: 23 * 60, to: 2 * 60 } };
  const [night] = (await dryRun(bench.store.db, { ...plan, terms: nightly }, bench.nowMs)).waves;
  assert.is(night?.windowWaitMs, 21 * HOUR_MS, 'it may be ready just when the window has closed');
  // One at a time, two minutes and four seconds each, in a window of two minutes: the last five take six nights.
  const narrow = { ...plan.terms, terminalsMax: 1, window: { from: 120, to: 122 } };
  const last = (await dryRun(bench.store.db, { ...plan, terms: narrow }, bench.nowMs)).waves.at(-1);
  assert.is(last?.windowWaitMs, 6 * (24 * HOUR_MS - 120_000));
  assert.equal(await bench.step(), []);
});

test('a service that dies at any query of any step leaves the step done or not begun, and the campaign comes to its end', async ({
  bench,
}) => {
  const { db } = bench.store;
  await bench.terminals(3);
  const id = await bench.start({ waves: [{ count: 1 }, { percent: 100 }], limits: QUIET, soakMs: 1000 });
  let deaths = 0;
  /** Every query of the step is the last one once; what a step would have sent is lost with the service. */
  const stepThroughDeaths = async (): Promise<void> => {
    for (let last = 1; ; last++) {
      let queries = 0;
      const mortal = db.withPlugin({
        transformQuery: ({ node }) => {
          if (++queries === last) throw new Error('the service died');
          return node;
        },
        transformResult: ({ result }) => Promise.resolve(result),
      });
      try {
        await stepCampaigns(mortal, bench.nowMs);
        return;
      } catch (error) {
        assert.is((error as Error).message, 'the service died');
        deaths += 1;
      }
    }
  };
  for (let round = 0; (await bench.seen(id)).state === 'running'; round++) {
    assert.ok(round < 20, 'it comes to its end');
    await stepThroughDeaths();
    for (const tid of ['till-01', 'till-02', 'till-03']) {
      const { job, ver, doc } = await bench.ask(tid);
      if (job !== null) await bench.upgrade({ tid, job, ver, doc });
    }
    await bench.pass(1001);
  }
  const seen = await bench.seen(id);
  assert.equal([seen.state, seen.members], ['done', { ok: 3 }]);
  const jobs = await db.selectFrom('jobs').select(['tid', 'job', 'st']).execute();
  assert.equal(
    jobs.map(({ job, st }) => [job, st]),
    Array.from({ length: 3 }, () => [`${id}-1`, 'ok']),
    'one attempt each',
  );
  assert.ok(deaths > 50, `${deaths} deaths`);
});

test('one owner at a time: a second service that steps meanwhile does nothing', async ({ bench }) => {
  if (bench.store.engine === 'pglite') return;
  await bench.terminals(4);
  await bench.start({ waves: [{ percent: 100 }], limits: QUIET });
  const both = await Promise.all([bench.step(), stepCampaigns(bench.store.db, bench.nowMs)]);
  assert.is(both.flat().length, 4);
});

test.run();
