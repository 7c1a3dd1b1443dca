import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { staffMachine, type StaffAnswer } from '../../machines/staff.machine.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/staff');

const CONTEXT = { staffId: '1001', typed: '10', staffName: null };
const KNOWN: StaffAnswer = { kind: 'set', name: 'Lin', checked: true };
const UNCHECKED: StaffAnswer = { kind: 'set', name: null, checked: false };
const UNKNOWN: StaffAnswer = { kind: 'unknown-staff' };
const badge = { type: 'scan.rejected', note: 'unknown-code', plain: 'till-7' };

const ROWS: readonly Row[] = [
  ['typing', { type: 'key.amount', key: '3' }, 'typing'],
  ['typing', { type: 'key.amount', key: '.' }, 'typing'],
  ['typing', { type: 'key.enter' }, 'checking'],
  ['typing', { type: 'key.cancel' }, 'left'],
  ['typing', badge, 'checking'],
  ['typing', { type: 'scan.rejected', note: 'unknown-code' }, 'typing'],
  ['typing', { type: 'scan.rejected', note: 'unknown-code', plain: 'x'.repeat(33) }, 'typing'],
  ['typing', timeOut('typingPause', 'staff.typing'), 'left'],
  ['checking', done('staff.checking', KNOWN), 'set'],
  ['checking', done('staff.checking', UNCHECKED), 'set'],
  ['checking', done('staff.checking', UNKNOWN), 'refused'],
  ['checking', crashed('staff.checking'), 'failed'],
  ['checking', { type: 'key.cancel' }, 'left'],
  ['refused', { type: 'key.amount', key: '4' }, 'typing'],
  ['refused', badge, 'checking'],
  ['refused', { type: 'key.enter' }, 'typing'],
  ['set', { type: 'key.enter' }, 'left'],
  ['set', timeOut('resultPause', 'staff.set'), 'left'],
  ['failed', { type: 'key.enter' }, 'typing'],
  ['failed', timeOut('resultPause', 'staff.failed'), 'left'],
];
for (const [state, event, target] of ROWS) {
  const about = event['plain'] ?? event['key'] ?? (event['output'] as StaffAnswer | undefined)?.kind ?? '';
  test(`${state} on ${event.type} ${JSON.stringify(about)} is ${target}`, () => {
    assert.is(next(staffMachine, state, CONTEXT, event).state, target);
  });
}

test('nothing typed and enter changes nobody', () => {
  assert.is(next(staffMachine, 'typing', { ...CONTEXT, typed: '' }, { type: 'key.enter' }).state, 'left');
});

test('A6 a refused id leaves the field empty for the next one, which then tells the terminal', async () => {
  const asked: string[] = [];
  const ports = {
    setStaff: ({ staffId }: { staffId: string }): StaffAnswer => {
      asked.push(staffId);
      return staffId === '77' ? UNKNOWN : KNOWN;
    },
  };
  const clock = new VirtualClock();
  const chart = startChart(staffMachine, { clock, input: { staffId: null }, ports });
  const type = (...keys: string[]): void => keys.forEach((key) => chart.send({ type: 'key.amount', key }));
  type('7', '7');
  chart.send({ type: 'key.enter' });
  await pass(clock, 0);
  assert.is(chart.state(), 'refused');
  type('4', '2');
  chart.send({ type: 'key.enter' });
  await pass(clock, 0);
  assert.equal(asked, ['77', '42']);
  assert.equal(
    chart.heard.filter(({ type: heard }) => heard === 'staff.set'),
    [{ type: 'staff.set', staffId: '42' }],
  );
});

test.run();
