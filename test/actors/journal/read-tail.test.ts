import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openJournal } from '../../../actors/journal/journal.ts';
import { readJournalTail, type JournalFiles } from '../../../actors/journal/read-tail.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';

const tail = suite('actors/journal/read-tail');

function filesOf(disk: SimulatedDisk): JournalFiles {
  return {
    list: () => disk.list('journal'),
    size: (name) => disk.read(`journal/${name}`).length,
    read: (name) => Buffer.from(disk.read(`journal/${name}`)),
  };
}

const DURABLY = { flush: true };

function open(disk: SimulatedDisk) {
  return openJournal({ disk, folder: 'journal', clock: new SystemClock(), carryOver: () => [] }).journal;
}

tail('reads the last facts beside the journal that is being written, oldest first', () => {
  const disk = new SimulatedDisk();
  const journal = open(disk);
  for (let boot = 1; boot <= 20; boot++) journal.append([{ type: 'BOOT', boot, version: '1.0.0' }], DURABLY);
  const { entries, lastSeq, damage } = readJournalTail(filesOf(disk), 3);
  assert.equal(
    entries.map(({ seq, type }) => [seq, type]),
    [
      [18, 'BOOT'],
      [19, 'BOOT'],
      [20, 'BOOT'],
    ],
  );
  assert.equal([lastSeq, damage], [20, []]);
  journal.append([{ type: 'BOOT', boot: 21, version: '1.0.0' }], DURABLY);
  assert.is(readJournalTail(filesOf(disk), 1).lastSeq, 21, 'the journal goes on as if nobody had read');
});

tail('changes nothing on the disk', () => {
  const disk = new SimulatedDisk();
  open(disk).append([{ type: 'BOOT', boot: 1, version: '1.0.0' }], DURABLY);
  const before = disk.list('journal').map((name) => [name, Buffer.from(disk.read(`journal/${name}`)).toString('hex')]);
  readJournalTail(filesOf(disk), 100);
  assert.equal(
    disk.list('journal').map((name) => [name, Buffer.from(disk.read(`journal/${name}`)).toString('hex')]),
    before,
  );
});

tail('a broken record is named, and what stands before it is still read', () => {
  const disk = new SimulatedDisk();
  const journal = open(disk);
  for (let boot = 1; boot <= 9; boot++) journal.append([{ type: 'BOOT', boot, version: '1.0.0' }], DURABLY);
  const files = filesOf(disk);
  const spoilt: JournalFiles = {
    ...files,
    read: (name) => {
      const bytes = files.read(name);
      const at = bytes.indexOf('"boot":5');
      bytes[at + 7] = 0x39;
      return bytes;
    },
  };
  const { entries, damage } = readJournalTail(spoilt, 100);
  assert.is(entries.at(-1)?.seq, 4);
  assert.match(damage.join('\n'), /000001\.seg: record 5 at byte \d+ is broken/);
});

tail('a segment that is none or cannot be read is named, not thrown', () => {
  const files: JournalFiles = {
    list: () => ['000001.seg', '000002.seg', 'notes.txt'],
    size: (name) => (name === '000002.seg' ? 2 ** 40 : 3),
    read: () => Buffer.from('abc'),
  };
  const { entries, damage, segments } = readJournalTail(files, 10);
  assert.equal([entries.length, segments], [0, 2]);
  assert.match(damage[0] ?? '', /000002\.seg: it has \d+ bytes/);
  assert.match(damage[1] ?? '', /000001\.seg: its header is broken/);
});

tail.run();
