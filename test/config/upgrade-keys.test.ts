import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfig } from '../../config/load-config.ts';
import { hardwareOf, ownCheckMs, windowOf } from '../../config/upgrade-keys.ts';

const test = suite('config/upgrade-keys');

const load = (environment: Readonly<Record<string, string>>) =>
  loadConfig({ file: null, environment: { TILL_SN: 'TILL_T1_000001', ...environment }, workingDirectory: '/box' })
    .config.upgrade;

test('paths start at the working directory, and nothing is upgraded without a folder', () => {
  const upgrade = load({
    TILL_UPGRADE_FOLDER: 'up',
    TILL_UPGRADE_ROOT_FILE: 'root.json',
    TILL_UPGRADE_MEDIA: '/stick',
  });
  assert.equal([upgrade.folder, upgrade.rootFile, upgrade.media], ['/box/up', '/box/root.json', '/stick']);
  assert.is(load({}).folder, null);
});

test('what does not fit together is named', () => {
  assert.throws(() => load({ TILL_UPGRADE_URL: 'https://x.example' }), /upgrade.folder: is required/);
  assert.throws(() => load({ TILL_UPGRADE_FOLDER: 'up' }), /upgrade.rootFile: is required/);
  assert.throws(() => load({ TILL_UPGRADE_URL: 'http://x.example' }), /must be https/);
  assert.throws(() => load({ TILL_UPGRADE_WINDOW: '25:00-03:00' }), /must be like 02:00-05:00/);
});

test('a terminal of a fleet waits for its jobs, unless it is told to look by itself', () => {
  const url = { TILL_UPGRADE_FOLDER: 'up', TILL_UPGRADE_ROOT_FILE: 'root.json', TILL_UPGRADE_URL: 'https://x.example' };
  const inFleetAndAlone = (check: object) => {
    const upgrade = load({ ...url, TILL_UPGRADE_CHECK_MS: '5000', ...check });
    return [ownCheckMs(upgrade, true), ownCheckMs(upgrade, false)];
  };
  assert.equal(inFleetAndAlone({}), [null, 5000]);
  assert.equal(inFleetAndAlone({ TILL_UPGRADE_CHECK: 'always' }), [5000, 5000]);
  assert.equal(inFleetAndAlone({ TILL_UPGRADE_CHECK: 'never' }), [null, null]);
  assert.is(ownCheckMs({ ...load(url), check: 'always', url: null }, false), null, 'there is no server to look at');
  assert.throws(() => load({ ...url, TILL_UPGRADE_CHECK: 'sometimes' }), /must be alone, always or never/);
});

test('the window is minutes of the day, and the hardware the first two parts of the serial number', () => {
  assert.equal(windowOf({ window: '22:30-05:00' }), { from: 1350, to: 300 });
  assert.is(windowOf({ window: null }), null);
  assert.is(hardwareOf({ hardware: null }, 'TILL_T1_000001'), 'TILL_T1');
  assert.is(hardwareOf({ hardware: 'BOX_9' }, 'TILL_T1_000001'), 'BOX_9');
});

test.run();
