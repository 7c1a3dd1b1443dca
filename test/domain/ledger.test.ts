import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { JournalFact, PaymentOutcome, RefundOutcome } from '../../domain/journal-record.ts';
import { Ledger, owedTellings, unresolvedTellings } from '../../domain/ledger.ts';

const test = suite('domain/ledger');

const intent = (order: string, amountFen = 88, codeHash = 'h1'): JournalFact => ({
  type: 'ORDER_INTENT',
  order,
  amountFen,
  platform: 'wechat',
  codeHash,
  configuration: 'c1',
  staffId: null,
  windowEndsAtMs: 1000,
});
const result = (order: string, outcome: PaymentOutcome): JournalFact => ({
  type: 'ORDER_RESULT',
  order,
  outcome,
  reason: '',
  transactionId: null,
  paidAtMs: null,
  late: false,
});
const told = (order: string, job: string, refund: string | null = null): JournalFact => ({
  type: 'TOLD',
  job,
  channel: job.endsWith('-slip') ? 'slip' : 'voice',
  order,
  refund,
});
const refundIntent = (refund: string, order: string): JournalFact => ({
  type: 'REFUND_INTENT',
  refund,
  order,
  orderFen: 88,
  refundFen: 8,
  platform: 'wechat',
  configuration: 'c1',
  staffId: null,
});
const refundResult = (refund: string, order: string, outcome: RefundOutcome): JournalFact => ({
  type: 'REFUND_RESULT',
  refund,
  order,
  outcome,
  reason: '',
});

function ledgerOf(...facts: JournalFact[]): Ledger {
  const ledger = new Ledger();
  facts.forEach((fact, index) => ledger.apply({ ...fact, seq: index + 1, at: index }));
  return ledger;
}
const numbers = (orders: Iterable<{ intent: { order: string } }>): string[] =>
  [...orders].map((order) => order.intent.order);

test('an order is open from its intent to its result', () => {
  assert.equal(numbers(ledgerOf(intent('o1'), intent('o2')).openOrders()), ['o1', 'o2']);
  assert.equal(numbers(ledgerOf(intent('o1'), intent('o2'), result('o1', 'paid')).openOrders()), ['o2']);
});

test('M3 what was once final is never overwritten by a later reading', () => {
  const ledger = ledgerOf(intent('o1'), result('o1', 'paid'), result('o1', 'denied'));
  assert.is(ledger.order('o1')?.result?.outcome, 'paid');
});

test('a result without its intent changes nothing, and an unknown record is skipped', () => {
  const ledger = ledgerOf(result('o1', 'paid'), told('o1', 'o1-paid-voice'));
  ledger.apply({ type: 'FROM_THE_FUTURE', seq: 9, at: 9, unknown: true });
  assert.equal(numbers(ledger.orders()), []);
});

test('the same facts applied twice change nothing: carried-over heads of segments are harmless', () => {
  const facts = [intent('o1'), result('o1', 'paid'), told('o1', 'o1-paid-voice'), intent('o2')];
  const [once, twice] = [ledgerOf(...facts), ledgerOf(...facts, ...facts)];
  assert.equal(numbers(twice.openOrders()), numbers(once.openOrders()));
  assert.equal([...(twice.order('o1')?.told ?? [])], ['o1-paid-voice']);
});

test('M9 the oldest unresolved order of an amount is found, and only while it is unresolved', () => {
  const ledger = ledgerOf(intent('o1', 500), intent('o2', 600), intent('o3', 500));
  assert.is(ledger.unresolvedOfAmount(500)?.intent.order, 'o1');
  assert.is(ledger.unresolvedOfAmount(700), undefined);
  ledger.apply({ ...result('o1', 'failed'), seq: 9, at: 9 });
  assert.is(ledger.unresolvedOfAmount(500)?.intent.order, 'o3');
});

test('M9 the newest order of a customer code is found', () => {
  const ledger = ledgerOf(intent('o1', 1, 'h1'), intent('o2', 1, 'h2'), intent('o3', 1, 'h1'));
  assert.is(ledger.orderOfCode('h1')?.intent.order, 'o3');
  assert.is(ledger.orderOfCode('h3'), undefined);
});

test('M7 a paid order is unfinished until voice and paper are told, a failed one until the voice is', () => {
  const paid = [intent('o1'), result('o1', 'paid')];
  assert.equal(numbers(ledgerOf(...paid).unfinishedOrders()), ['o1']);
  assert.equal(numbers(ledgerOf(...paid, told('o1', 'o1-paid-voice')).unfinishedOrders()), ['o1']);
  const both = ledgerOf(...paid, told('o1', 'o1-paid-voice'), told('o1', 'o1-paid-slip'));
  assert.equal(numbers(both.unfinishedOrders()), []);
  const failed = ledgerOf(intent('o2'), result('o2', 'denied'), told('o2', 'o2-failed-voice'));
  assert.equal(numbers(failed.unfinishedOrders()), []);
});

test('M7 the names of tellings are the same in every life', () => {
  const ledger = ledgerOf(intent('o1'), intent('o2'), result('o2', 'paid'), intent('o3'), result('o3', 'not-sent'));
  const owed = ['o1', 'o2', 'o3'].map((number) => {
    const order = ledger.order(number);
    return order === undefined ? undefined : owedTellings(order);
  });
  assert.equal(owed, [
    null,
    { voice: 'o2-paid-voice', slip: 'o2-paid-slip' },
    { voice: 'o3-failed-voice', slip: null },
  ]);
  assert.equal(unresolvedTellings('o1'), { voice: 'o1-unknown-voice', slip: 'o1-unknown-slip' });
});

test('M6 a refund stays open while it is unknown or only accepted, and an end is final', () => {
  const ledger = ledgerOf(refundIntent('r1', 'o1'), refundIntent('r2', 'o1'), refundResult('r1', 'o1', 'accepted'));
  assert.equal(
    ledger.openRefunds().map((refund) => refund.intent.refund),
    ['r1', 'r2'],
  );
  ledger.apply({ ...refundResult('r1', 'o1', 'refunded'), seq: 8, at: 8 });
  ledger.apply({ ...refundResult('r1', 'o1', 'failed'), seq: 9, at: 9 });
  assert.is(ledger.refund('r1')?.outcome, 'refunded');
  assert.is(ledger.refundsOf('o1').length, 2);
  assert.is(ledger.openRefunds().length, 1);
});

test('M5 the counter and the boot number never go back', () => {
  const block = (until: number): JournalFact => ({ type: 'COUNTER_BLOCK', until });
  const boot = (count: number): JournalFact => ({ type: 'BOOT', boot: count, version: '1' });
  const ledger = ledgerOf(block(500), block(300), boot(4), boot(2));
  assert.is(ledger.counterUntil, 500);
  assert.is(ledger.boot, 4);
});

test('a life has ended in order only when its last word was a stop', () => {
  const boot: JournalFact = { type: 'BOOT', boot: 1, version: '1' };
  assert.ok(ledgerOf().stoppedInOrder);
  assert.not.ok(ledgerOf(boot).stoppedInOrder);
  assert.ok(ledgerOf(boot, { type: 'STOPPED' }).stoppedInOrder);
});

test('memory holds a bounded number of settled orders, and never forgets an open or untold one', () => {
  const ledger = ledgerOf(intent('open'), intent('untold'), result('untold', 'paid'));
  for (let index = 0; index < 3000; index += 1) {
    const order = `s${index}`;
    for (const fact of [intent(order), result(order, 'failed'), told(order, `${order}-failed-voice`)]) {
      ledger.apply({ ...fact, seq: index, at: index });
    }
  }
  assert.ok([...ledger.orders()].length <= 2002);
  assert.ok(ledger.order('open') !== undefined && ledger.order('untold') !== undefined);
  assert.is(ledger.order('s0'), undefined);
});

test.run();
