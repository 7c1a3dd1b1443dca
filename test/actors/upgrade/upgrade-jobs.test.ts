import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UpgradeJobs } from '../../../actors/upgrade/upgrade-jobs.ts';
import type { UpgradeShown } from '../../../domain/screens/flow-view.ts';
import { jobProgressSchema, type JobProgress } from '../../../fleet/contract/jobs.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import * as v from 'valibot';

const test = suite('actors/upgrade/upgrade-jobs');

const RESTING: UpgradeShown = {
  phase: 'resting',
  step: null,
  version: '',
  percent: 0,
  why: '',
  fromServer: true,
  fromMedia: false,
};

function desk(shown: Partial<UpgradeShown> = {}, isFree = true) {
  const asked: unknown[] = [];
  const reports: JobProgress[] = [];
  const jobs = new UpgradeJobs({
    clock: new VirtualClock(),
    running: '1.0.0',
    upgrader: {
      shown: () => ({ ...RESTING, ...shown }),
      request: (source, options) => {
        asked.push({ source, ...options });
        return isFree;
      },
    },
  });
  const take = (version: string, ver = 1): void =>
    jobs.take({ job: 'j-1', ver, doc: { target: `till-${version}.zst`, version } }, (progress) => {
      assert.ok(v.is(jobProgressSchema, progress), JSON.stringify(progress));
      reports.push(progress);
    });
  return { jobs, asked, take, states: () => reports.map(({ st }) => st), reports };
}

test('a job is followed from its acceptance to the restart, and its reports count up', () => {
  const { jobs, asked, take, states, reports } = desk();
  take('2.0.0');
  take('2.0.0');
  assert.equal(asked, [{ source: 'server', byHand: false, wanted: '2.0.0' }]);
  assert.is(jobs.current, 'j-1');
  for (const step of ['offered', 'staged', 'switching'] as const) jobs.step(step, '');
  assert.equal(states(), ['accepted', 'download', 'wait', 'reboot']);
  const counts = reports.map(({ n }) => n);
  assert.equal(
    counts,
    counts.toSorted((one, other) => one - other),
  );
  assert.is(new Set(counts).size, 4);
});

test('after the restart the release that runs answers for the job, kept or still on trial', () => {
  const kept = desk();
  kept.take('1.0.0');
  assert.equal(kept.states(), ['ok']);
  assert.is(kept.jobs.current, null);
  const trial = desk({ phase: 'trial' });
  trial.take('1.0.0');
  trial.jobs.step('confirmed', '');
  assert.equal(trial.states(), ['confirm', 'ok']);
});

test('a release that was given up answers with why, and so does one that is refused', () => {
  const back = desk({ step: 'rolled-back', version: '2.0.0', why: 'no domain answers' });
  back.take('2.0.0');
  assert.equal(back.states(), ['rolledback']);
  assert.is(back.reports[0]?.why, 'no domain answers');
  const refused = desk();
  refused.take('2.0.0');
  refused.jobs.step('refused', 'there is no signed release 2.0.0');
  assert.equal(refused.states(), ['accepted', 'rejected']);
});

test('a terminal that is at another upgrade says so, and steps without a job are nobody’s', () => {
  const busy = desk({ phase: 'downloading' }, false);
  busy.jobs.step('offered', '');
  busy.take('2.0.0');
  assert.equal(busy.states(), ['rejected']);
  assert.is(busy.reports[0]?.why, 'another upgrade is under way');
});

test.run();
