import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';
import { UpgraderBench } from '../../support/upgrader-bench.ts';

/** A terminal whose link breaks while a release of its fleet is staged: the operator may have changed his mind meanwhile. */
interface World {
  folder: string;
  bench: UpgraderBench;
}

const test = suite<World>('actors/upgrade/out-of-touch');
/** Several times as long as the upgrader looks at the counter again: what it would do by then is done. */
const LOOKS = 3;

test.before.each(async (world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-out-of-touch-'));
  const shop = new ReleaseWorkshop(world.folder);
  const root = join(world.folder, 'root.json');
  copyFileSync(shop.repository.rootFile(), root);
  shop.release('1.1.0');
  world.bench = new UpgraderBench(world.folder, { source: shop.repositoryFolder, root });
  assert.is((await world.bench.job('j-1', { version: '1.1.0' }))?.st, 'wait');
  world.bench.upgrader.jobs.lost();
  world.bench.isIdle = true;
});
test.after.each(({ bench, folder }) => {
  bench.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves when the upgrader has looked at the counter so often. */
async function looks(bench: UpgraderBench, times: number): Promise<void> {
  const from = bench.looks;
  await bench.until(() => bench.looks >= from + times);
}

test('a job that is taken back while its terminal is off-line is not started before the terminal hears of it', async ({
  bench,
}) => {
  await looks(bench, LOOKS);
  assert.equal([bench.restarts, bench.boot.read()], [0, null], 'nobody is served, but the service is out of reach');
  bench.upgrader.jobs.take({ job: 'j-1', ver: 2 }, (progress) => void bench.reports.push(progress));
  assert.is(bench.reports.at(-1)?.st, 'withdrawn');
  await bench.until(() => bench.upgrader.shown().phase === 'resting');
  assert.equal([bench.restarts, bench.boot.read()], [0, null]);
  assert.equal(bench.due, ['1.1.0', null], 'the counter was told of it, and that it is over');
});

test('a job that still stands when the link is back goes on', async ({ bench }) => {
  await looks(bench, LOOKS);
  const doc = { target: 'till-1.1.0.zst', version: '1.1.0' };
  bench.upgrader.jobs.take({ job: 'j-1', ver: 1, doc }, (progress) => void bench.reports.push(progress));
  await bench.until(() => bench.restarts === 1);
  assert.is(bench.boot.read()?.trial?.version, '1.1.0');
});

test('what the cashier asks for waits for no service', async ({ bench }) => {
  bench.isIdle = false;
  assert.ok(bench.upgrader.withdraw({ reason: null, why: 'another way' }));
  assert.is((await bench.ask()).step, 'staged');
  bench.isIdle = true;
  await bench.until(() => bench.restarts === 1);
});

test.run();
