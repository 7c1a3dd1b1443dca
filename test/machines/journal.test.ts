import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { JournalRow } from '../../domain/screens/flow-view.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { journalMachine, slipKindOf, type JournalPageQuery } from '../../machines/journal.machine.ts';
import { crashed, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/journal');

const row = (n: number, fields: Partial<JournalRow> = {}): JournalRow => ({
  kind: 'payment',
  order: `order-${n}`,
  refund: null,
  platform: 'wechat',
  amountFen: n,
  time: '01-02 12:05',
  staffId: null,
  state: 'paid',
  reason: '',
  ...fields,
});
const listing = (fields: object = {}) => ({
  filter: 'all',
  rows: [row(3), row(2)],
  hasMore: false,
  page: 1,
  selected: 0,
  ...fields,
});

const ROWS: readonly (readonly [...Row, context?: object])[] = [
  ['reading', crashed('journal.reading'), 'failed'],
  ['reading', { type: 'key.cancel' }, 'left'],
  ['listing', { type: 'key.down' }, 'listing'],
  ['listing', { type: 'key.up' }, 'listing'],
  ['listing', { type: 'key.down' }, 'reading', listing({ hasMore: true, selected: 1 })],
  ['listing', { type: 'key.up' }, 'reading', listing({ page: 2 })],
  ['listing', { type: 'key.amount', key: '4' }, 'reading'],
  ['listing', { type: 'key.amount', key: '7' }, 'listing'],
  ['listing', { type: 'key.amount', key: '0' }, 'listing'],
  ['listing', { type: 'key.amount', key: '.' }, 'listing'],
  ['listing', { type: 'key.enter' }, 'looking.at'],
  ['listing', { type: 'key.enter' }, 'listing', listing({ rows: [] })],
  ['listing', { type: 'key.reprint' }, 'looking.asked'],
  ['listing', { type: 'key.reprint' }, 'listing', listing({ rows: [] })],
  ['listing', { type: 'key.cancel' }, 'left'],
  ['listing', timeOut('browsingPause', 'journal.listing'), 'left'],
  ['looking.at', { type: 'key.reprint' }, 'looking.asked'],
  ['looking.at', { type: 'key.reprint' }, 'looking.without', listing({ rows: [row(1, { state: 'failed' })] })],
  ['looking.asked', { type: 'key.cancel' }, 'listing'],
  ['looking.at', { type: 'key.query' }, 'left'],
  ['looking.at', timeOut('browsingPause', 'journal.looking'), 'left'],
  ['failed', { type: 'key.enter' }, 'reading'],
  ['failed', { type: 'key.cancel' }, 'left'],
];
for (const [state, event, target, context = listing()] of ROWS) {
  test(`${state} on ${event.type} ${JSON.stringify(event['key'] ?? '')} is ${target} in ${JSON.stringify(context).slice(-60)}`, () => {
    assert.is(next(journalMachine, state, context, event).state, target);
  });
}

test('a slip proves what was charged or given back, and says when that is not known', () => {
  assert.is(slipKindOf(row(1)), 'payment');
  assert.is(slipKindOf(row(1, { state: 'unresolved' })), 'unknown');
  assert.is(slipKindOf(row(1, { kind: 'refund', state: 'unresolved' })), 'refund');
  assert.is(slipKindOf(row(1, { kind: 'refund', state: 'accepted' })), 'refund');
  for (const state of ['failed', 'denied', 'not-sent'] as const) assert.is(slipKindOf(row(1, { state })), null);
  for (const state of ['rejected', 'not-sent'] as const) {
    assert.is(slipKindOf(row(1, { kind: 'refund', state })), null);
  }
});

test('B1 twelve entries are walked from the newest to the oldest and back, five at a time', async () => {
  const all = Array.from({ length: 12 }, (_, n) => row(12 - n));
  const asked: JournalPageQuery[] = [];
  const ports = {
    readPage: (query: JournalPageQuery) => {
      asked.push(query);
      const { skip, take } = query;
      return { rows: all.slice(skip, skip + take), hasMore: all.length > skip + take };
    },
  };
  const clock = new VirtualClock();
  const chart = startChart(journalMachine, { clock, ports });
  const selected = (): number | undefined => {
    const { rows, selected: at } = chart.context() as { rows: readonly JournalRow[]; selected: number };
    return rows[at]?.amountFen;
  };
  const walk = async (key: string): Promise<(number | undefined)[]> => {
    const seen: (number | undefined)[] = [];
    for (let press = 0; press < 13; press += 1) {
      await pass(clock, 0);
      seen.push(selected());
      chart.send({ type: key });
    }
    return seen;
  };
  assert.equal(await walk('key.down'), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]);
  assert.equal(await walk('key.up'), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12]);
  assert.equal(new Set(asked.map(({ skip }) => skip)), new Set([0, 5, 10]));
});

test.run();
