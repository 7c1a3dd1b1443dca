import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Log } from '../../../actors/log.ts';
import { openUpgrade } from '../../../bin/start/open-upgrade.ts';
import { loadConfig } from '../../../config/load-config.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';

const test = suite('bin/start/open-upgrade');

const BOX = {
  TILL_SN: 'TILL_T1_000001',
  TILL_UPGRADE_FOLDER: '/upgrade',
  TILL_UPGRADE_ROOT_FILE: '/root.json',
  TILL_UPGRADE_URL: 'https://releases.example',
};

function opened(environment: Readonly<Record<string, string>>, { slot = 'a', isInFleet = false } = {}) {
  const { config } = loadConfig({ file: null, environment: { ...BOX, ...environment }, workingDirectory: '/box' });
  const restarts: string[] = [];
  const warnings: string[] = [];
  const log = { warn: (_: object, words: string) => void warnings.push(words) } as unknown as Log;
  const restart = (what: string): void => void restarts.push(what);
  const part = openUpgrade({ config, disk: new SimulatedDisk(), log, slot, restart, isInFleet });
  return part.then((upgrade) => ({ upgrade, restarts, warnings }));
}

test('a box with two folders restarts its process, one with RAUC the machine', async () => {
  const slots = await opened({});
  assert.equal([slots.upgrade?.installer.format, slots.upgrade?.installer.slot], ['files', 'a']);
  slots.upgrade?.restart();
  assert.equal(slots.restarts, ['process']);
  const rauc = await opened({ TILL_UPGRADE_INSTALLER: 'rauc' }, { slot: '' });
  assert.equal([rauc.upgrade?.installer.format, rauc.warnings], ['raucb', []], 'RAUC needs no launcher');
  rauc.upgrade?.restart();
  assert.equal(rauc.restarts, ['machine']);
});

test('without the launcher there are no folders to install in, and that is said', async () => {
  const { upgrade, warnings } = await opened({}, { slot: '' });
  assert.is(upgrade, undefined);
  assert.equal(warnings, ['no upgrades: the terminal was not started by the launcher']);
});

test('a terminal of a fleet takes no looks of its own, unless its configuration says so', async () => {
  const hour = { TILL_UPGRADE_CHECK_MS: '3600000' };
  assert.is((await opened(hour)).upgrade?.checkMs, 3_600_000);
  assert.is((await opened(hour, { isInFleet: true })).upgrade?.checkMs, null);
  const always = { ...hour, TILL_UPGRADE_CHECK: 'always' };
  assert.is((await opened(always, { isInFleet: true })).upgrade?.checkMs, 3_600_000);
});

test.run();
