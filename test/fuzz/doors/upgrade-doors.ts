import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { FolderSource } from '../../../actors/upgrade/folder-source.ts';
import { checkForRelease, type Offer } from '../../../actors/upgrade/release-check.ts';
import { compareVersions, releaseFactsSchema, unfitness } from '../../../actors/upgrade/release-facts.ts';
import { packRelease, unpackRelease } from '../../../actors/upgrade/release-package.ts';
import { SourceTrouble, type ReleaseSource } from '../../../actors/upgrade/release-source.ts';
import { nextStart, type BootState } from '../../../domain/boot-state.ts';
import { BootRecord } from '../../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../../hal/boot/slot-folders.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';
import type { FuzzDoor } from '../door.ts';
import type { Mutator } from '../mutator.ts';

const HOME = { version: '1.0.0', rollbackIndex: 1, hardware: 'TILL_T1' };
const TRUSTED = '/upgrade/trusted';
const ENTRY = 'till-terminal.cjs';
const KEPT_SHOWN = 2000;
/** A repository as it lies on a server or a stick: name → bytes. */
type Files = ReadonlyMap<string, Uint8Array>;

interface Published {
  readonly files: Files;
  readonly root: Uint8Array;
  readonly genuine: Offer;
}

/** Two releases of a workshop, read once; the keys are gone with their folder. */
async function published(): Promise<Published> {
  const folder = mkdtempSync(join(tmpdir(), 'till-fuzz-releases-'));
  try {
    const workshop = new ReleaseWorkshop(folder);
    const root = readFileSync(workshop.repository.rootFile());
    workshop.release('1.1.0');
    workshop.release('1.2.0');
    const names = readdirSync(workshop.repositoryFolder, { recursive: true, withFileTypes: true });
    const files = new Map(
      names
        .filter((entry) => entry.isFile())
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          return [path.slice(workshop.repositoryFolder.length + 1), readFileSync(path)] as const;
        }),
    );
    const genuine = await offerOf(sourceOf(files), new SimulatedDisk(), root);
    assert.is(genuine?.facts.version, '1.2.0');
    if (genuine === null) throw new Error('the workshop offers nothing');
    return { files, root, genuine };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function offerOf(source: ReleaseSource, disk: SimulatedDisk, root: Uint8Array): Promise<Offer | null> {
  const options = { disk, trusted: TRUSTED, firstRoot: () => root, home: HOME, failed: [], running: null };
  return checkForRelease(options, source, new AbortController().signal);
}

function sourceOf(files: Files): ReleaseSource {
  return {
    words: 'a damaged repository',
    read(name, bytesMax) {
      const bytes = files.get(name);
      if (bytes === undefined) return Promise.reject(new SourceTrouble(404, `there is no ${name}`));
      if (bytes.length > bytesMax) return Promise.reject(new SourceTrouble(413, `${name} is too long`));
      return Promise.resolve(Buffer.from(bytes));
    },
    open: () => Promise.reject(new SourceTrouble(404, 'nothing is downloaded here')),
    close: () => Promise.resolve(),
  };
}

/** One to three files of the metadata damaged, put in each other's place, or gone. */
function damaged(files: Files, mutator: Mutator): Files {
  const metadata = [...files.keys()].filter((name) => name.startsWith('metadata/'));
  const changed = new Map(files);
  for (let changes = 1 + mutator.below(3); changes > 0; changes -= 1) {
    const name = mutator.oneOf(metadata);
    const bytes = changed.get(name) ?? new Uint8Array();
    if (mutator.below(10) === 0) changed.delete(name);
    else if (mutator.below(8) === 0) changed.set(name, files.get(mutator.oneOf(metadata)) ?? bytes);
    else changed.set(name, mutator.next([bytes]));
  }
  return changed;
}

const signedPart = (bytes: Uint8Array): string =>
  JSON.stringify((JSON.parse(Buffer.from(bytes).toString('utf8')) as { signed: unknown }).signed);

/** Signed metadata of releases, from a server or a stick: what was not signed so is never offered, and never kept as trusted. */
function metadataDoor({ files, root, genuine }: Published, stick: string): FuzzDoor {
  const signed = new Set([...files].filter(([name]) => name.endsWith('.json')).map(([, bytes]) => signedPart(bytes)));
  signed.add(signedPart(root));
  return {
    name: 'release-metadata',
    corpus: [root],
    async feed(_input, mutator) {
      const changed = damaged(files, mutator);
      const disk = new SimulatedDisk();
      const onStick = mutator.below(8) === 0;
      if (onStick) layDown(stick, changed);
      try {
        const offer = await offerOf(onStick ? new FolderSource(stick) : sourceOf(changed), disk, root);
        // An earlier list in the newer one's place is caught by the snapshot; so only the newest may be offered, or nothing.
        if (offer !== null) assert.equal(offer, genuine);
      } catch (error) {
        if (error instanceof assert.Assertion) throw error;
        assert.instance(error, Error);
      }
      for (const name of disk.exists(TRUSTED) ? disk.list(TRUSTED) : []) {
        const kept = signedPart(disk.read(`${TRUSTED}/${name}`));
        // The keys are made anew in every run: the words, and not the seed, say what it was.
        assert.ok(signed.has(kept), `${name} is kept and was never signed: ${kept.slice(0, KEPT_SHOWN)}`);
      }
    },
  };
}

function layDown(folder: string, files: Files): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'metadata'), { recursive: true });
  for (const [name, bytes] of files) {
    if (!name.startsWith('metadata/')) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** The custom fields of a target, signed by whoever has the keys: facts that fit, or no release at all. */
function factsDoor({ genuine }: Published): FuzzDoor {
  const text = JSON.stringify({ ...genuine.facts, delta: { ['0'.repeat(64)]: { path: 'till-1.1.0-1.2.0.zst' } } });
  return {
    name: 'release-facts',
    corpus: [Buffer.from(text, 'utf8')],
    feed(_input, mutator) {
      let custom: unknown;
      try {
        custom = JSON.parse(mutator.nextJson(mutator.nextJson(text)));
      } catch {
        return;
      }
      const facts = v.safeParse(releaseFactsSchema, custom);
      if (!facts.success) return;
      const { version, rollbackIndex, hw } = facts.output;
      const order = compareVersions(version, HOME.version);
      assert.is(Math.sign(order) + Math.sign(compareVersions(HOME.version, version)), 0);
      if (unfitness(facts.output, HOME) !== null) return;
      assert.ok(order > 0 && rollbackIndex >= HOME.rollbackIndex);
      assert.ok(hw.includes('*') || hw.includes(HOME.hardware));
    },
  };
}

/** A release's own bytes: whole and inside its folder, or refused. */
function packageDoor(): FuzzDoor {
  const files = [
    { path: ENTRY, bytes: Buffer.from('program') },
    { path: 'clips/zh-cn/a.wav', bytes: Buffer.from('clip') },
  ];
  return {
    name: 'release-package',
    corpus: [packRelease({ version: '1.2.0', entry: ENTRY, files })],
    feed(input) {
      try {
        const { entry, files: unpacked } = unpackRelease(input);
        assert.ok(unpacked.some(({ path }) => path === entry));
        for (const { path } of unpacked) assert.not.match(path, /^\/|(?:^|\/)\.\.(?:\/|$)|\\|\0/);
      } catch (error) {
        if (error instanceof assert.Assertion) throw error;
        assert.instance(error, Error);
      }
    },
  };
}

/** The boot record and the seals of the slots: whatever they hold, a box with a whole slot starts it. */
function bootDoor(): FuzzDoor {
  const standing: BootState = {
    active: 'a',
    trial: {
      ...{ slot: 'b', release: 'r2', version: '1.2.0', boots: 1, attempts: 3, deadlineMs: 60_000 },
      provesGateway: true,
    },
    rolledBack: { release: 'r1', version: '1.1.0', reason: 'gateway', why: 'self-test' },
    failed: ['r0', 'r1'],
  };
  const delivered = (): SimulatedDisk => {
    const disk = new SimulatedDisk();
    const slots = new SlotFolders({ disk, folder: '/upgrade' });
    for (const slot of ['a', 'b'] as const) {
      const bytes = Buffer.from(`program ${slot}`);
      const release = { version: '1.0.0', release: null, rollbackIndex: 1, entry: ENTRY };
      slots.install(slot, release, [{ path: ENTRY, bytes }]);
    }
    new BootRecord({ disk, folder: '/upgrade' }).write(standing);
    return disk;
  };
  const replace = (disk: SimulatedDisk, path: string, bytes: Uint8Array): void => {
    const file = disk.open(path);
    file.truncate(0);
    file.write(bytes, 0);
    file.sync();
    file.close();
  };
  return {
    name: 'boot-record',
    corpus: [delivered().read('/upgrade/boot')],
    bytesMax: 32 * 1024,
    feed(input, mutator) {
      const disk = delivered();
      const record = new BootRecord({ disk, folder: '/upgrade' });
      const slots = new SlotFolders({ disk, folder: '/upgrade' });
      const seal = '/upgrade/slots/b/release.json';
      if (mutator.below(3) > 0) replace(disk, '/upgrade/boot', input);
      // A right checksum over other fields: the record of another release, or of a bug.
      else record.write(JSON.parse(jsonOr(mutator.nextJson(JSON.stringify(standing)), standing)) as BootState);
      if (mutator.below(2) === 0) replace(disk, seal, mutator.next([disk.read(seal)]));
      for (let start = 0; start < 3; start += 1) {
        const next = nextStart(record.read(), (slot) => slots.installed(slot) !== null);
        assert.ok(next !== null, 'nothing starts, and slot a is whole');
        assert.ok(slots.installed(next.slot) !== null);
        if (next.record !== null) record.write(next.record);
      }
    },
  };
}

/** JSON that can be written as well as read: it may be too deep for that, and then no record of it was ever written. */
function jsonOr(text: string, otherwise: unknown): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return JSON.stringify(otherwise);
  }
}

/** The doors through which a new release comes. */
export async function upgradeDoors(): Promise<FuzzDoor[]> {
  const releases = await published();
  const stick = mkdtempSync(join(tmpdir(), 'till-fuzz-stick-'));
  process.once('exit', () => rmSync(stick, { recursive: true, force: true }));
  return [metadataDoor(releases, join(stick, 'stick')), factsDoor(releases), packageDoor(), bootDoor()];
}
