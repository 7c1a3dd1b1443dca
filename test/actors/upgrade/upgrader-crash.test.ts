import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crash, watchCharts } from '../../support/chart-places.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';
import { UpgraderBench } from '../../support/upgrader-bench.ts';

const test = suite('actors/upgrade/upgrader-crash');

async function withStaged(use: (bench: UpgraderBench) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'till-upgrader-crash-'));
  const shop = new ReleaseWorkshop(folder);
  const root = join(folder, 'root.json');
  copyFileSync(shop.repository.rootFile(), root);
  shop.release('1.1.0');
  const bench = new UpgraderBench(folder, { source: shop.repositoryFolder, root });
  try {
    assert.is((await bench.ask()).step, 'staged');
    await use(bench);
  } finally {
    bench.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills the upgrade's chart in that state; gives what ends it. */
function crashIn(state: string): () => void {
  return watchCharts((actor) => {
    if ((actor.getSnapshot() as { value?: unknown }).value === state) crash(actor, new Error('planted'));
  });
}

test('a chart that crashes between switch and restart calls the switch off before it says that it failed', async () => {
  await withStaged(async (bench) => {
    const unwatch = crashIn('restarting');
    bench.isIdle = true;
    await bench.until(() => bench.facts.at(-1)?.step === 'failed');
    unwatch();
    assert.is(bench.facts.at(-1)?.reason, 'crashed');
    assert.is(bench.boot.read()?.trial, null, 'the next start is no trial that nobody waits for');
  });
});

test('a disk that takes no boot record is tried once a second, not as fast as it answers', async () => {
  await withStaged(async (bench) => {
    let writes = 0;
    bench.boot.write = () => {
      writes += 1;
      throw new Error('EROFS: read-only');
    };
    bench.isIdle = true;
    const from = bench.looks;
    await bench.until(() => writes >= 2);
    assert.is(writes, 2);
    assert.ok(bench.looks - from <= 6, `${bench.looks - from} looks at the counter for two attempts`);
    assert.is(bench.restarts, 0);
  });
});

test.run();
