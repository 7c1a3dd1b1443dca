import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UpgradeJobs } from '../../../actors/upgrade/upgrade-jobs.ts';
import type { FleetMemory } from '../../../config/fleet-memory.ts';
import { BootRecord } from '../../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../../hal/boot/slot-folders.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';
import { pass } from '../../support/charts.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';
import { UpgraderBench } from '../../support/upgrader-bench.ts';

/** A terminal whose link is still away when it has started the release of a job: perhaps the campaign was aborted meanwhile. */
interface World {
  folder: string;
  clock: VirtualClock;
  bench: UpgraderBench;
}

const test = suite<World>('actors/upgrade/trial-word');
const VERSION = '1.1.0';
const ENTRY = 'till-terminal.cjs';
const JOB = { job: 'j-1', ver: 1, version: VERSION, n: 7, st: 'reboot', reason: null, why: '' } as const;
const RELEASE = { version: VERSION, release: 'f00d'.repeat(16), rollbackIndex: 1, entry: ENTRY };

/** Starts slot b on trial; `job`: what the life before remembered. */
function startOnTrial(world: World, job: FleetMemory['job']): void {
  const { folder } = world;
  const [disk, upgrades] = [new NodeDisk(), join(folder, 'upgrade')];
  const shop = new ReleaseWorkshop(folder);
  const root = join(folder, 'root.json');
  copyFileSync(shop.repository.rootFile(), root);
  new SlotFolders({ disk, folder: upgrades }).install('b', RELEASE, [{ path: ENTRY, bytes: Buffer.from('1.1.0') }]);
  const terms = { boots: 3, attempts: 3, deadlineMs: 1_000_000, provesGateway: false };
  const trial = { slot: 'b', version: VERSION, release: RELEASE.release, ...terms } as const;
  new BootRecord({ disk, folder: upgrades }).write({ active: 'a', trial, rolledBack: null, failed: [] });
  let kept: FleetMemory = { version: 1, acknowledged: null, configuration: null, job, commands: [] };
  const memory = {
    current: () => kept,
    save: (changes: Partial<FleetMemory>) => {
      kept = { ...kept, ...changes };
      return Promise.resolve();
    },
  };
  const running = { slot: 'b', version: VERSION } as const;
  world.clock = new VirtualClock(1_700_000_000_000);
  world.bench = new UpgraderBench(folder, {
    ...{ source: shop.repositoryFolder, root, running, memory },
    clock: world.clock,
  });
  world.bench.isIdle = true;
}

const stepsOf = ({ bench }: World): string[] => bench.facts.map(({ step }) => step);
const say = ({ bench }: World, offered: Parameters<UpgradeJobs['take']>[0]): void =>
  bench.upgrader.jobs.take(offered, (progress) => void bench.reports.push(progress));

test.before.each((world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-trial-word-'));
});
test.after.each(({ bench, folder }) => {
  bench.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a campaign that was aborted while its terminal was out of touch is not kept: it hears of it and goes back', async (world) => {
  startOnTrial(world, JOB);
  await pass(world.clock, 600_000);
  assert.equal(stepsOf(world), ['trial'], 'ten minutes without a word are not enough');
  say(world, { job: 'j-1', ver: 2 });
  await pass(world.clock, 5000);
  const { active, trial, rolledBack } = world.bench.boot.read() ?? {};
  assert.equal([active, trial, rolledBack?.reason], ['a', null, 'withdrawn']);
  assert.is(world.bench.restarts, 1);
});

test('power that goes while the word is awaited does not end a release that passed its test: it gets more starts', async (world) => {
  startOnTrial(world, JOB);
  await pass(world.clock, 60_000);
  assert.equal(stepsOf(world), ['trial']);
  const { boots, attempts } = world.bench.boot.read()?.trial ?? {};
  assert.equal([boots, attempts], [3, 12]);
});

test('a job that still stands is kept as soon as its service has said so', async (world) => {
  startOnTrial(world, JOB);
  await pass(world.clock, 60_000);
  assert.equal(stepsOf(world), ['trial']);
  say(world, { job: 'j-1', ver: 1, doc: { target: 'till-1.1.0.zst', version: VERSION } });
  await pass(world.clock, 5000);
  assert.equal(stepsOf(world), ['trial', 'confirmed']);
  assert.is(world.bench.boot.read()?.active, 'b');
  assert.is(world.bench.reports.at(-1)?.st, 'ok');
});

test('a link that breaks again before the trial is over counts as no word', async (world) => {
  startOnTrial(world, JOB);
  say(world, { job: 'j-1', ver: 1, doc: { target: 'till-1.1.0.zst', version: VERSION } });
  world.bench.upgrader.jobs.lost();
  await pass(world.clock, 60_000);
  assert.equal(stepsOf(world), ['trial']);
});

test('a service that stays away costs no shop a good release: it is kept after a quarter of an hour', async (world) => {
  startOnTrial(world, JOB);
  await pass(world.clock, 895_000);
  assert.equal(stepsOf(world), ['trial']);
  await pass(world.clock, 10_000);
  assert.equal(stepsOf(world), ['trial', 'confirmed']);
});

const OTHERS = [
  ['nobody’s job brought', null],
  ['is not that of the remembered job', { ...JOB, version: '1.0.9' }],
  ['was kept already', { ...JOB, st: 'ok' }],
] as const;

for (const [which, job] of OTHERS) {
  test(`a release that ${which} waits for nobody`, async (world) => {
    startOnTrial(world, job);
    await pass(world.clock, 5000);
    assert.equal(stepsOf(world), ['trial', 'confirmed']);
  });
}

test.run();
