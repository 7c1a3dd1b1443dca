import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { raucStatusOf } from '../../../hal/boot/rauc-status.ts';
import { FakeRaucBox, RealRaucBox, whyNoRauc } from '../../support/rauc-boxes.ts';

const NEXT = { version: '2.0.0', release: 'f00d'.repeat(16), rollbackIndex: 4 };
const TERMS = { attempts: 3, deadlineMs: 60_000, provesGateway: true };

const test = suite<{ box: FakeRaucBox }>('hal/boot/rauc-installer');

test.before.each((world) => {
  world.box = new FakeRaucBox();
});
test.after.each(({ box }) => box.close());

const refused = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was refused';
};

test('a terminal that ended between the order and the restart of the machine has tried nothing', async ({ box }) => {
  await box.installer.begin();
  await box.installer.stage(NEXT, await box.payload('2.0.0'));
  await box.installer.beginTrial(NEXT, TERMS);
  assert.is(box.loader.primary, 'B');
  box.crash();
  assert.equal(await box.installer.begin(), { kind: 'rest' });
  assert.is(box.loader.primary, 'A', 'and the machine would start what runs');
  assert.equal((await box.installer.installed()).failed, []);
});

test('a trial whose terminal ends again and again is spent, though the machine started once', async ({ box }) => {
  await box.installer.begin();
  await box.installer.stage(NEXT, await box.payload('2.0.0'));
  await box.installer.beginTrial(NEXT, TERMS);
  await box.restart();
  const spent: unknown[] = [];
  for (let start = 0; start < 4; start++) {
    box.crash();
    const begun = await box.installer.begin();
    spent.push(begun.kind === 'trial' && begun.isSpent);
  }
  assert.equal(spent, [false, false, false, true]);
});

test('a box that would start what is staged at once is told what its system.conf must say', async ({ box }) => {
  box.rauc.activatesInstalled = true;
  await box.installer.begin();
  const why = await refused(box.installer.stage(NEXT, await box.payload('2.0.0')));
  assert.match(why, /system\.conf must say activate-installed=false/);
  assert.is(box.loader.primary, 'A');
});

test('a bundle that calls itself otherwise than the signed metadata is not taken', async ({ box }) => {
  await box.installer.begin();
  assert.match(await refused(box.installer.stage(NEXT, await box.payload('1.9.0'))), /calls itself 1\.9\.0/);
});

test('an image that somebody else wrote is one of which nothing is known', async ({ box }) => {
  await box.installer.begin();
  await box.installer.stage(NEXT, await box.payload('2.0.0'));
  await box.installer.beginTrial(NEXT, TERMS);
  await box.restart();
  await box.installer.confirm();
  const other = await box.payload('3.0.0');
  assert.ok(other.format === 'raucb');
  await box.rauc.run(['install', other.path]);
  await box.rauc.run(['status', 'mark-active', 'other']);
  await box.restart();
  assert.is(box.running, '3.0.0');
  const { release, rollbackIndex } = await box.installer.installed();
  assert.equal([release, rollbackIndex], [null, 0]);
});

test('without the service of RAUC the reason is told, and nothing else happens', async ({ box }) => {
  box.rauc.isUp = false;
  const absent = /rauc status.*GetSlotStatus.*de\.pengutronix\.rauc was not provided/;
  assert.match(await refused(box.installer.begin()), absent);
  assert.match(await refused(box.installer.installed()), absent);
});

test('a signature that is wrong is told in the words of RAUC', async ({ box }) => {
  await box.installer.begin();
  const why = await refused(box.installer.stage(NEXT, await box.damaged('2.0.0')));
  assert.is(why, 'rauc install: signature verification failed: error:1700009E:CMS routines::verification failure');
});

test('an answer that is no status is refused with what is missing', () => {
  const status = (slots: object[]) => JSON.stringify({ booted: 'A', boot_primary: 'rootfs.0', slots });
  const slot = (state: string, more: object = {}) => ({ class: 'rootfs', bootname: 'A', state, ...more });
  assert.throws(() => raucStatusOf('rauc: command not found'), /no JSON/);
  assert.throws(() => raucStatusOf('[]'), /does not know which system runs/);
  assert.throws(() => raucStatusOf(status([{ 'rootfs.0': slot('inactive') }])), /does not know which system runs/);
  assert.throws(() => raucStatusOf(status([{ 'rootfs.0': slot('booted') }])), /rauc has 1 systems .* two are needed/);
  const rescue = { 'rescue.0': { class: 'rescue', bootname: 'R', state: 'inactive' } };
  const read = raucStatusOf(status([rescue, { 'rootfs.1': slot('inactive') }, { 'rootfs.0': slot('booted') }]));
  assert.equal([read.booted, read.primary, read.slots.b.name], ['a', 'a', 'rootfs.1']);
});

/** From the staging to the confirmation, with the start of the machine between. */
async function upgrade(box: FakeRaucBox): Promise<void> {
  await box.installer.begin();
  await box.installer.stage(NEXT, await box.payload('2.0.0'));
  await box.installer.beginTrial(NEXT, TERMS);
  await box.restart();
  if ((await box.installer.begin()).kind === 'trial') await box.installer.confirm();
}

/** A box whose power goes in one of the calls to its disk or to RAUC; `calls` counts those of a run that is not cut. */
async function cutAt(nth: number | null): Promise<{ readonly box: FakeRaucBox; readonly calls: number }> {
  const disk = new SimulatedDisk();
  const box = new FakeRaucBox(disk);
  let raucCalls = 0;
  const before = disk.calls;
  if (nth !== null) {
    box.onCall = () => {
      raucCalls++;
      if (disk.calls - before + raucCalls >= nth) throw new Error('the power is gone');
    };
    disk.losePowerAt(nth);
  } else box.onCall = () => void raucCalls++;
  const isWhole = await upgrade(box).then(
    () => true,
    () => false,
  );
  const calls = disk.calls - before + raucCalls;
  if (nth === null) assert.ok(isWhole);
  else disk.powerCut(new SeededRandom(nth));
  box.onCall = () => undefined;
  return { box, calls };
}

test('whatever call to the disk or to RAUC the power goes in, a whole system starts, and the next attempt succeeds', async () => {
  const uncut = await cutAt(null);
  await uncut.box.close();
  assert.ok(uncut.calls > 40, `${uncut.calls} calls`);
  for (let nth = 1; nth <= uncut.calls; nth++) {
    const { box } = await cutAt(nth);
    await box.restart();
    assert.ok(['1.0.0', '2.0.0'].includes(box.running), `cut ${nth}: ${box.running}`);
    const { kind } = await box.installer.begin();
    if (kind === 'trial') await box.installer.confirm();
    else if (box.running === '1.0.0') await upgrade(box);
    await box.restart();
    assert.is(box.running, '2.0.0', `after cut ${nth}`);
    assert.is((await box.installer.begin()).kind, 'rest', `after cut ${nth}`);
    await box.close();
  }
});

const whyNot = whyNoRauc();
if (whyNot !== null) process.stderr.write(`rauc itself is not tried here, only its fake: ${whyNot}\n`);
else {
  test('RAUC itself refuses the bundle format that is not verity, and a box that starts what is staged is told', async () => {
    const box = await RealRaucBox.open({ activatesInstalled: true });
    try {
      assert.match(box.info(box.bundle('2.0.0', 'plain')), /Bundle format 'plain' not allowed/);
      assert.match(box.info(box.bundle('2.0.0', 'verity')), /"version":"2\.0\.0"/);
      await box.installer.begin();
      const why = await refused(box.installer.stage(NEXT, await box.payload('2.0.0')));
      assert.match(why, /activate-installed=false/);
      assert.is(box.loader.primary, 'A');
    } finally {
      await box.close();
    }
  });
}

test.run();
