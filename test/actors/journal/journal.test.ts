import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeDrafts } from '../../../actors/journal/segment-writer.ts';
import { readSegment } from '../../../actors/journal/segment.ts';
import { isFailure } from '../../../domain/failure.ts';
import type { JournalFact } from '../../../domain/journal-record.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { all, clock, durably, FOLDER, intent, open, ordersOf } from './journal-world.ts';

const journal = suite('actors/journal/journal');
const SEGMENT_1 = `${FOLDER}/000001.seg`;
const corrupt = (error: unknown): boolean => isFailure(error, 'storage.corrupt');

journal('facts come back after a restart in their order, with their places and times', () => {
  const disk = new SimulatedDisk();
  const first = open(disk);
  assert.equal(first.entries, []);
  const at = clock.wallMs();
  const written = durably(first.journal, { type: 'BOOT', boot: 1, version: '0.1.0' }, intent(1));
  clock.advance(1500);
  written.push(...durably(first.journal, { type: 'STOPPED' }));
  first.journal.close();
  assert.equal(
    written.map((entry) => [entry.seq, entry.at]),
    [
      [1, at],
      [2, at],
      [3, at + 1500],
    ],
  );
  const again = open(disk);
  assert.equal(again.entries, written);
  assert.equal(again.journal.tail(2), written.slice(1));
  assert.equal(again.journal.tail(0), []);
  assert.is(durably(again.journal, intent(2))[0]?.seq, 4);
});

journal('a commit costs one write and one flush, however much is stored, and lazy records ride along', () => {
  const disk = new SimulatedDisk();
  const { journal: opened } = open(disk);
  for (let count = 0; count < 500; count++) {
    const before = { bytes: disk.bytesWritten, flushes: disk.flushes };
    opened.append([intent(count)], { flush: false });
    assert.ok(opened.dirty);
    assert.is(disk.flushes, before.flushes);
    durably(opened, intent(count));
    assert.not(opened.dirty);
    assert.is(disk.flushes, before.flushes + 1);
    assert.ok(disk.bytesWritten - before.bytes < 800);
  }
  const flushes = disk.flushes;
  opened.flush();
  assert.is(disk.flushes, flushes, 'nothing to flush costs nothing');
});

journal('a torn tail is removed and never read as a record', () => {
  const disk = new SimulatedDisk();
  const first = open(disk);
  durably(first.journal, intent(1));
  const end = readSegment(Buffer.from(disk.read(SEGMENT_1)))?.end ?? 0;
  first.journal.append([intent(2)], { flush: false });
  disk.damage(SEGMENT_1, end + 60);
  const again = open(disk);
  assert.equal(ordersOf(again.entries), [intent(1).order]);
  assert.ok(
    disk
      .read(SEGMENT_1)
      .subarray(end)
      .every((byte) => byte === 0),
  );
  durably(again.journal, intent(3));
  assert.equal(ordersOf(open(disk).entries), [intent(1).order, intent(3).order]);
});

journal('a broken record in the middle is a clear failure, whichever byte of it decayed', () => {
  const disk = new SimulatedDisk();
  const first = open(disk);
  durably(first.journal, intent(1));
  const start = readSegment(Buffer.from(disk.read(SEGMENT_1)))?.end ?? 0;
  durably(first.journal, intent(2));
  const end = readSegment(Buffer.from(disk.read(SEGMENT_1)))?.end ?? 0;
  durably(first.journal, intent(3));
  first.journal.close();
  for (let at = start; at < end - 8; at++) {
    disk.damage(SEGMENT_1, at, 0x04);
    // Bytes that pad a record to a multiple of eight mean nothing.
    const padding = readSegment(Buffer.from(disk.read(SEGMENT_1)))?.records.length === 3;
    if (!padding)
      assert.throws(
        () => open(disk),
        (error: unknown) => corrupt(error) && String(error).includes('record 2'),
      );
    disk.damage(SEGMENT_1, at, 0x04);
  }
  assert.is(open(disk).entries.length, 3);
});

journal('a segment with a broken header or under a foreign name is a clear failure', () => {
  const disk = new SimulatedDisk();
  durably(open(disk).journal, intent(1));
  for (let at = 0; at < 64; at++) {
    disk.damage(SEGMENT_1, at, 0x01);
    assert.throws(() => open(disk), corrupt);
    disk.damage(SEGMENT_1, at, 0x01);
  }
  disk.rename(SEGMENT_1, `${FOLDER}/000002.seg`);
  assert.throws(() => open(disk), corrupt);
});

journal('at rollover what is open is carried over with its time, so that the newest segment is enough to start', () => {
  const disk = new SimulatedDisk();
  let openOrders: ReturnType<typeof durably> = [];
  const first = open(disk, () => [...openOrders, { type: 'COUNTER_BLOCK', until: 640 }]);
  openOrders = durably(first.journal, intent(7));
  const origin = openOrders[0]?.at;
  let count = 1000;
  while (disk.list(FOLDER).length < 3) {
    clock.advance(1000);
    durably(first.journal, intent(count++, 3000));
  }
  first.journal.close();
  const again = open(disk);
  const carried = again.entries.filter((entry) => 'order' in entry && entry.order === intent(7).order);
  assert.is(carried.length, 1);
  assert.is(carried[0]?.at, origin);
  assert.ok(again.entries.some((entry) => entry.type === 'COUNTER_BLOCK'));
  const seqs = all(again.journal).map((entry) => entry.seq);
  assert.equal(
    seqs,
    [...new Set(seqs)].sort((one, other) => one - other),
  );
  assert.equal(ordersOf(all(again.journal)), [
    intent(7).order,
    ...Array.from({ length: count - 1000 }, (_, index) => intent(1000 + index).order),
  ]);
});

journal('the last entries are shown across a rollover, without the copies', () => {
  const disk = new SimulatedDisk();
  let kept: ReturnType<typeof durably> = [];
  const first = open(disk, () => kept);
  kept = durably(first.journal, intent(1));
  let count = 2;
  while (disk.list(FOLDER).length < 2) durably(first.journal, intent(count++, 3000));
  first.journal.close();
  const again = open(disk);
  const wanted = Array.from({ length: 50 }, (_, index) => intent(count - 50 + index).order);
  assert.equal(ordersOf(again.journal.tail(50)), wanted);
  assert.equal(ordersOf(again.journal.tail(50)), wanted);
});

journal('a nearly full segment makes room when idle, so that no payment waits for it', () => {
  const disk = new SimulatedDisk();
  const { journal: opened } = open(disk);
  opened.makeRoom();
  assert.is(disk.list(FOLDER).length, 1);
  for (let count = 0; count < 125; count++) durably(opened, intent(count, 3900), intent(count, 3900));
  opened.makeRoom();
  assert.is(disk.list(FOLDER).length, 2);
});

journal('old segments are pruned, newest kept, and a fact that is still open outlives its segment', () => {
  const disk = new SimulatedDisk();
  let kept: ReturnType<typeof durably> = [];
  const { journal: opened } = open(disk, () => kept);
  kept = durably(opened, intent(1));
  for (let count = 2; disk.list(FOLDER).length < 5; count++) durably(opened, intent(count, 3000));
  opened.prune({ keepSegments: 2 });
  assert.equal(disk.list(FOLDER).sort(), ['000004.seg', '000005.seg']);
  assert.is(ordersOf(all(opened)).filter((order) => order === intent(1).order).length, 1);
  opened.prune({ keepSegments: 0 });
  assert.equal(disk.list(FOLDER), ['000005.seg']);
  assert.is(ordersOf(open(disk).entries).filter((order) => order === intent(1).order).length, 1);
});

journal('a sealed segment that was changed later is found out when it is read', () => {
  const disk = new SimulatedDisk();
  const { journal: opened } = open(disk);
  for (let count = 1; disk.list(FOLDER).length < 2; count++) durably(opened, intent(count, 3000));
  // The last record of the sealed segment is taken back: only the successor's hash can tell.
  const bytes = Buffer.from(disk.read(SEGMENT_1));
  const content = readSegment(bytes);
  assert.ok(content !== null);
  const last = content.records.at(-1);
  assert.ok(last !== undefined);
  const file = disk.open(SEGMENT_1);
  file.write(Buffer.alloc(last.bytes), content.end - last.bytes);
  assert.throws(() => all(opened), corrupt);
});

journal('records of a newer release are kept, carried over and skipped', () => {
  const disk = new SimulatedDisk();
  const first = open(disk);
  durably(first.journal, intent(1));
  first.journal.close();
  const content = readSegment(Buffer.from(disk.read(SEGMENT_1)));
  assert.ok(content !== null);
  const payloads = ['{"type":"LOYALTY","points":5}', '{"type":"ORDER_RESULT","outcome":"a new kind"}'];
  const drafts = payloads.map((payload) => ({ payload: Buffer.from(payload), version: 9, at: 123, carried: false }));
  const run = Buffer.alloc(256);
  encodeDrafts(drafts, { seq: content.lastSeq, crc: content.lastCrc, durableSeq: content.lastSeq }, run, 0);
  const file = disk.open(SEGMENT_1);
  file.write(run, content.end);
  file.sync();
  const again = open(disk);
  assert.equal(again.entries.slice(1), [
    { type: 'LOYALTY', seq: 2, at: 123, unknown: true },
    { type: 'ORDER_RESULT', seq: 3, at: 123, unknown: true },
  ]);
  assert.equal(ordersOf(all(again.journal)), [intent(1).order]);
  for (let count = 2; disk.list(FOLDER).length < 3; count++) durably(again.journal, intent(count, 3000));
  const unknown = open(disk).entries.filter((entry) => 'unknown' in entry);
  assert.equal(
    unknown.map((entry) => [entry.type, entry.at]),
    [
      ['LOYALTY', 123],
      ['ORDER_RESULT', 123],
    ],
  );
  const newest = Buffer.from(disk.read(`${FOLDER}/000003.seg`));
  assert.ok(newest.includes('"points":5'), 'the payload is kept to the byte');
});

journal('keys that a newer release added to a known fact survive being carried over', () => {
  const disk = new SimulatedDisk();
  const first = open(disk);
  durably(first.journal, { ...intent(1), tip: 5 } as JournalFact);
  const [entry] = open(disk).entries;
  assert.is(entry !== undefined && 'tip' in entry ? entry.tip : null, 5);
});

journal('a fact that could not be read back is refused before a byte is written', () => {
  const disk = new SimulatedDisk();
  const { journal: opened } = open(disk);
  const bytes = disk.bytesWritten;
  assert.throws(() => durably(opened, { ...intent(1), amountFen: 0.5 }), /amountFen/);
  assert.throws(() => durably(opened, { ...intent(1), order: '' }), TypeError);
  assert.throws(
    () =>
      durably(opened, {
        type: 'ORDER_RESULT',
        order: '1',
        outcome: 'paid',
        reason: 'r'.repeat(5000),
        transactionId: null,
        paidAtMs: 1,
        late: false,
      }),
    /reason/,
  );
  assert.throws(() => durably(opened, { ...intent(1), more: 'x'.repeat(9000) } as JournalFact), RangeError);
  assert.is(disk.bytesWritten, bytes);
  assert.is(opened.status, 'open');
  durably(opened, intent(1));
});

journal('a closed journal takes nothing, and closing flushes what was lazy', () => {
  const disk = new SimulatedDisk();
  const { journal: opened } = open(disk);
  opened.append([intent(1)], { flush: false });
  opened.close();
  opened.close();
  assert.is(opened.status, 'closed');
  assert.throws(
    () => durably(opened, intent(2)),
    (error: unknown) => isFailure(error, 'storage.failed'),
  );
  assert.throws(
    () => opened.reopen(),
    (error: unknown) => isFailure(error, 'storage.failed'),
  );
  disk.powerCut(new SeededRandom(1));
  assert.equal(ordersOf(open(disk).entries), [intent(1).order]);
});

journal.run();
