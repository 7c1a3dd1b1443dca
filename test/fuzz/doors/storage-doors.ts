import { createHash } from 'node:crypto';
import * as assert from 'uvu/assert';
import { openJournal } from '../../../actors/journal/journal.ts';
import { encodeDrafts, newSegmentBytes, type Draft } from '../../../actors/journal/segment-writer.ts';
import { openSettings } from '../../../config/settings-store.ts';
import { isFailure } from '../../../domain/failure.ts';
import type { JournalFact } from '../../../domain/journal-record.ts';
import { Ledger } from '../../../domain/ledger.ts';
import { Secret } from '../../../domain/secret.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { openFileKeyStore } from '../../../hal/key-store/file-key-store.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { CONFIGURATION } from '../../cloudpay/scripted-transport.ts';
import type { FuzzDoor } from '../door.ts';
import type { Mutator } from '../mutator.ts';

/** A segment cut to the size of its facts: the whole one is zeros that say nothing. */
const SEGMENT_BYTES = 4096;
const ORDER = '010099990463165903316012';

const FACTS: readonly JournalFact[] = [
  { type: 'BOOT', boot: 1, version: '0.1.0' },
  { type: 'COUNTER_BLOCK', until: 200 },
  {
    type: 'ORDER_INTENT',
    order: ORDER,
    amountFen: 2005,
    platform: 'wechat',
    codeHash: 'ab',
    configuration: 'c1',
    staffId: null,
    windowEndsAtMs: 1,
  },
  { type: 'ORDER_RESULT', order: ORDER, outcome: 'paid', reason: '', transactionId: '4', paidAtMs: 1, late: false },
  { type: 'TOLD', job: `${ORDER}-paid-voice`, channel: 'voice', order: ORDER, refund: null },
];

function diskWith(path: string, bytes: Uint8Array): SimulatedDisk {
  const disk = new SimulatedDisk();
  disk.makeFolder(path.slice(0, path.lastIndexOf('/')));
  const file = disk.open(path);
  file.write(bytes, 0);
  file.sync();
  return disk;
}

/** The journal as a terminal opens it, folded into money state. */
function openedJournal(disk: SimulatedDisk) {
  const { journal, entries } = openJournal({
    disk,
    folder: '/data/journal',
    clock: new VirtualClock(),
    carryOver: () => [],
  });
  const ledger = new Ledger();
  for (const entry of entries) ledger.apply(entry);
  journal.append([{ type: 'STOPPED' }], { flush: true });
  journal.close();
  return entries;
}

function segmentName(): string {
  const disk = new SimulatedDisk();
  disk.makeFolder('/data/journal');
  openedJournal(disk);
  const [name = ''] = disk.list('/data/journal');
  return `/data/journal/${name}`;
}

/** The bytes of a segment with these payloads, every checksum right. */
function segmentOf(payloads: readonly Uint8Array[]): Uint8Array {
  const drafts: Draft[] = payloads.map((payload) => ({ payload, version: 1, at: 1, carried: false }));
  const header = { number: 1, firstSeq: 1, previousHash: new Uint8Array(32) };
  const { bytes, end, last } = newSegmentBytes(header, [], 0);
  encodeDrafts(drafts, last, bytes, end);
  return bytes.subarray(0, SEGMENT_BYTES);
}

const payloadsOf = (facts: readonly JournalFact[]) => facts.map((fact) => Buffer.from(JSON.stringify(fact), 'utf8'));

/** Damaged segments: what opens is a part of what was written, from its beginning on, and nothing else. */
function segmentDoor(path: string): FuzzDoor {
  const truth = FACTS.map((fact) => JSON.stringify(fact));
  const whole = segmentOf(payloadsOf(FACTS));
  assert.is(openedJournal(diskWith(path, whole)).length, truth.length);
  return {
    name: 'journal',
    corpus: [whole],
    bytesMax: 16 * 1024,
    feed(input) {
      try {
        const read = openedJournal(diskWith(path, input));
        const facts = read.map(({ seq: _seq, at: _at, ...fact }) => JSON.stringify(fact));
        assert.equal(facts, truth.slice(0, facts.length));
      } catch (error) {
        if (!isFailure(error, 'storage.corrupt', 'storage.failed')) throw error;
      }
    },
  };
}

/** Records whose checksums are right and whose payload is not: those of a newer release, or of a bug. */
function recordDoor(path: string): FuzzDoor {
  const texts = FACTS.map((fact) => JSON.stringify(fact));
  return {
    name: 'record',
    corpus: [Buffer.from('{}')],
    feed(_input, mutator) {
      const payloads = texts.map((text) => {
        const changed = mutator.below(3) === 0 ? mutator.nextJson(text) : text;
        return Buffer.from(changed, 'utf8').subarray(0, 700);
      });
      try {
        openedJournal(diskWith(path, segmentOf(payloads)));
      } catch (error) {
        if (!isFailure(error, 'storage.corrupt', 'storage.failed')) throw error;
      }
    },
  };
}

/** Settings files, damaged as they lie there or damaged before their checksum was made. */
async function settingsDoor(): Promise<FuzzDoor> {
  const disk = new SimulatedDisk();
  const random = new SeededRandom(1);
  disk.makeFolder('/data');
  const keyStore = openFileKeyStore({ disk, path: '/data/key', random });
  const settings = await openSettings({ disk, folder: '/data/settings', keyStore, random });
  await settings.saveConfiguration({ ...CONFIGURATION, authenKey: new Secret('canary') }, []);
  const whole = Buffer.from(disk.read('/data/settings/settings.1.json'));
  const document = whole.toString('utf8').split('\n')[1] ?? '';
  const checked = (text: string) => `${createHash('sha256').update(text, 'utf8').digest('hex')}\n${text}\n`;
  return {
    name: 'settings',
    corpus: [whole],
    async feed(input, mutator) {
      const bytes = mutator.below(2) === 0 ? input : Buffer.from(checked(mutator.nextJson(document)), 'utf8');
      const damaged = diskWith('/data/settings/settings.0.json', bytes);
      try {
        const store = await openSettings({ disk: damaged, folder: '/data/settings', keyStore, random });
        store.current();
        assert.not.ok(store.warnings.some((warning) => warning.includes('canary')));
      } catch (error) {
        if (!isFailure(error, 'storage.corrupt', 'storage.failed')) throw error;
      }
    },
  };
}

function keyDoor(): FuzzDoor {
  const disk = new SimulatedDisk();
  const random = new SeededRandom(1);
  disk.makeFolder('/data');
  const mac = openFileKeyStore({ disk, path: '/data/key', random }).mac('x');
  return {
    name: 'key',
    corpus: [disk.read('/data/key')],
    bytesMax: 4096,
    feed(input: Uint8Array, mutator: Mutator) {
      try {
        const opened = openFileKeyStore({ disk: diskWith('/data/key', input), path: '/data/key', random });
        assert.is(opened.mac('x'), mac, 'another key than the one that was made');
        opened.unseal(mutator.next([opened.seal(input, 'a')]), mutator.oneOf(['a', 'b']));
      } catch (error) {
        if (!isFailure(error, 'storage.corrupt', 'storage.failed')) throw error;
      }
    },
  };
}

/** The doors through which the terminal reads what it wrote itself, perhaps long ago, perhaps on a bad disk. */
export async function storageDoors(): Promise<FuzzDoor[]> {
  const path = segmentName();
  return [segmentDoor(path), recordDoor(path), await settingsDoor(), keyDoor()];
}
