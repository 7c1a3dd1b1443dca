import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FolderSource } from '../../../actors/upgrade/folder-source.ts';
import { checkForRelease, type Offer } from '../../../actors/upgrade/release-check.ts';
import { fetchRelease } from '../../../actors/upgrade/release-fetch.ts';
import { readLayout, type ReleasePackage } from '../../../actors/upgrade/release-package.ts';
import { applyPatch, makePatch } from '../../../actors/upgrade/release-patch.ts';
import type { ReleaseSource } from '../../../actors/upgrade/release-source.ts';
import { buildRelease } from '../../../deploy/release/release-tasks.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';

interface World {
  shop: ReleaseWorkshop;
  older: ReleasePackage;
  offer: Offer;
}

const test = suite<World>('actors/upgrade/release-fetch');

const ENTRY = 'till-terminal.cjs';
const signal = new AbortController().signal;
/** Text that does not pack away by itself. */
const program = (version: string): Buffer => {
  const lines = Array.from({ length: 4000 }, (_, at) => `const v${at}=${(at * 2_654_435_761) % 4_294_967_296};`);
  return Buffer.from(`${lines.join('\n')}\nconst version='${version}';`);
};

test.before.each(async (world) => {
  const shop = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-fetch-')));
  const words = { rollbackIndex: 1, hw: ['*'], minFrom: null, notes: '' };
  const built = join(shop.folder, 'built.d');
  const { mkdirSync } = await import('node:fs');
  mkdirSync(built);
  for (const [version, from] of [
    ['1.0.0', []],
    ['1.1.0', ['1.0.0']],
  ] as const) {
    writeFileSync(join(built, ENTRY), program(version));
    buildRelease(shop.repository, built, { ...words, version }, from);
    shop.signAll();
    shop.publish();
  }
  world.shop = shop;
  world.older = { version: '1.0.0', entry: ENTRY, files: [{ path: ENTRY, bytes: program('1.0.0') }] };
  const running = shop.repository.releases().find(({ facts }) => facts.version === '1.0.0')?.sha256 ?? '';
  const offer = await checkForRelease(
    {
      ...{ disk: new NodeDisk(), trusted: join(shop.folder, 'trusted'), failed: [], running },
      firstRoot: () => readFileSync(shop.repository.rootFile()),
      home: { version: '1.0.0', rollbackIndex: 1, hardware: 'TILL_T1' },
    },
    new FolderSource(shop.repositoryFolder),
    signal,
  );
  if (offer === null) throw new Error('no offer');
  world.offer = offer;
});
test.after.each(({ shop }) => rmSync(shop.folder, { recursive: true, force: true }));

async function fetched(
  { shop, offer }: World,
  running: ReleasePackage | null,
  change: (name: string) => string = (n) => n,
) {
  const asked: string[] = [];
  const told: string[] = [];
  const real = new FolderSource(shop.repositoryFolder);
  const source: ReleaseSource = {
    words: 'a folder that is watched',
    close: () => Promise.resolve(),
    read: (name, bytesMax) => real.read(name, bytesMax, signal),
    open: (name, from) => {
      asked.push(name.includes('.patch') ? 'patch' : 'whole');
      return real.open(change(name), from, signal);
    },
  };
  const download = {
    ...{ disk: new NodeDisk(), clock: new SystemClock(), folder: join(shop.folder, 'download') },
    ...{ bytesPerSecond: null, onProgress: () => undefined },
  };
  const options = {
    download,
    running: () => Promise.resolve(running),
    onNoPatch: (reason: string) => void told.push(reason),
  };
  return { layout: await fetchRelease(options, offer, source, signal), asked, told };
}

test('a terminal that runs an earlier release fetches the patch alone, a hundredth of the whole', async (world) => {
  const { layout, asked, told } = await fetched(world, world.older);
  assert.equal([readLayout(layout).version, asked, told], ['1.1.0', ['patch'], []]);
  assert.ok((world.offer.patch?.length ?? Infinity) < world.offer.length / 50, `${world.offer.patch?.length} bytes`);
});

test('a patch against anything but what runs is of no use: the whole release comes instead', async (world) => {
  const changed = { ...world.older, files: [{ path: ENTRY, bytes: program('1.0.0-x') }] };
  const { layout, asked, told } = await fetched(world, changed);
  assert.equal([readLayout(layout).version, asked], ['1.1.0', ['patch', 'whole']]);
  assert.is(told.length, 1);
  const unknown = await fetched(world, null);
  assert.equal(unknown.told, ['what runs cannot be read back']);
});

test('a patch that is gone from the server, or was changed on it, costs nothing but the whole release', async (world) => {
  const gone = await fetched(world, world.older, (name) => name.replace('.patch', '.none'));
  assert.equal(gone.asked, ['patch', 'whole']);
  const { shop, offer } = world;
  const file = join(shop.repositoryFolder, `targets/${offer.patch?.sha256}.${offer.patch?.path}`);
  const bytes = readFileSync(file);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const tampered = await fetched(world, world.older);
  assert.match(tampered.told[0] ?? '', /not the release that was signed/);
  assert.is(readLayout(tampered.layout).version, '1.1.0');
});

test('a patch gives exactly what was signed, or nothing', () => {
  const [older, newer] = [program('1'), program('2')];
  const patch = makePatch(older, newer);
  assert.throws(() => applyPatch(older, patch, '00'.repeat(32)), /does not give the release that was signed/);
  assert.throws(() => applyPatch(newer.subarray(100), patch, '00'.repeat(32)));
});

test.run();
