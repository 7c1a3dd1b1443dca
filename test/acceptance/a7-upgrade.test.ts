import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { PackedFile } from '../../actors/upgrade/release-package.ts';
import { suite } from '../support/scenarios.ts';
import { BROKEN, FIRST, ReleaseShelf, SECOND, UpgradeBench } from '../support/upgrade-bench.ts';

/** Later than any other release of this file. */
const LATER = '1.3.7001';
const LATER_FACT = 'UPGRADE_NEXT';

const test = suite<{ shelf: ReleaseShelf; bench: UpgradeBench | null }>('acceptance/a7-upgrade');

test.before(async (world) => {
  world.shelf = await ReleaseShelf.stock();
});
test.after(({ shelf }) => {
  shelf.clear();
});
test.before.each((world) => {
  world.bench = null;
});
test.after.each(async ({ bench }) => {
  await bench?.close();
});

const chargedOnce = (bench: UpgradeBench, orders: readonly string[]): void => {
  for (const order of orders) assert.is(bench.bench.truth(order)?.charges, 1, order);
};

test('A7 on-line: release 1 pays, release 2 is downloaded over HTTPS while it pays, tried, kept, and pays', async (world) => {
  const bench = await UpgradeBench.start(world.shelf, ({ url }) => ({
    'upgrade.url': url,
    'upgrade.bytesPerSecond': 2_000_000,
  }));
  world.bench = bench;
  const orders = [await bench.sell('1.01')];
  await bench.ask('1');
  await bench.says(SECOND);
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
  orders.push(await bench.sell('1.02'));
  await bench.ready(SECOND);
  await bench.terminal.screen('idle');
  await bench.step('confirmed');
  await bench.terminal.voice('升级成功');
  orders.push(await bench.sell('1.03'));
  chargedOnce(bench, orders);
  const { journal } = await bench.terminal.dump();
  const steps = journal.flatMap((fact) => (fact.type === 'UPGRADE' ? [fact['step']] : []));
  assert.equal(steps, ['offered', 'staged', 'switching', 'trial', 'confirmed']);
});

test('A7 off-line: release 2 comes from a stick, without any server of releases, and pays', async (world) => {
  const media = world.shelf.copy('stick');
  const later = { 'upgrade.laterMs': 2000, 'upgrade.laterTimes': 1 };
  const bench = await UpgradeBench.start(world.shelf, () => ({ 'upgrade.media': media, ...later }));
  world.bench = bench;
  const orders = [await bench.sell('2.01')];
  await bench.ask('2');
  await bench.says('3 稍后启用');
  bench.terminal.press('3', 'cancel');
  const note = await bench.terminal.screen('idle');
  assert.ok(String(note.lines).includes(`新版 ${SECOND} 待启用`), String(note.lines));
  await bench.ready(SECOND);
  await bench.terminal.screen('idle');
  await bench.step('confirmed');
  orders.push(await bench.sell('2.02'));
  chargedOnce(bench, orders);
  assert.equal(bench.server.requests, []);
});

test('A7 a release that was tampered with on the stick is refused, and release 1 pays on', async (world) => {
  const media = world.shelf.copy('bad-stick');
  const [name = ''] = readdirSync(join(media, 'targets'));
  const bytes = readFileSync(join(media, 'targets', name));
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(join(media, 'targets', name), bytes);
  const bench = await UpgradeBench.start(world.shelf, () => ({ 'upgrade.media': media }));
  world.bench = bench;
  await bench.ask('2');
  await bench.says('未能安装');
  await bench.step('failed');
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
  chargedOnce(bench, [await bench.sell('3.01')]);
  assert.is(bench.terminal.all('ready').length, 1, 'no restart');
});

test('A7 a release that does not start is given up by itself, and release 1 pays on', async (world) => {
  const { workshop } = world.shelf;
  workshop.release(BROKEN, {
    files: [{ path: 'till-terminal.cjs', bytes: Buffer.from('throw new Error("broken");') }],
  });
  const bench = await UpgradeBench.start(world.shelf, ({ url }) => ({ 'upgrade.url': url }));
  world.bench = bench;
  const orders = [await bench.sell('4.01')];
  await bench.ask('1');
  await bench.says(BROKEN);
  bench.terminal.press('cancel');
  await bench.ready(FIRST);
  await bench.terminal.screen('idle');
  await bench.step('rolled-back');
  await bench.terminal.voice('已恢复原版本');
  orders.push(await bench.sell('4.02'));
  chargedOnce(bench, orders);
});

/** A release that writes its steps as a kind of fact that no earlier one knows, and that ends by itself before it is kept. */
function laterFiles(shelf: ReleaseShelf): readonly PackedFile[] {
  return shelf.filesOf(LATER).map((file) => {
    if (file.path !== 'till-terminal.cjs') return file;
    const program = Buffer.from(file.bytes).toString('utf8');
    const renamed = program
      .replaceAll('"UPGRADE"', `"${LATER_FACT}"`)
      .replaceAll(/\bUPGRADE:(?!\d)/g, `${LATER_FACT}:`);
    assert.is.not(renamed, program);
    return { path: file.path, bytes: Buffer.from(`setTimeout(()=>process.exit(1),3000);\n${renamed}`) };
  });
}

/** How often the later kind of fact stands in the files of the journal. */
function laterFacts({ bench }: UpgradeBench): number {
  const folder = join(bench.dataDir, 'journal');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  return texts.reduce((sum, text) => sum + text.split(LATER_FACT).length - 1, 0);
}

test('A7 a journal that a later release wrote is read by the earlier one, which pays on and keeps what it cannot read', async (world) => {
  world.shelf.workshop.release(LATER, { files: laterFiles(world.shelf) });
  const bench = await UpgradeBench.start(world.shelf, ({ url }) => ({
    'upgrade.url': url,
    'upgrade.soakMs': 60_000,
  }));
  world.bench = bench;
  const orders = [await bench.sell('5.01')];
  assert.is(laterFacts(bench), 0);
  await bench.ask('1');
  await bench.says(LATER);
  bench.terminal.press('cancel');
  await bench.ready(LATER);
  await bench.ready(FIRST);
  await bench.terminal.screen('idle');
  await bench.step('rolled-back');
  const kept = laterFacts(bench);
  assert.ok(kept > 0, 'the later release has written');
  orders.push(await bench.sell('5.02'), await bench.sell('5.03'));
  chargedOnce(bench, orders);
  const { journal } = await bench.terminal.dump();
  assert.ok(
    journal.some((fact) => String(fact.type) === LATER_FACT),
    'whoever looks into the journal still sees them',
  );
  for (const order of orders) {
    assert.ok(
      journal.some((fact) => fact.type === 'ORDER_RESULT' && fact['order'] === order && fact['outcome'] === 'paid'),
    );
  }
  assert.is(laterFacts(bench), kept, 'not one of them is gone');
});

test.run();
