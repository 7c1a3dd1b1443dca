import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { MENU_DIGITS, MENU_ITEMS, menuMachine } from '../../machines/menu.machine.ts';
import { next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/menu');

const CONTEXT = { selected: 0, chosen: null };
const unusedDigit = [...'0123456789'].find((digit) => !Object.values(MENU_DIGITS).map(String).includes(digit)) ?? '.';

const ROWS: readonly Row[] = [
  ['choosing', { type: 'key.cancel' }, 'left'],
  ['choosing', { type: 'key.enter' }, 'left'],
  ['choosing', { type: 'key.down' }, 'choosing'],
  ['choosing', { type: 'key.up' }, 'choosing'],
  ['choosing', { type: 'key.amount', key: unusedDigit }, 'choosing'],
  ['choosing', { type: 'key.amount', key: '.' }, 'choosing'],
  ['choosing', { type: 'key.menu' }, 'choosing'],
  ['choosing', { type: 'scan.rejected', note: 'unknown-code' }, 'choosing'],
  ['choosing', timeOut('menuPause', 'menu.choosing'), 'left'],
];
for (const [state, event, target] of ROWS) {
  const key = typeof event['key'] === 'string' ? ` ${event['key']}` : '';
  test(`${state} on ${event.type}${key} is ${target}`, () => {
    assert.is(next(menuMachine, state, CONTEXT, event).state, target);
  });
}

async function choose(...keys: { type: string; key?: string }[]): Promise<unknown> {
  const clock = new VirtualClock();
  const chart = startChart(menuMachine, { clock });
  for (const key of keys) chart.send(key);
  await pass(clock, 0);
  const end = chart.heard.find(({ type }) => type === 'xstate.done.actor.chart');
  return (end?.['output'] as { chosen: unknown } | undefined)?.chosen;
}

for (const item of MENU_ITEMS) {
  test(`its digit chooses ${item}`, async () => {
    assert.is(await choose({ type: 'key.amount', key: String(MENU_DIGITS[item]) }), item);
  });
}

test('down and up walk round all items, enter takes the one that is marked', async () => {
  const down = { type: 'key.down' };
  for (const [index, item] of MENU_ITEMS.entries()) {
    assert.is(await choose(...Array<{ type: string }>(index).fill(down), { type: 'key.enter' }), item);
  }
  assert.is(await choose({ type: 'key.up' }, { type: 'key.enter' }), MENU_ITEMS.at(-1));
});

test('leaving chooses nothing', async () => {
  assert.is(await choose({ type: 'key.cancel' }), null);
});

test.run();
