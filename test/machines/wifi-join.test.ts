import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { wifiJoinMachine, type JoinAnswer } from '../../machines/wifi-join.machine.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/wifi-join');

const CONTEXT = { ref: 'network-1', ssid: 'Tea', reading: 0, proofs: 1, trouble: 'failed', backOn: null };
const refused = (hasOther: boolean): JoinAnswer => ({ kind: 'failed', trouble: 'refused', hasOther });

const ROWS: readonly Row[] = [
  ['joining', done('wifiJoin.joining', { kind: 'joined' }), 'proving'],
  ['joining', done('wifiJoin.joining', refused(true)), 'joining'],
  ['joining', done('wifiJoin.joining', refused(false)), 'restoring'],
  ['joining', crashed('wifiJoin.joining'), 'restoring'],
  ['joining', { type: 'key.cancel' }, 'restoring'],
  ['joining', { type: 'key.enter' }, 'joining'],
  ['proving', done('wifiJoin.proving', true), 'keeping'],
  ['proving', done('wifiJoin.proving', false), 'awaitingProof'],
  ['proving', crashed('wifiJoin.proving'), 'restoring'],
  ['proving', { type: 'key.cancel' }, 'restoring'],
  ['awaitingProof', timeOut('proofPause', 'wifiJoin.awaitingProof'), 'proving'],
  ['awaitingProof', { type: 'key.cancel' }, 'restoring'],
  ['keeping', done('wifiJoin.keeping', undefined), 'joined'],
  ['keeping', crashed('wifiJoin.keeping'), 'restoring'],
  ['keeping', { type: 'key.cancel' }, 'keeping'],
  ['restoring', done('wifiJoin.restoring', 'Old'), 'failed'],
  ['restoring', crashed('wifiJoin.restoring'), 'failed'],
  ['joined', { type: 'key.enter' }, 'left'],
  ['joined', timeOut('resultPause', 'wifiJoin.joined'), 'left'],
  ['failed', { type: 'key.cancel' }, 'left'],
  ['failed', timeOut('failurePause', 'wifiJoin.failed'), 'left'],
];
for (const [state, event, target] of ROWS) {
  test(`${state} on ${event.type} ${JSON.stringify(event['output'] ?? '')} is ${target}`, () => {
    assert.is(next(wifiJoinMachine, state, CONTEXT, event).state, target);
  });
}

async function run(answers: { join: (reading: number) => JoinAnswer; prove?: () => boolean; keep?: () => void }) {
  const calls: string[] = [];
  const ports = {
    joinWifi: ({ reading }: { reading: number }) => {
      calls.push(`join ${reading}`);
      return answers.join(reading);
    },
    proveWifi: () => {
      calls.push('prove');
      return answers.prove?.() ?? true;
    },
    keepWifi: ({ reading }: { reading: number }) => {
      calls.push(`keep ${reading}`);
      answers.keep?.();
    },
    restoreWifi: () => {
      calls.push('restore');
      return 'Old';
    },
  };
  const clock = new VirtualClock();
  const chart = startChart(wifiJoinMachine, { clock, input: { ref: 'network-1', ssid: 'Tea' }, ports });
  await pass(clock, 10_000);
  const view = chart.heard.findLast(({ type }) => type === 'view.changed')?.['view'];
  return { calls, view, said: chart.heard.map(({ type }) => type).filter((type) => type.startsWith('wifi.')) };
}

test('A9 the readings are tried in order, and the one that joined is kept', async () => {
  const { calls, view, said } = await run({ join: (reading) => (reading === 1 ? { kind: 'joined' } : refused(true)) });
  assert.equal(calls, ['join 0', 'join 1', 'prove', 'keep 1']);
  assert.equal(view, { name: 'wifi-joined', ssid: 'Tea' });
  assert.equal(said, ['wifi.joining', 'wifi.joined']);
});

test('A9 a network that leads nowhere is given three chances and then left', async () => {
  const { calls, view, said } = await run({ join: () => ({ kind: 'joined' }), prove: () => false });
  assert.equal(calls, ['join 0', 'prove', 'prove', 'prove', 'restore']);
  assert.equal(view, { name: 'wifi-failed', ssid: 'Tea', trouble: 'no-gateway', backOn: 'Old' });
  assert.equal(said, ['wifi.joining', 'wifi.failed']);
});

test('A9 a network that cannot be stored is not kept for this life only', async () => {
  const { calls, view } = await run({
    join: () => ({ kind: 'joined' }),
    keep: () => {
      throw new Error('disk full');
    },
  });
  assert.equal(calls, ['join 0', 'prove', 'keep 0', 'restore']);
  assert.equal(view, { name: 'wifi-failed', ssid: 'Tea', trouble: 'storage', backOn: 'Old' });
});

test.run();
