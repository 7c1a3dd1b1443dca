import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Tally } from '../../domain/totals.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { shiftMachine, type ShiftSums } from '../../machines/shift.machine.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/shift');

const SUMS: ShiftSums = { shift: 3, since: '01-02 08:00', totals: new Tally().totals() };
const CONTEXT = { sums: SUMS };

const ROWS: readonly Row[] = [
  ['reading', done('shift.reading', SUMS), 'open'],
  ['reading', crashed('shift.reading'), 'failed'],
  ['reading', { type: 'key.enter' }, 'reading'],
  ['reading', { type: 'key.cancel' }, 'left'],
  ['open', { type: 'key.enter' }, 'closing'],
  ['open', { type: 'key.cancel' }, 'left'],
  ['open', timeOut('lookingPause', 'shift.open'), 'left'],
  ['closing', { type: 'key.cancel' }, 'closing'],
  ['closing', { type: 'key.enter' }, 'closing'],
  ['closing', done('shift.closing', SUMS), 'closed'],
  ['closing', crashed('shift.closing'), 'failed'],
  ['closed', { type: 'key.enter' }, 'left'],
  ['closed', timeOut('lookingPause', 'shift.closed'), 'left'],
  ['failed', { type: 'key.enter' }, 'reading'],
  ['failed', { type: 'key.cancel' }, 'left'],
  ['failed', timeOut('lookingPause', 'shift.failed'), 'left'],
];
for (const [state, event, target] of ROWS) {
  test(`${state} on ${event.type} is ${target}`, () => {
    assert.is(next(shiftMachine, state, CONTEXT, event).state, target);
  });
}

test('enter pressed again and again hands over once and asks for one slip', async () => {
  let closings = 0;
  const ports = {
    sumShift: () => SUMS,
    closeShift: () => {
      closings += 1;
      return SUMS;
    },
  };
  const clock = new VirtualClock();
  const chart = startChart(shiftMachine, { clock, ports });
  await pass(clock, 0);
  for (let press = 0; press < 5; press += 1) chart.send({ type: 'key.enter' });
  await pass(clock, 0);
  assert.is(closings, 1);
  const slips = chart.heard.filter(({ type }) => type === 'slip.requested');
  assert.equal(
    slips.map(({ slip }) => slip),
    [{ of: 'shift', order: null, refund: null, report: { kind: 'shift', shift: 3 } }],
  );
});

test.run();
