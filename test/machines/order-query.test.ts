import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FoundOrder } from '../../domain/found-order.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { LookUp } from '../../machines/order-lookup.ts';
import { orderQueryMachine } from '../../machines/order-query.machine.ts';
import { pass, startChart } from '../support/charts.ts';

const test = suite('machines/order-query');

const ORDER: FoundOrder = {
  order: 'o1',
  platform: 'wechat',
  amountFen: 200,
  state: 'paid',
  refundedFen: 0,
  refundableFen: 200,
  gatewayRefundedFen: 0,
  refunds: [],
  isRefundable: true,
  source: 'gateway',
  isUnresolvedHere: false,
  atMs: null,
  transactionId: null,
};
const found = (changes: Partial<FoundOrder> = {}): LookUp => ({
  kind: 'found',
  found: { ...ORDER, ...changes },
  at: '2026-01-02 12:00:00',
  needsPin: false,
});

async function start(lookUps: readonly LookUp[], wanted: { number: string; of: 'order' | 'refund' } | null) {
  const clock = new VirtualClock();
  const asked: unknown[] = [];
  const chart = startChart(orderQueryMachine, {
    clock,
    input: { wanted },
    ports: {
      readNumber: ({ typed }: { typed: string }) => ({ kind: 'wanted', wanted: { number: typed, of: 'order' } }),
      lookUp: (input: object) => lookUps[Math.min(asked.push(input), lookUps.length) - 1],
    },
  });
  await pass(clock, 1);
  const types = (): string[] => chart.heard.map(({ type }) => type);
  const view = () => chart.heard.filter(({ type }) => type === 'view.changed').at(-1)?.['view'] as { name: string };
  return { chart, clock, asked, types, view };
}

test('A5 a scanned order is looked up, shown, said, and what is open of it is asked for at once', async () => {
  const query = await start([found()], { number: 'o1', of: 'order' });
  assert.is(query.view().name, 'order');
  assert.ok(query.types().includes('order.found'));
  assert.ok(query.types().includes('order.reconcile'));
});

test('an own order that settles while it is looked at is shown anew, and not said twice', async () => {
  const query = await start([found({ state: 'unresolved' }), found()], { number: 'o1', of: 'order' });
  query.chart.send({ type: 'payment.elsewhere', settled: 'o2' });
  query.chart.send({ type: 'payment.elsewhere', settled: null });
  assert.is(query.asked.length, 1);
  query.chart.send({ type: 'payment.elsewhere', settled: 'o1' });
  await pass(query.clock, 1);
  assert.is((query.view() as unknown as { found: FoundOrder }).found.state, 'paid');
  assert.is(query.types().filter((type) => type === 'order.found').length, 1);
});

test('the refund key goes on to the refund of the order on the screen', async () => {
  const query = await start([found()], { number: 'r1', of: 'refund' });
  query.chart.send({ type: 'key.refund' });
  const ended = query.chart.heard.at(-1);
  assert.equal(ended?.['output'], { next: 'refund', wanted: { number: 'o1', of: 'order' } });
});

test('the reprint key asks for this slip; of an unpaid order there is none', async () => {
  const paid = await start([found()], { number: 'o1', of: 'order' });
  paid.chart.send({ type: 'key.reprint' });
  assert.equal(paid.chart.heard.at(-1)?.['slip'], { of: 'payment', order: 'o1', refund: null, report: null });
  const unpaid = await start([found({ state: 'unpaid' })], { number: 'o1', of: 'order' });
  unpaid.chart.send({ type: 'key.reprint' });
  assert.not.ok(unpaid.types().includes('slip.requested'));
});

test('a number that nobody knows, and a gateway that nobody reaches, are two screens', async () => {
  const missing = await start([{ kind: 'not-found', number: '123' }], { number: '123', of: 'order' });
  assert.equal(missing.view(), { name: 'order-not-found', number: '123' });
  assert.ok(missing.types().includes('order.missing'));
  const silent = await start([{ kind: 'refused', reason: 'gateway-unreachable' }], { number: '123', of: 'order' });
  assert.is(silent.view().name, 'refused');
});

test('a refund of another terminal leads back to the entry, which says why', async () => {
  const query = await start([{ kind: 'foreign-refund' }], { number: 'r9', of: 'refund' });
  assert.equal(query.view(), { name: 'query-scan', typed: '', note: 'foreign-refund' });
  for (const key of '12') query.chart.send({ type: 'key.amount', key });
  query.chart.send({ type: 'key.backspace' });
  query.chart.send({ type: 'key.enter' });
  await pass(query.clock, 1);
  assert.equal(query.asked.at(-1), { wanted: { number: '1', of: 'order' }, forRefund: false });
});

test('cancel leaves every state, and time does too', async () => {
  const entering = await start([found()], null);
  await pass(entering.clock, 121_000);
  assert.match(entering.types().at(-1) ?? '', /done/);
  const shown = await start([found()], { number: 'o1', of: 'order' });
  shown.chart.send({ type: 'key.cancel' });
  assert.match(shown.types().at(-1) ?? '', /done/);
});

test.run();
