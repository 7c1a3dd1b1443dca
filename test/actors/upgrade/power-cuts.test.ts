import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FolderSource } from '../../../actors/upgrade/folder-source.ts';
import { checkForRelease, type Offer } from '../../../actors/upgrade/release-check.ts';
import { fetchRelease } from '../../../actors/upgrade/release-fetch.ts';
import { readLayout } from '../../../actors/upgrade/release-package.ts';
import { buildRelease } from '../../../deploy/release/release-tasks.ts';
import { confirmed, nextStart, type BootState } from '../../../domain/boot-state.ts';
import { BootRecord } from '../../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../../hal/boot/slot-folders.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';

/**
 * The power goes in every single call to the disk of an upgrade: metadata kept, download, patch, slot, switch, trial, confirmation. After
 * each a whole release starts, and the same upgrade, tried again with what is left on the disk, comes to its end.
 */
interface World {
  shop: ReleaseWorkshop;
  running: string;
  offer: Offer;
}

const test = suite<World>('actors/upgrade/power-cuts');

const ENTRY = 'till-terminal.cjs';
const FOLDER = '/upgrade';
const signal = new AbortController().signal;
const clock = new SystemClock();
const WORDS = { rollbackIndex: 1, hw: ['*'], minFrom: null, notes: '' };
const program = (version: string): string => {
  return `${Array.from({ length: 3000 }, (_, at) => `line ${(at * 2_654_435_761) % 4_294_967_296}`).join('\n')} ${version}`;
};

test.before(async (world) => {
  world.shop = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-cuts-')));
  const built = join(world.shop.folder, 'built');
  mkdirSync(built);
  for (const [version, from] of [
    ['1.0.0', []],
    ['1.1.0', ['1.0.0']],
  ] as const) {
    writeFileSync(join(built, ENTRY), program(version));
    buildRelease(world.shop.repository, built, { ...WORDS, version }, from);
    world.shop.signAll();
    world.shop.publish();
  }
  world.running = world.shop.repository.releases().find(({ facts }) => facts.version === '1.0.0')?.sha256 ?? '';
  const offer = await check(world, delivered(world));
  if (offer?.patch == null) throw new Error('there should be a patch');
  world.offer = offer;
});
test.after(({ shop }) => rmSync(shop.folder, { recursive: true, force: true }));

const open = (disk: SimulatedDisk) => ({
  record: new BootRecord({ disk, folder: FOLDER }),
  slots: new SlotFolders({ disk, folder: FOLDER }),
});

/** A box that runs release 1 from slot a. */
function delivered({ running }: World): SimulatedDisk {
  const disk = new SimulatedDisk();
  const { record, slots } = open(disk);
  const files = [{ path: ENTRY, bytes: Buffer.from(program('1.0.0')) }];
  slots.install('a', { version: '1.0.0', release: running, rollbackIndex: 1, entry: ENTRY }, files);
  record.write({ active: 'a', trial: null, rolledBack: null, failed: [] });
  return disk;
}

function check({ shop, running }: World, disk: SimulatedDisk): Promise<Offer | null> {
  return checkForRelease(
    {
      ...{ disk, trusted: `${FOLDER}/trusted`, failed: [], running },
      firstRoot: () => readFileSync(shop.repository.rootFile()),
      home: { version: '1.0.0', rollbackIndex: 1, hardware: 'TILL_T1' },
    },
    new FolderSource(shop.repositoryFolder),
    signal,
  );
}

/** What the launcher does; the version that starts. Throws when nothing whole does. */
function boot(disk: SimulatedDisk): string {
  const { record, slots } = open(disk);
  const next = nextStart(record.read(), (slot) => slots.installed(slot) !== null);
  assert.ok(next !== null, 'nothing could be started');
  if (next.record !== null) record.write(next.record);
  const bytes = Buffer.from(disk.read(`${slots.folderOf(next.slot)}/${ENTRY}`)).toString();
  const version = slots.installed(next.slot)?.version ?? '';
  assert.is(bytes, program(version), `the program of slot ${next.slot} is whole`);
  return version;
}

const standing = (disk: SimulatedDisk): BootState => {
  return open(disk).record.read() ?? { active: 'a', trial: null, rolledBack: null, failed: [] };
};

/** From the download to the confirmation, with the start between. */
async function upgrade({ shop }: World, disk: SimulatedDisk, offer: Offer): Promise<void> {
  const { record, slots } = open(disk);
  const layout = await fetchRelease(
    {
      download: { disk, clock, folder: `${FOLDER}/download`, bytesPerSecond: null, onProgress: () => undefined },
      running: () => Promise.resolve(slots.content('a')),
      onNoPatch: (reason) => assert.unreachable(reason),
    },
    offer,
    new FolderSource(shop.repositoryFolder),
    signal,
  );
  const { version, entry, files } = readLayout(layout);
  slots.install('b', { version, release: offer.sha256, rollbackIndex: 1, entry }, files);
  const limits = { boots: 0, attempts: 3, deadlineMs: 1000, provesGateway: true };
  record.write({ ...standing(disk), trial: { slot: 'b', version, release: offer.sha256, ...limits } });
  boot(disk);
  record.write(confirmed(standing(disk)));
}

for (const way of ['patch', 'whole'] as const) {
  test(`an upgrade by ${way}: whatever call the power goes in, a whole release starts, and the next attempt succeeds`, async (world) => {
    const offer = way === 'patch' ? world.offer : { ...world.offer, patch: null };
    const uncut = delivered(world);
    const before = uncut.calls;
    await upgrade(world, uncut, offer);
    const calls = uncut.calls - before;
    assert.is(boot(uncut), '1.1.0');
    assert.ok(calls > 30, `${calls} calls`);
    for (let at = 1; at <= calls; at++) {
      const disk = delivered(world);
      disk.losePowerAt(at);
      let isCut = false;
      await upgrade(world, disk, offer).catch(() => (isCut = true));
      assert.ok(isCut, `call ${at}`);
      disk.powerCut(new SeededRandom(at));
      const version = boot(disk);
      assert.ok(['1.0.0', '1.1.0'].includes(version), `cut ${at}: ${version}`);
      if (standing(disk).active === 'a' && standing(disk).trial === null) await upgrade(world, disk, offer);
      else open(disk).record.write(confirmed(standing(disk)));
      assert.is(boot(disk), '1.1.0', `after cut ${at}`);
    }
  });
}

test('whatever call of the metadata store the power goes in, the next check verifies and finds the release', async (world) => {
  const uncut = delivered(world);
  const before = uncut.calls;
  await check(world, uncut);
  const calls = uncut.calls - before;
  assert.ok(calls > 20, `${calls} calls`);
  for (let at = 1; at <= calls; at++) {
    const disk = delivered(world);
    disk.losePowerAt(at);
    await check(world, disk).catch(() => undefined);
    disk.powerCut(new SeededRandom(at));
    assert.is(boot(disk), '1.0.0');
    assert.is((await check(world, disk))?.facts.version, '1.1.0', `after cut ${at}`);
  }
});

test.run();
