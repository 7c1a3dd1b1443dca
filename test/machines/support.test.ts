import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { subjectOf, supportMachine } from '../../machines/support.machine.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';
import { SAMPLE_SUPPORT } from '../support/sample-flow-views.ts';

const test = suite('machines/support');
const ABOUT = { order: 'o1', refund: null };

const ROWS: readonly Row[] = [
  ['reading', done('support.reading', SAMPLE_SUPPORT), 'shown'],
  ['reading', crashed('support.reading'), 'left'],
  ['reading', { type: 'key.cancel' }, 'left'],
  ['shown', { type: 'key.enter' }, 'printed'],
  ['shown', { type: 'key.down' }, 'shown'],
  ['shown', { type: 'key.cancel' }, 'left'],
  ['shown', timeOut('scanningPause', 'support.shown'), 'left'],
  ['printed', { type: 'key.enter' }, 'left'],
  ['printed', { type: 'key.cancel' }, 'left'],
  ['printed', timeOut('scanningPause', 'support.printed'), 'left'],
];
for (const [state, event, target] of ROWS) {
  test(`${state} on ${event.type} is ${target}`, () => {
    assert.is(next(supportMachine, state, { about: ABOUT, facts: SAMPLE_SUPPORT }, event).state, target);
  });
}

test('the facts are shown, and printed once by one key', async () => {
  const clock = new VirtualClock();
  const ports = { readSupport: () => SAMPLE_SUPPORT };
  const chart = startChart(supportMachine, { clock, ports, input: { about: ABOUT } });
  await pass(clock, 0);
  chart.send({ type: 'key.enter' });
  chart.send({ type: 'key.enter' });
  await pass(clock, 0);
  const slips = chart.heard.filter(({ type }) => type === 'slip.requested');
  const report = { kind: 'support', facts: SAMPLE_SUPPORT };
  assert.equal(slips, [{ type: 'slip.requested', slip: { of: 'support', order: null, refund: null, report } }]);
});

test('the code is about the payment or the refund that the screen shows', () => {
  const order = { order: 'o1', amountFen: 2, platform: 'wechat' } as const;
  const refund = { order: 'o1', refund: 'r1', refundFen: 2, platform: 'wechat' } as const;
  assert.equal(subjectOf({ name: 'unknown', reason: '', ...order }), { order: 'o1', refund: null });
  assert.equal(subjectOf({ name: 'refund-unknown', reason: '', ...refund }), { order: 'o1', refund: 'r1' });
  assert.equal(subjectOf({ name: 'refund-failed', outcome: 'not-sent', reason: '', ...refund, refund: '' }), {
    order: 'o1',
    refund: null,
  });
  assert.equal(subjectOf({ name: 'configuring' }), { order: null, refund: null });
});

test.run();
