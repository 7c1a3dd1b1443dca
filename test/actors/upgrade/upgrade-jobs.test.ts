import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Log } from '../../../actors/log.ts';
import { UpgradeJobs } from '../../../actors/upgrade/upgrade-jobs.ts';
import type { FleetMemory } from '../../../config/fleet-memory.ts';
import type { UpgradeShown } from '../../../domain/screens/flow-view.ts';
import { causeFor, NO_CAUSE } from '../../../domain/upgrade-trouble.ts';
import { jobProgressSchema, type JobProgress } from '../../../fleet/contract/jobs.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import * as v from 'valibot';

const test = suite('actors/upgrade/upgrade-jobs');

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Log;

const RESTING: UpgradeShown = {
  phase: 'resting',
  step: null,
  version: '',
  percent: 0,
  reason: null,
  why: '',
  mayWait: false,
  fromServer: true,
  fromMedia: false,
};

interface Options {
  readonly isFree?: boolean;
  readonly memory?: { current(): FleetMemory; save(changes: Partial<FleetMemory>): Promise<void> };
}

/** What a durable memory does, without a disk. */
function remembering(): Required<Options>['memory'] {
  let kept: FleetMemory = { version: 1, acknowledged: null, configuration: null, job: null, commands: [] };
  return {
    current: () => kept,
    save: (changes) => {
      kept = { ...kept, ...changes };
      return Promise.resolve();
    },
  };
}

function desk(
  shown: Partial<UpgradeShown> | (() => Partial<UpgradeShown>) = {},
  { isFree = true, memory = remembering() }: Options = {},
) {
  const asked: unknown[] = [];
  const withdrawn: string[] = [];
  const reports: JobProgress[] = [];
  const jobs = new UpgradeJobs({
    clock: new VirtualClock(),
    log: silent,
    running: '1.0.0',
    memory,
    upgrader: {
      shown: () => ({ ...RESTING, ...(typeof shown === 'function' ? shown() : shown) }),
      request: (source, options) => {
        asked.push({ source, ...options });
        return isFree;
      },
      withdraw: (cause) => {
        withdrawn.push(cause.why);
        jobs.step('withdrawn', '2.0.0', cause);
        return true;
      },
    },
  });
  const report = (progress: JobProgress): void => {
    assert.ok(v.is(jobProgressSchema, progress), JSON.stringify(progress));
    reports.push(progress);
  };
  const take = (version: string, ver = 1, job = 'j-1'): void =>
    jobs.take({ job, ver, doc: { target: `till-${version}.zst`, version } }, report);
  const takeBack = (ver: number): void => jobs.take({ job: 'j-1', ver }, report);
  return { jobs, asked, withdrawn, memory, take, takeBack, states: () => reports.map(({ st }) => st), reports };
}

test('a job is followed from its acceptance to the restart, and its reports count up', () => {
  const { jobs, asked, take, states, reports } = desk();
  take('2.0.0');
  const terms = { sha256: null, bytesPerSecond: null, window: null, notBeforeMs: 0, deadlineMs: 2 ** 53 - 1 };
  assert.equal(asked, [{ source: 'server', byHand: false, wanted: '2.0.0', terms }]);
  assert.is(jobs.current, 'j-1');
  for (const step of ['offered', 'staged', 'switching'] as const) jobs.step(step, '2.0.0', NO_CAUSE);
  assert.equal(states(), ['accepted', 'download', 'wait', 'reboot']);
  take('2.0.0');
  assert.equal(states().at(-1), 'reboot', 'asked again, it says again where it is');
  const counts = reports.map(({ n }) => n);
  assert.equal(
    counts,
    counts.toSorted((one, other) => one - other),
  );
  assert.is(new Set(counts).size, 5);
});

test('after the restart the release that runs answers for the job, kept or still on trial', () => {
  const kept = desk();
  kept.take('1.0.0');
  assert.equal(kept.states(), ['ok']);
  assert.is(kept.jobs.current, null);
  const trial = desk({ phase: 'trial' });
  trial.take('1.0.0');
  trial.jobs.step('confirmed', '1.0.0', NO_CAUSE);
  assert.equal(trial.states(), ['confirm', 'ok']);
});

test('a release that was given up answers with why, and so does one that is refused', () => {
  const back = desk({ step: 'rolled-back', version: '2.0.0', reason: 'gateway', why: 'no domain answers' });
  back.take('2.0.0');
  assert.equal(back.states(), ['rolledback']);
  assert.equal([back.reports[0]?.reason, back.reports[0]?.why], ['gateway', 'no domain answers']);
  const refused = desk();
  refused.take('2.0.0');
  refused.jobs.step('refused', '', causeFor('absent', 'there is no signed release 2.0.0'));
  assert.equal(refused.states(), ['accepted', 'rejected']);
  assert.is(refused.reports[1]?.reason, 'absent');
});

test('a job that comes before the terminal knows what it started as waits for that, and only the last one', () => {
  const { jobs, asked, take, states } = desk();
  jobs.hold();
  take('2.0.0');
  take('3.0.0', 1, 'j-2');
  assert.equal([asked, states()], [[], []]);
  jobs.letGo();
  assert.equal([asked.length, states(), jobs.current], [1, ['accepted'], 'j-2']);
  jobs.letGo();
  assert.is(asked.length, 1);
});

test('a job for another release waits until the one on trial is kept, and one that is taken back meanwhile never begins', () => {
  let phase: UpgradeShown['phase'] = 'trial';
  const waiting = desk(() => ({ phase }));
  waiting.take('2.0.0', 1, 'j-2');
  waiting.jobs.letGo();
  assert.equal([waiting.asked, waiting.states()], [[], []], 'not refused, and not begun');
  phase = 'resting';
  waiting.jobs.letGo();
  assert.equal([waiting.asked.length, waiting.states()], [1, ['accepted']]);
  phase = 'trial';
  const gone = desk(() => ({ phase }));
  gone.take('2.0.0', 1);
  gone.takeBack(2);
  phase = 'resting';
  gone.jobs.letGo();
  assert.equal([gone.asked, gone.states()], [[], ['withdrawn']]);
});

test('after the link was down the service must speak first, if only to say that there is no job', () => {
  const { jobs, take } = desk();
  take('2.0.0');
  assert.is(jobs.isInTouch, true);
  jobs.lost();
  assert.is(jobs.isInTouch, false);
  take('2.0.0');
  assert.is(jobs.isInTouch, true);
  jobs.lost();
  jobs.take({ job: null, ver: 0 }, () => undefined);
  assert.is(jobs.isInTouch, true);
});

test('a terminal that is at another upgrade says so, and steps without a job are nobody’s', () => {
  const busy = desk({ phase: 'downloading' }, { isFree: false });
  busy.jobs.step('offered', '2.0.0', NO_CAUSE);
  busy.take('2.0.0');
  assert.equal(busy.states(), ['rejected']);
  assert.equal([busy.reports[0]?.reason, busy.reports[0]?.why], ['busy', 'another upgrade is under way']);
});

test('a job that is taken back before its switch leaves nothing, and says so', () => {
  const { take, takeBack, withdrawn, states, jobs } = desk({ phase: 'waiting', version: '2.0.0' });
  take('2.0.0');
  takeBack(2);
  assert.equal(withdrawn, ['taken back by the operator']);
  assert.equal(states(), ['accepted', 'withdrawn']);
  takeBack(2);
  assert.equal(states(), ['accepted', 'withdrawn', 'withdrawn'], 'asked again, it says so again');
  assert.is(jobs.current, null);
});

test('a job that is taken back while its release is on trial goes back, also after a restart', () => {
  const first = desk();
  first.take('1.0.0', 1);
  const memory = remembering();
  void memory.save({ job: { job: 'j-1', ver: 1, version: '1.0.0', n: 7, st: 'reboot', reason: null, why: '' } });
  const trial = desk({ phase: 'trial', version: '1.0.0' }, { memory });
  assert.is(trial.jobs.current, 'j-1');
  trial.takeBack(2);
  assert.is(trial.withdrawn.length, 1);
});

test('what was confirmed before it was taken back stays, and is told as what it is', () => {
  const memory = remembering();
  void memory.save({ job: { job: 'j-1', ver: 1, version: '1.0.0', n: 7, st: 'ok', reason: null, why: '' } });
  const kept = desk({}, { memory });
  kept.takeBack(2);
  assert.equal(kept.states(), ['ok']);
});

test('the end of a job is remembered when nobody could be told, and told at the next offer', () => {
  const memory = remembering();
  void memory.save({ job: { job: 'j-1', ver: 1, version: '2.0.0', n: 7, st: 'reboot', reason: null, why: '' } });
  const back = desk({}, { memory });
  back.jobs.step('rolled-back', '2.0.0', causeFor('gateway', 'no domain answers'));
  back.take('2.0.0');
  assert.equal(back.states(), ['rolledback']);
  assert.equal(back.asked, [], 'the same job is not begun again');
  assert.is(back.reports[0]?.reason, 'gateway');
  const n = back.reports[0]?.n ?? 0;
  assert.ok(n > 7, 'counts go on');
});

test('a code that the contract cannot carry is left out, the words go up', () => {
  const odd = desk({
    step: 'rolled-back',
    version: '2.0.0',
    reason: 'of another release, in words',
    why: 'no domain answers',
  });
  odd.take('2.0.0');
  assert.equal([odd.reports[0]?.reason, odd.reports[0]?.why], [undefined, 'no domain answers']);
});

test('another attempt at a release that was given up is another job', () => {
  const memory = remembering();
  void memory.save({
    job: { job: 'j-1', ver: 1, version: '2.0.0', n: 7, st: 'rolledback', reason: 'gateway', why: 'x' },
  });
  const again = desk({ step: 'rolled-back', version: '2.0.0' }, { memory });
  again.take('2.0.0', 1, 'j-2');
  assert.equal(again.states(), ['accepted']);
});

test('a newer job takes the place of the one under way', () => {
  const { take, states, reports } = desk({ phase: 'downloading', version: '2.0.0' });
  take('2.0.0');
  take('3.0.0', 1, 'j-2');
  assert.equal(states(), ['accepted', 'withdrawn', 'accepted']);
  assert.equal(
    reports.map(({ job }) => job),
    ['j-1', 'j-1', 'j-2'],
  );
});

test.run();
