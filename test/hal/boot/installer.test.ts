import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PROVEN_STARTS } from '../../../domain/boot-state.ts';
import { SlotsBox, type InstallerBox } from '../../support/installer-boxes.ts';
import { FakeRaucBox, RealRaucBox, whyNoRauc } from '../../support/rauc-boxes.ts';

/**
 * What every installer does, whatever it installs: two folders that the launcher starts, and systems that RAUC writes and a boot loader
 * starts. RAUC is tried as a fake with the answers of the real program, and as the program itself where bundles can be mounted.
 */
const NEXT = { version: '2.0.0', release: 'f00d'.repeat(16), rollbackIndex: 4 };
const TERMS = { attempts: 3, deadlineMs: 60_000, provesGateway: true };

const boxes: Readonly<Record<string, () => Promise<InstallerBox>>> = {
  slots: () => Promise.resolve(new SlotsBox()),
  'rauc (fake)': () => Promise.resolve(new FakeRaucBox()),
  ...(whyNoRauc() === null && { rauc: () => RealRaucBox.open() }),
};

const refused = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was refused';
};

async function stage(box: InstallerBox): Promise<void> {
  await box.installer.begin();
  await box.installer.stage(NEXT, await box.payload(NEXT.version));
}

/** A box that runs the next release on trial. */
async function onTrial(box: InstallerBox): Promise<void> {
  await stage(box);
  await box.installer.beginTrial(NEXT, TERMS);
  await box.restart();
}

for (const [name, open] of Object.entries(boxes)) {
  const test = suite<{ box: InstallerBox }>(`hal/boot/installer, ${name}`);
  test.before.each(async (world) => {
    world.box = await open();
  });
  test.after.each(({ box }) => box.close());

  test('a box as delivered runs its release and knows of no other', async ({ box }) => {
    assert.equal(await box.installer.begin(), { kind: 'rest' });
    const { release, rollbackIndex, failed, mustReachGateway } = await box.installer.installed();
    assert.equal([release, rollbackIndex, failed, mustReachGateway], [null, 0, [], false]);
    assert.is(box.running, '1.0.0');
  });

  test('a release that passed its test once gets more starts, and not without end', async ({ box }) => {
    await onTrial(box);
    const goesOn = async (): Promise<boolean> => {
      const begun = await box.installer.begin();
      return begun.kind === 'trial' && !begun.isSpent;
    };
    let starts = 0;
    while (await goesOn()) {
      starts++;
      assert.is(box.running, NEXT.version, `start ${starts}`);
      await box.installer.proven();
      await box.restart();
    }
    assert.is(starts, PROVEN_STARTS);
  });

  test('what is staged waits: whatever restarts the box, it runs on as before', async ({ box }) => {
    await stage(box);
    for (let start = 0; start < 5; start++) {
      await box.restart();
      assert.equal(await box.installer.begin(), { kind: 'rest' });
      assert.is(box.running, '1.0.0');
    }
  });

  test('a trial that is confirmed is what runs from then on', async ({ box }) => {
    await onTrial(box);
    assert.is(box.running, '2.0.0');
    assert.equal(await box.installer.begin(), {
      ...{ kind: 'trial', version: '2.0.0', isSpent: false, deadlineMs: 60_000 },
    });
    assert.is((await box.installer.installed()).mustReachGateway, true);
    await box.installer.confirm();
    for (let start = 0; start < 5; start++) {
      await box.restart();
      assert.equal(await box.installer.begin(), { kind: 'rest' });
      assert.is(box.running, '2.0.0');
    }
    const { release, rollbackIndex, mustReachGateway } = await box.installer.installed();
    assert.equal([release, rollbackIndex, mustReachGateway], [NEXT.release, 4, false]);
  });

  test('a trial that is given up goes back, and the earlier release tells why until it was told', async ({ box }) => {
    await onTrial(box);
    await box.installer.begin();
    await box.installer.rollBack({ reason: 'gateway', why: 'no domain answers' });
    await box.restart();
    assert.is(box.running, '1.0.0');
    const gone = { kind: 'rolledBack', version: '2.0.0', reason: 'gateway', why: 'no domain answers' };
    assert.equal(await box.installer.begin(), gone);
    await box.restart();
    assert.equal(await box.installer.begin(), gone);
    await box.installer.forgetRollback();
    await box.restart();
    assert.equal(await box.installer.begin(), { kind: 'rest' });
    assert.equal((await box.installer.installed()).failed, [NEXT.release]);
  });

  test('a trial that is never confirmed has three starts; then the earlier release runs and tells of it', async ({
    box,
  }) => {
    await onTrial(box);
    let starts = 0;
    for (; box.running === '2.0.0' && starts < 10; starts++) await box.restart();
    assert.is(starts, 3);
    const start = await box.installer.begin();
    assert.equal([start.kind, start.kind === 'rolledBack' && start.version], ['rolledBack', '2.0.0']);
    assert.equal((await box.installer.installed()).failed, [NEXT.release]);
  });

  test('a trial that is called off before the restart was none', async ({ box }) => {
    await stage(box);
    await box.installer.beginTrial(NEXT, TERMS);
    await box.installer.callOff();
    await box.restart();
    assert.equal(await box.installer.begin(), { kind: 'rest' });
    assert.is(box.running, '1.0.0');
    assert.equal((await box.installer.installed()).failed, []);
  });

  test('after a release that was given up the next one comes through', async ({ box }) => {
    await onTrial(box);
    await box.installer.begin();
    await box.installer.rollBack({ reason: null, why: 'too slow' });
    await box.restart();
    await box.installer.begin();
    const better = { version: '2.0.1', release: 'beef'.repeat(16), rollbackIndex: 4 };
    await box.installer.stage(better, await box.payload('2.0.1'));
    await box.installer.beginTrial(better, TERMS);
    await box.restart();
    assert.is((await box.installer.begin()).kind, 'trial');
    await box.installer.confirm();
    await box.restart();
    assert.is(box.running, '2.0.1');
    assert.equal((await box.installer.installed()).failed, [NEXT.release]);
  });

  test('what is not whole, or nothing for this box, is refused, and the box runs on', async ({ box }) => {
    await box.installer.begin();
    assert.not.match(await refused(box.installer.stage(NEXT, await box.damaged('2.0.0'))), /nothing was refused/);
    assert.match(await refused(box.installer.stage(NEXT, await box.unfit())), /2\.0\.0 is (?:files|an image)/);
    await box.restart();
    assert.equal(await box.installer.begin(), { kind: 'rest' });
    assert.is(box.running, '1.0.0');
  });

  test.run();
}
