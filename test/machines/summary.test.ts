import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SummarySpan } from '../../domain/shop-day.ts';
import { Tally } from '../../domain/totals.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { summaryMachine, type SpanSums } from '../../machines/summary.machine.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/summary');

const SUMS: SpanSums = { fromMs: 1000, toMs: 2000, totals: new Tally().totals() };
const CONTEXT = { span: 'today', sums: SUMS, gateway: { kind: 'asking' } };
const SAME = { kind: 'known', platforms: [], differences: [] };

const ROWS: readonly Row[] = [
  ['reading', done('summary.reading', SUMS), 'comparing'],
  ['reading', crashed('summary.reading'), 'failed'],
  ['reading', { type: 'key.cancel' }, 'left'],
  ['comparing', done('summary.comparing', SAME), 'ready'],
  ['comparing', crashed('summary.comparing'), 'ready'],
  ['comparing', { type: 'key.amount', key: '2' }, 'reading'],
  ['comparing', { type: 'key.enter' }, 'comparing'],
  ['ready', { type: 'key.amount', key: '3' }, 'reading'],
  ['ready', { type: 'key.amount', key: '4' }, 'ready'],
  ['ready', { type: 'key.amount', key: '0' }, 'ready'],
  ['ready', { type: 'key.cancel' }, 'left'],
  ['ready', timeOut('lookingPause', 'summary.ready'), 'left'],
  ['failed', { type: 'key.enter' }, 'reading'],
  ['failed', timeOut('lookingPause', 'summary.failed'), 'left'],
];
for (const [state, event, target] of ROWS) {
  test(`${state} on ${event.type} ${JSON.stringify(event['key'] ?? '')} is ${target}`, () => {
    assert.is(next(summaryMachine, state, CONTEXT, event).state, target);
  });
}

test('B2 the chosen span is summed up, compared and printed', async () => {
  const asked: SummarySpan[] = [];
  const ports = {
    sumSpan: ({ span }: { span: SummarySpan }) => {
      asked.push(span);
      return SUMS;
    },
    askOverview: () => {
      throw new Error('no network');
    },
  };
  const clock = new VirtualClock();
  const chart = startChart(summaryMachine, { clock, ports });
  await pass(clock, 0);
  chart.send({ type: 'key.amount', key: '2' });
  await pass(clock, 0);
  assert.equal(asked, ['today', 'yesterday']);
  chart.send({ type: 'key.enter' });
  assert.equal(chart.heard.find(({ type }) => type === 'slip.requested')?.['slip'], {
    of: 'summary',
    order: null,
    refund: null,
    report: { kind: 'summary', fromMs: 1000, toMs: 2000 },
  });
  const view = chart.heard.findLast(({ type }) => type === 'view.changed')?.['view'];
  assert.equal((view as { gateway: unknown }).gateway, { kind: 'unreachable' });
});

test.run();
