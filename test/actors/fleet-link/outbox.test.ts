import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DEBUG_DROPPED_BEHIND, EventSource, INFO_DROPPED_BEHIND } from '../../../actors/fleet-link/event-source.ts';
import { BATCHES_IN_FLIGHT_MAX, Outbox } from '../../../actors/fleet-link/outbox.ts';
import { openJournal, type CarriedFact, type Journal } from '../../../actors/journal/journal.ts';
import { SegmentReader } from '../../../actors/journal/segment-reader.ts';
import type { JournalFact } from '../../../domain/journal-record.ts';
import { encodeMessage } from '../../../fleet/contract/codec.ts';
import { BATCH_EVENTS_MAX, type FleetEvent } from '../../../fleet/contract/events.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';

const test = suite('actors/fleet-link/outbox');

const intent = (order: string): JournalFact => ({
  type: 'ORDER_INTENT',
  order,
  amountFen: 1,
  platform: 'wechat',
  codeHash: 'secret-hash',
  configuration: 'secret-configuration',
  staffId: null,
  windowEndsAtMs: 1,
});
const told = (order: string): JournalFact => ({
  type: 'TOLD',
  job: `${order}-x`,
  channel: 'voice',
  order,
  refund: null,
});
const counter = (until: number): JournalFact => ({ type: 'COUNTER_BLOCK', until });

interface World {
  readonly disk: SimulatedDisk;
  readonly journal: Journal;
  readonly source: EventSource;
  readonly clock: VirtualClock;
  outbox(acknowledged?: number): Outbox;
}

function open(disk = new SimulatedDisk(), carryOver: () => CarriedFact[] = () => []): World {
  const clock = new VirtualClock();
  const { journal } = openJournal({ disk, folder: '/j', clock, carryOver });
  const source = new EventSource(journal, new SegmentReader(disk, '/j'));
  const outbox = (acknowledged = 0): Outbox =>
    new Outbox({ epoch: 'e1', source, acknowledged, monotonicMs: () => clock.monotonicMs() });
  return { disk, journal, source, clock, outbox };
}

/** Everything that leaves when the service acknowledges each batch. */
function drain(outbox: Outbox): FleetEvent[] {
  const all: FleetEvent[] = [];
  for (let batch = outbox.next(); batch !== null; batch = outbox.next()) {
    assert.ok(batch.ev.length <= BATCH_EVENTS_MAX);
    encodeMessage('up/ev', batch);
    all.push(...batch.ev);
    outbox.take({ e: 'e1', s: all.at(-1)?.s ?? 0 });
  }
  assert.equal(
    all.map(({ s }) => s),
    Array.from({ length: all.length }, (_, index) => (all[0]?.s ?? 1) + index),
    'without a gap',
  );
  return all;
}

test('what is not durable does not leave: a power cut could give its sequence to another fact', () => {
  const { journal, outbox } = open();
  journal.append([intent('a')], { flush: true });
  journal.append([told('a')], { flush: false });
  const box = outbox();
  assert.equal(
    box.next()?.ev.map(({ type }) => type),
    ['ORDER_INTENT'],
  );
  assert.is(box.next(), null);
  journal.flush();
  assert.equal(
    box.next()?.ev.map(({ type }) => type),
    ['TOLD'],
  );
});

test('what the allow-list does not name stays on the terminal', () => {
  const { journal, outbox } = open();
  journal.append([intent('a')], { flush: true });
  assert.not.match(JSON.stringify(outbox().next()), /secret/);
});

test('so many batches are on their way and no more; an acknowledgement makes room', () => {
  const { journal, outbox } = open();
  for (let n = 0; n < 3000; n += 100) {
    journal.append(
      Array.from({ length: 100 }, (_, index) => counter(n + index)),
      { flush: true },
    );
  }
  const box = outbox();
  let last = 0;
  for (let n = 0; n < BATCHES_IN_FLIGHT_MAX; n += 1) last = box.next()?.ev.at(-1)?.s ?? 0;
  assert.is(box.next(), null);
  assert.is(box.inFlight, BATCHES_IN_FLIGHT_MAX);
  assert.ok(box.take({ e: 'e1', s: last }));
  assert.is(box.inFlight, 0);
  assert.is(box.next()?.ev[0]?.s, last + 1);
});

test('nothing is free before the service names it, and a new connection sends all of it again', () => {
  const { journal, outbox } = open();
  journal.append([intent('a'), intent('b')], { flush: true });
  const box = outbox();
  assert.is(box.next()?.ev.length, 2);
  assert.is(box.waiting, 2);
  box.rewind();
  assert.is(box.next()?.ev.length, 2);
  assert.ok(box.take({ e: 'e1', s: 1 }));
  box.rewind();
  assert.equal(
    box.next()?.ev.map(({ s }) => s),
    [2],
  );
});

test('acknowledgements of another epoch, of the future and of the past move nothing', () => {
  const { journal, outbox } = open();
  journal.append([intent('a'), intent('b')], { flush: true });
  const box = outbox();
  box.next();
  assert.not.ok(box.take({ e: 'e2', s: 2 }));
  assert.not.ok(box.take({ e: 'e1', s: 3 }));
  assert.is(box.acknowledged, 0);
  assert.ok(box.take({ e: 'e1', s: 2 }));
  assert.ok(box.take({ e: 'e1', s: 1 }));
  assert.is(box.acknowledged, 2);
  assert.is(box.refused, 2);
});

test('the service may ask again from a number, but not in a loop', () => {
  const { journal, outbox, clock } = open();
  journal.append([intent('a'), intent('b'), intent('c')], { flush: true });
  const box = outbox(3);
  assert.ok(box.take({ e: 'e1', from: 2 }));
  assert.equal(
    box.next()?.ev.map(({ s }) => s),
    [2, 3],
  );
  assert.not.ok(box.take({ e: 'e1', from: 1 }));
  clock.runUntil(clock.monotonicMs() + 30_000);
  assert.ok(box.take({ e: 'e1', from: 1 }));
  assert.not.ok(box.take({ e: 'e1', from: 5 }));
});

test('a remembered acknowledgement beyond the journal counts as none of it', () => {
  const { journal, outbox } = open();
  journal.append([intent('a')], { flush: true });
  assert.is(outbox(99).acknowledged, 1);
});

test('a journal of many segments leaves whole and in order; what was carried over is a filler', () => {
  const open1 = intent('open');
  const { journal, outbox } = open(new SimulatedDisk(), () => [open1, counter(7)]);
  journal.append([open1], { flush: true });
  // Facts of 4 KB fill a segment of 1 MiB with some 250.
  const fact = (n: number): JournalFact => ({
    type: 'ORDER_RESULT',
    order: `o${n}`,
    outcome: 'failed',
    reason: 'r'.repeat(4000),
    transactionId: null,
    paidAtMs: null,
    late: false,
  });
  for (let n = 0; n < 900; n += 1) journal.append([fact(n)], { flush: true });
  const events = drain(outbox());
  assert.is(events[0]?.s, 1);
  assert.is(events.filter(({ type }) => type === 'ORDER_RESULT').length, 900);
  assert.is(events.filter(({ type }) => type === 'ORDER_INTENT').length, 1);
  const carried = events.filter(({ type }) => type === 'CARRIED');
  assert.ok(carried.length >= 6, `${carried.length} fillers`);
  assert.is(events.at(-1)?.s, journal.durableSeq);
  // Asked for the middle of it, through the tail and through the segments alike.
  assert.equal(drain(outbox(events.length - 300)), events.slice(-300));
});

test('what was pruned is told as gone, not left out', () => {
  const { journal, outbox } = open();
  const fact = (n: number): JournalFact => ({ ...(told(`o${n}`) as object), job: 'j'.repeat(250) }) as JournalFact;
  for (let n = 0; n < 8000; n += 100) {
    journal.append(
      Array.from({ length: 100 }, (_, index) => fact(n + index)),
      { flush: true },
    );
  }
  journal.prune({ keepSegments: 1 });
  const events = drain(outbox());
  assert.is(events[0]?.type, 'GONE');
  assert.is(events.at(-1)?.type, 'TOLD');
  assert.is(events.length, 8000);
});

test('when too much waits counters are given up first, then everything but money', () => {
  const { journal, outbox } = open();
  const rounds = INFO_DROPPED_BEHIND + 2000;
  for (let n = 0; n < rounds; n += 100) {
    const facts = Array.from({ length: 100 }, (_, index) =>
      index % 4 === 0 ? counter(n) : index % 2 === 0 ? told(`o${n}`) : intent(`o${n + index}`),
    );
    journal.append(facts, { flush: true });
  }
  const events = drain(outbox());
  const money = events.filter(({ type }) => type === 'ORDER_INTENT').length;
  assert.is(money, rounds / 2);
  const firstTold = events.findIndex(({ type }) => type === 'TOLD');
  const firstCounter = events.findIndex(({ type }) => type === 'COUNTER_BLOCK');
  assert.ok(events.length - firstTold <= INFO_DROPPED_BEHIND + 1);
  assert.ok(events.length - firstCounter <= DEBUG_DROPPED_BEHIND + 1);
  assert.ok(firstTold < firstCounter);
});

test.run();
