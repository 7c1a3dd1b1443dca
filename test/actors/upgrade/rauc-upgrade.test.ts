import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PublishedRelease } from '../../../deploy/release/repository.ts';
import { FakeRaucBox } from '../../support/rauc-boxes.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';
import { UpgraderBench } from '../../support/upgrader-bench.ts';

/** A release that is published as files and as a RAUC bundle, and the real upgrader of a box whose systems RAUC installs. */
interface World {
  folder: string;
  shop: ReleaseWorkshop;
  rauc: FakeRaucBox;
  bench: UpgraderBench;
}

const test = suite<World>('actors/upgrade/rauc-upgrade');

test.before.each(async (world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-rauc-upgrade-'));
  world.shop = new ReleaseWorkshop(world.folder);
  const root = join(world.folder, 'root.json');
  copyFileSync(world.shop.repository.rootFile(), root);
  world.rauc = new FakeRaucBox();
  world.shop.add('2.0.0');
  await world.shop.addBundle(world.rauc, '2.0.0');
  world.shop.signAll();
  world.shop.publish();
  const source = world.shop.repositoryFolder;
  world.bench = new UpgraderBench(world.folder, { source, root, installer: world.rauc.installer });
});
test.after.each(async ({ bench, rauc, folder }) => {
  bench.close();
  await rauc.close();
  rmSync(folder, { recursive: true, force: true });
});

const published = ({ shop }: World, path: string): PublishedRelease => {
  const found = shop.repository.releases().find((release) => release.path === path);
  if (found === undefined) throw new Error(`there is no ${path}`);
  return found;
};

test('a box with RAUC takes the bundle of a release, never its files, and starts it when nobody is served', async (world) => {
  const { bench, rauc } = world;
  assert.is((await bench.ask()).step, 'staged');
  const { sha256 } = published(world, 'till-2.0.0.raucb');
  const installed = rauc.rauc.calls.filter((call) => call.startsWith('install '));
  assert.equal(installed, [`install ${join(world.folder, 'upgrade/download', `${sha256}.part`)}`]);
  assert.is(rauc.loader.primary, 'A', 'what is staged waits');
  bench.isIdle = true;
  await bench.until(() => bench.restarts === 1);
  assert.is(rauc.loader.primary, 'B');
  await rauc.restart();
  assert.is(rauc.running, '2.0.0');
});

test('a customer who comes while the boot loader is told is served first', async ({ bench, rauc }) => {
  assert.is((await bench.ask()).step, 'staged');
  rauc.onCall = (words) => {
    if (words === 'status mark-active rootfs.1') bench.isIdle = false;
  };
  bench.isIdle = true;
  const calledOff = 'status mark-active booted';
  await bench.until(() => rauc.rauc.calls.includes(calledOff));
  await bench.until(() => rauc.rauc.calls.at(-1) !== calledOff);
  assert.is(rauc.loader.primary, 'A');
  assert.is(bench.restarts, 0);
  rauc.onCall = () => undefined;
  bench.isIdle = true;
  await bench.until(() => bench.restarts === 1);
  assert.is(rauc.loader.primary, 'B');
});

test('a job that approved the files of a version does not bring its bundle', async (world) => {
  const { bench, rauc } = world;
  const { sha256 } = published(world, 'till-2.0.0.zst');
  const last = await bench.job('j-1', { version: '2.0.0', sha256 });
  assert.equal([last?.st, last?.why], ['rejected', 'the signed release 2.0.0 is not the one that was approved']);
  assert.not.ok(rauc.rauc.calls.some((call) => call.startsWith('install')));
  const bundle = published(world, 'till-2.0.0.raucb');
  assert.is((await bench.job('j-2', { version: '2.0.0', sha256: bundle.sha256 }))?.st, 'wait');
});

test('a version that is published as files only is nothing for a box with RAUC', async (world) => {
  world.shop.release('2.1.0');
  const { step, why } = await world.bench.ask('2.1.0');
  assert.equal([step, why], ['refused', '2.1.0 is files, and this box takes RAUC bundles']);
});

test.run();
