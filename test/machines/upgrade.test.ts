import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { UpgradeReason } from '../../domain/upgrade-reason.ts';
import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { UpgradeStart } from '../../machines/upgrade-errand.ts';
import { upgradeMachine } from '../../machines/upgrade.machine.ts';
import { upgradeStatusMachine } from '../../machines/upgrade-status.machine.ts';
import { pass, startChart, type PortAnswer } from '../support/charts.ts';

const test = suite('machines/upgrade');

const OFFER = { version: '2.0.0', release: 'f00d' };
const LIMITS = {
  checkMs: 3_600_000,
  fetchAttempts: 3,
  soakMs: 60_000,
  wordMs: 900_000,
  laterMs: 600_000,
  laterTimes: 2,
};
const SPENT = { reason: 'did-not-start', why: 'not confirmed after 3 starts' };
const TAKEN_BACK = { type: 'upgrade.withdrawn', reason: 'withdrawn', why: 'taken back' } as const;
const ASKED = { type: 'upgrade.requested', source: 'server', byHand: true, wanted: null } as const;

interface Told {
  readonly step: string;
  readonly version: string;
  readonly reason: string | null;
  readonly why: string;
}

/** A chart with ports that do well, but for those given. */
function start(ports: Readonly<Record<string, PortAnswer>> = {}, limits: Partial<typeof LIMITS> = {}) {
  const clock = new VirtualClock();
  const told: Told[] = [];
  const done: string[] = [];
  const noted =
    (name: string, answer: unknown = undefined): PortAnswer =>
    () => {
      done.push(name);
      return answer;
    };
  const machine = upgradeMachine.provide({
    actions: {
      tell: (_, { step, version, reason, why }) => void told.push({ step, version, reason, why }),
      restart: () => void done.push('restart'),
    },
  });
  const chart = startChart(machine, {
    clock,
    input: { limits: { ...LIMITS, ...limits } },
    ports: {
      readStart: (): UpgradeStart => ({ kind: 'rest' }),
      check: noted('check', OFFER),
      fetch: noted('fetch', { kind: 'whole' }),
      stage: noted('stage'),
      waitForIdle: noted('waitForIdle'),
      switchOver: noted('switchOver'),
      selfTest: noted('selfTest'),
      awaitWord: () => undefined,
      confirm: noted('confirm'),
      rollBack: noted('rollBack'),
      forgetRollback: noted('forgetRollback'),
      ...ports,
    },
  });
  return { clock, chart, told, done, steps: () => told.map(({ step }) => step) };
}

const fails = (why: string, reason?: UpgradeReason): PortAnswer => {
  return () => {
    throw reason === undefined ? new Error(why) : new UpgradeTrouble(reason, why);
  };
};

const never = (): Promise<never> => new Promise(() => undefined);

test('a release that is offered is fetched, staged and started when nobody is served', async () => {
  const { clock, chart, done, steps } = start();
  await pass(clock, 0);
  chart.send(ASKED);
  await pass(clock, 0);
  assert.equal(done, ['check', 'fetch', 'stage', 'waitForIdle', 'switchOver', 'restart']);
  assert.equal(steps(), ['offered', 'staged', 'switching']);
  assert.is(chart.state(), 'restarting');
});

test('it looks by itself as often as it may, and never without a server', async () => {
  const looking = start({ check: () => null });
  await pass(looking.clock, 3_600_000);
  assert.equal(looking.steps(), ['current']);
  const resting = startChart(upgradeMachine, {
    clock: new VirtualClock(),
    input: { limits: { ...LIMITS, checkMs: null } },
    ports: { readStart: () => ({ kind: 'rest' }) },
  });
  await pass(looking.clock, 10_000_000);
  assert.is(resting.state(), 'resting');
});

test('what is not signed as it must be is refused with its reason, and the next look is made', async () => {
  const { clock, chart, told } = start({ check: fails('targets was signed by 1/2 keys', 'signature') });
  await pass(clock, 0);
  chart.send(ASKED);
  await pass(clock, 0);
  assert.equal(told, [{ step: 'refused', version: '', reason: 'signature', why: 'targets was signed by 1/2 keys' }]);
  assert.is(chart.state(), 'resting');
});

test('a download that breaks off goes on after a pause, and is given up after its attempts', async () => {
  const { clock, chart, told } = start({ fetch: fails('the line is gone') });
  await pass(clock, 0);
  chart.send(ASKED);
  await pass(clock, 0);
  assert.is(chart.state(), 'pausing');
  await pass(clock, 30_000 + 60_000);
  assert.equal(told.at(-1), { step: 'failed', version: '2.0.0', reason: null, why: 'the line is gone' });
  assert.is(chart.state(), 'resting');
});

test('a file that is not what was signed is not fetched again', async () => {
  const { clock, chart, told } = start({ fetch: () => ({ kind: 'wrong', reason: 'tampered', why: 'another hash' }) });
  await pass(clock, 0);
  chart.send(ASKED);
  await pass(clock, 0);
  assert.equal(told.at(-1), { step: 'failed', version: '2.0.0', reason: 'tampered', why: 'another hash' });
});

test('"later" puts the restart off, and somebody at the counter does too', async () => {
  let idle = false;
  const { clock, chart, done } = start({
    waitForIdle: () => (idle ? undefined : never()),
    switchOver: () => {
      if (done.includes('served')) return;
      done.push('served');
      throw new Error('somebody is served');
    },
  });
  await pass(clock, 0);
  chart.send(ASKED);
  await pass(clock, 0);
  assert.is(chart.state(), 'waitingForIdle');
  chart.send({ type: 'upgrade.later' });
  assert.is(chart.state(), 'postponed');
  idle = true;
  await pass(clock, 600_000);
  assert.equal(done.slice(-2), ['served', 'restart']);
});

test('one release may be put off only so often, the next one anew', async () => {
  const { clock, chart } = start({ waitForIdle: never });
  await pass(clock, 0);
  for (let release = 0; release < 2; release++) {
    chart.send(ASKED);
    await pass(clock, 0);
    for (let later = 0; later < 2; later++) {
      chart.send({ type: 'upgrade.later' });
      assert.is(chart.state(), 'postponed');
      await pass(clock, 600_000);
    }
    chart.send({ type: 'upgrade.later' });
    assert.is(chart.state(), 'waitingForIdle', 'that was twice');
    chart.send({ type: 'upgrade.withdrawn', reason: 'replaced', why: 'another one comes' });
  }
});

test('a job that is taken back leaves nothing before the switch, and takes a trial back after it', async () => {
  const waiting = start({ waitForIdle: never });
  await pass(waiting.clock, 0);
  waiting.chart.send(ASKED);
  await pass(waiting.clock, 0);
  waiting.chart.send(TAKEN_BACK);
  assert.is(waiting.chart.state(), 'resting');
  assert.equal(waiting.told.at(-1), { step: 'withdrawn', version: '2.0.0', reason: 'withdrawn', why: 'taken back' });
  assert.not.ok(waiting.done.includes('switchOver'));
  const trial = start({ readStart: () => ({ kind: 'trial', version: '2.0.0' }) });
  await pass(trial.clock, 59_000);
  trial.chart.send(TAKEN_BACK);
  await pass(trial.clock, 0);
  assert.equal(trial.done, ['selfTest', 'rollBack', 'waitForIdle', 'restart']);
});

test('a release that cannot be staged is told and changes nothing', async () => {
  const { clock, chart, told, done } = start({ stage: fails('no space left', 'disk-full') });
  await pass(clock, 0);
  chart.send(ASKED);
  await pass(clock, 0);
  assert.equal(told.at(-1), { step: 'failed', version: '2.0.0', reason: 'disk-full', why: 'no space left' });
  assert.not.ok(done.includes('switchOver'));
});

test('a trial is kept after its self-test and its soak, not before', async () => {
  const { clock, chart, done, steps } = start({ readStart: () => ({ kind: 'trial', version: '2.0.0' }) });
  await pass(clock, 59_000);
  assert.is(chart.state(), 'soaking');
  await pass(clock, 1000);
  assert.equal(done, ['selfTest', 'confirm']);
  assert.equal(steps(), ['trial', 'confirmed']);
});

test('a trial that went well waits for its fleet’s word, goes back when it was taken back, and is kept without a word', async () => {
  const trial = { readStart: () => ({ kind: 'trial', version: '2.0.0' }) };
  const word = Promise.withResolvers<void>();
  const heard = start({ ...trial, awaitWord: () => word.promise });
  await pass(heard.clock, 60_000);
  assert.is(heard.chart.state(), 'awaitingWord');
  word.resolve();
  await pass(heard.clock, 0);
  assert.equal(heard.steps(), ['trial', 'confirmed']);
  const takenBack = start({ ...trial, awaitWord: never });
  await pass(takenBack.clock, 60_000 + 899_000);
  takenBack.chart.send(TAKEN_BACK);
  await pass(takenBack.clock, 0);
  assert.equal(takenBack.done, ['selfTest', 'rollBack', 'waitForIdle', 'restart']);
  const alone = start({ ...trial, awaitWord: never });
  await pass(alone.clock, 60_000 + 899_000);
  assert.equal(alone.done, ['selfTest']);
  await pass(alone.clock, 1000);
  assert.equal(alone.done, ['selfTest', 'confirm'], 'a service that is gone costs no shop a good release');
});

test('a trial whose self-test fails goes back as soon as nobody is served', async () => {
  const { clock, done } = start({
    readStart: () => ({ kind: 'trial', version: '2.0.0' }),
    selfTest: fails('no domain answers'),
  });
  await pass(clock, 0);
  assert.equal(done, ['rollBack', 'waitForIdle', 'restart']);
});

test('who pays while a trial is given up pays to the end, and a counter that never rests holds it up for ten minutes', async () => {
  const paid = Promise.withResolvers<void>();
  const trial = { readStart: () => ({ kind: 'trial', version: '2.0.0' }), selfTest: fails('no domain answers') };
  const busy = start({ ...trial, waitForIdle: () => paid.promise });
  await pass(busy.clock, 0);
  assert.equal(busy.done, ['rollBack']);
  paid.resolve();
  await pass(busy.clock, 0);
  assert.equal(busy.done, ['rollBack', 'restart']);
  const restless = start({ ...trial, waitForIdle: never });
  await pass(restless.clock, 599_000);
  assert.equal(restless.done, ['rollBack']);
  await pass(restless.clock, 1000);
  assert.equal(restless.done, ['rollBack', 'restart']);
});

test('a trial that cannot be confirmed is not told as kept', async () => {
  const { clock, steps } = start({
    readStart: () => ({ kind: 'trial', version: '2.0.0' }),
    confirm: fails('read-only'),
  });
  await pass(clock, 60_000);
  assert.equal(steps(), ['trial']);
});

test('after a roll-back the earlier release tells of it once', async () => {
  const { clock, done, told, chart } = start({
    readStart: () => ({ kind: 'rolledBack', version: '2.0.0', ...SPENT }),
  });
  await pass(clock, 0);
  assert.equal(told, [{ step: 'rolled-back', version: '2.0.0', ...SPENT }]);
  assert.equal(done, ['forgetRollback']);
  assert.is(chart.state(), 'resting');
});

test('a boot record that cannot be read stops nothing but upgrades', async () => {
  const { clock, chart } = start({ readStart: fails('EIO') });
  await pass(clock, 0);
  assert.is(chart.state(), 'resting');
});

test('the upgrade screen follows, and its keys ask on-line, from the stick, or for later', async () => {
  const clock = new VirtualClock();
  const wishes: unknown[] = [];
  let percent = 10;
  const upgrade = () =>
    ({ phase: 'downloading', step: null, version: '2', percent, reason: null, why: '', mayWait: true }) as const;
  const ports = {
    readRelease: () => ({ version: '1', slot: 'a', upgrade: { ...upgrade(), fromServer: true, fromMedia: true } }),
  };
  const machine = upgradeStatusMachine.provide({ actions: { wish: (_, { wish }) => void wishes.push(wish) } });
  const chart = startChart(machine, { clock, ports });
  await pass(clock, 0);
  for (const key of ['1', '2', '3', '4'] as const) {
    chart.send({ type: 'key.amount', key });
    await pass(clock, 0);
  }
  assert.equal(wishes, ['server', 'folder', 'later']);
  percent = 90;
  await pass(clock, 500);
  const view = chart.heard.at(-1)?.['view'] as { upgrade: { percent: number } };
  assert.is(view.upgrade.percent, 90);
  chart.send({ type: 'key.enter' });
  await pass(clock, 0);
  assert.ok(chart.heard.some(({ type }) => type === 'xstate.done.actor.chart'));
});

test.run();
