import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TerminalJournal } from '../../actors/terminal-journal.ts';
import type { JournalFact, OrderIntent } from '../../domain/journal-record.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';

const test = suite('actors/terminal-journal');

const FOLDER = '/data/journal';
const intent = (order: string): OrderIntent => ({
  type: 'ORDER_INTENT',
  order,
  amountFen: 88,
  platform: 'wechat',
  codeHash: 'h1',
  configuration: 'c1',
  staffId: null,
  windowEndsAtMs: 1000,
});
const paid = (order: string): JournalFact => ({
  type: 'ORDER_RESULT',
  order,
  outcome: 'paid',
  reason: '',
  transactionId: 't1',
  paidAtMs: 2,
  late: false,
});
const told = (job: string, order: string): JournalFact => ({
  type: 'TOLD',
  job,
  channel: 'voice',
  order,
  refund: null,
});

function openBox() {
  const disk = new SimulatedDisk();
  const clock = new VirtualClock();
  const failures: string[] = [];
  const boot = () =>
    new TerminalJournal({ disk, folder: FOLDER, clock, version: '1.0.0', onFailure: (why) => failures.push(why) });
  return { disk, clock, failures, boot };
}

test('M1 a flushed fact survives a power cut at once, in the ledger of the next life', () => {
  const { disk, boot } = openBox();
  boot().record([intent('o1')], { flush: true });
  disk.powerCut(new SeededRandom(1));
  const after = boot();
  assert.equal(
    after.ledger.openOrders().map((order) => order.intent.order),
    ['o1'],
  );
  assert.not.ok(after.stoppedInOrder);
  assert.is(after.ledger.boot, 2);
});

test('M7 what was told is durable a second later without a flush of its own', () => {
  const { disk, clock, boot } = openBox();
  const journal = boot();
  journal.record([intent('o1'), paid('o1')], { flush: true });
  const flushes = disk.flushes;
  journal.record([told('o1-paid-voice', 'o1')], { flush: false });
  assert.is(disk.flushes, flushes);
  clock.advance(1000);
  assert.is(disk.flushes, flushes + 1);
  disk.powerCut(new SeededRandom(2));
  assert.ok(boot().ledger.order('o1')?.told.has('o1-paid-voice'));
});

test('M10 a failed sync says so, changes no ledger and takes nothing until it is opened again', () => {
  const { disk, failures, boot } = openBox();
  const journal = boot();
  disk.inject({ call: 'sync', nth: 1, code: 'EIO' });
  assert.throws(() => journal.record([intent('o1')], { flush: true }));
  assert.is(failures.length, 1);
  assert.not.ok(journal.isOpen);
  assert.is(journal.ledger.order('o1'), undefined);
  assert.throws(() => journal.record([intent('o2')], { flush: true }));
  journal.reopen();
  journal.record([intent('o3')], { flush: true });
  disk.powerCut(new SeededRandom(3));
  assert.equal(
    boot()
      .ledger.openOrders()
      .map((order) => order.intent.order),
    ['o3'],
  );
});

test('M10 a failure of the idle flush is told and does not end the process', () => {
  const { disk, clock, failures, boot } = openBox();
  const journal = boot();
  journal.record([told('x', 'o1')], { flush: false });
  disk.inject({ call: 'sync', nth: 1, code: 'EIO' });
  clock.advance(1000);
  assert.is(failures.length, 1);
});

test('an orderly stop is the last word, and its lazy records are durable', () => {
  const { disk, boot } = openBox();
  const journal = boot();
  journal.record([intent('o1'), paid('o1'), told('o1-paid-voice', 'o1')], { flush: false });
  journal.close();
  disk.powerCut(new SeededRandom(4));
  const after = boot();
  assert.ok(after.stoppedInOrder);
  assert.ok(after.ledger.order('o1')?.told.has('o1-paid-voice'));
});

test('open orders, owed tellings and the counter are carried into the next segments', () => {
  const { boot, clock } = openBox();
  const journal = boot();
  journal.record([{ type: 'COUNTER_BLOCK', until: 4200 }, intent('open'), intent('owed'), paid('owed')], {
    flush: true,
  });
  for (let index = 0; index < 2000; index += 1) {
    const order = `s${index}`;
    const facts = [intent(order), paid(order), told(`${order}-paid-voice`, order), told(`${order}-paid-slip`, order)];
    journal.record(facts, { flush: true });
    if (index % 100 === 0) clock.advance(2000);
  }
  journal.close();
  const after = boot();
  assert.equal(
    after.ledger.openOrders().map((order) => order.intent.order),
    ['open'],
  );
  assert.ok(after.ledger.unfinishedOrders().some((order) => order.intent.order === 'owed'));
  assert.is(after.ledger.counterUntil, 4200);
});

test.run();
