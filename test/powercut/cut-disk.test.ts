import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { CutDisk, cutPlaces } from '../../scripts/powercut/cut-disk.ts';
import { encodeDiskEvent, readDiskLog, type DiskEvent } from '../../scripts/powercut/disk-log.ts';

const test = suite('powercut/cut-disk');

const BLOCK = 4096;
const write = (block: number, fill: string, blocks = 1): DiskEvent => ({
  kind: 'write',
  offset: block * BLOCK,
  bytes: Buffer.alloc(blocks * BLOCK, fill),
});
const flush: DiskEvent = { kind: 'flush' };
const base = (): Buffer => Buffer.alloc(8 * BLOCK, '.');
const blockOf = (medium: Buffer, block: number): string =>
  medium.toString('latin1', block * BLOCK, (block + 1) * BLOCK);

test('the log of a disk is read back as it was written, in one order', () => {
  const events: DiskEvent[] = [write(3, 'a'), { kind: 'ack', line: '{"is":"facts-done"}' }, flush, write(7, 'b')];
  const log = Buffer.concat(events.map(encodeDiskEvent));
  assert.equal(readDiskLog(log), events);
  assert.equal(readDiskLog(log.subarray(0, log.length - 1)), events.slice(0, 3), 'a record that is not whole');
  const none = Buffer.alloc(16);
  none[0] = 9;
  assert.throws(() => readDiskLog(none), /byte 0 of the disk log holds the kind 9/);
});

test('what was flushed survives every cut', () => {
  const disk = new CutDisk(base());
  for (const event of [write(1, 'a', 2), flush, write(1, 'b')]) disk.take(event);
  for (let seed = 1; seed <= 50; seed += 1) {
    const medium = disk.cut('blocks torn', new SeededRandom(seed));
    assert.is(blockOf(medium, 2), 'a'.repeat(BLOCK));
    assert.match(blockOf(medium, 1), /^[ab]+$/);
    assert.is(blockOf(medium, 0), '.'.repeat(BLOCK));
  }
});

test('what was not flushed is kept, lost or torn at a sector, block by block', () => {
  const disk = new CutDisk(base());
  disk.take(write(0, 'a', 8));
  assert.is(disk.pending, 1);
  assert.ok(disk.cut('all kept', new SeededRandom(1)).equals(Buffer.alloc(8 * BLOCK, 'a')));
  assert.ok(disk.cut('all lost', new SeededRandom(1)).equals(base()));
  const seen = new Set<string>();
  for (let seed = 1; seed <= 50; seed += 1) {
    for (const kind of ['blocks lost', 'blocks torn'] as const) {
      const medium = disk.cut(kind, new SeededRandom(`${kind} ${seed}`));
      for (let block = 0; block < 8; block += 1) {
        const text = blockOf(medium, block);
        const torn = text.includes('a') && text.includes('.');
        seen.add(torn ? `${kind}: torn` : `${kind}: ${text[0] === 'a' ? 'kept' : 'lost'}`);
        if (torn) assert.match(text, /^(a{512}|[.]{512})+$/);
        if (torn) assert.is.not(block, 0, 'the block of the superblock is whole');
      }
    }
  }
  assert.equal([...seen].sort(), [
    'blocks lost: kept',
    'blocks lost: lost',
    'blocks torn: kept',
    'blocks torn: lost',
    'blocks torn: torn',
  ]);
});

test('cuts fall anywhere, and often where many writes wait for a flush', () => {
  const calm = Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? write(1, 'a') : flush));
  const crowd = Array.from({ length: 8 }, () => write(2, 'b'));
  const places = cutPlaces([...calm, ...crowd, flush, ...calm], 200, new SeededRandom(1));
  assert.is(places.length, 200);
  assert.equal(
    places,
    places.toSorted((one, other) => one - other),
  );
  const crowded = places.filter((place) => place > 400 && place <= 408).length;
  assert.ok(crowded >= 95 && crowded <= 115, `${crowded} of 200`);
  assert.equal(cutPlaces([], 2, new SeededRandom(1)), [0, 0]);
});

test.run();
