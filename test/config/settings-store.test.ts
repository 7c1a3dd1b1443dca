import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSettings, type SettingsStore } from '../../config/settings-store.ts';
import type { DeviceConfiguration } from '../../domain/device-configuration.ts';
import { isFailure } from '../../domain/failure.ts';
import { Secret } from '../../domain/secret.ts';
import type { WifiNetwork } from '../../domain/wifi-network.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { openFileKeyStore } from '../../hal/key-store/file-key-store.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';

const settings = suite('config/settings-store');
const FOLDER = '/data/settings';
const KEY = 'canary-0123456789abcdef0123456789';
const failed = (error: unknown): boolean => isFailure(error, 'storage.failed');

async function open(disk: SimulatedDisk, seed = 1): Promise<SettingsStore> {
  const random = new SeededRandom(seed);
  return openSettings({
    disk,
    folder: FOLDER,
    keyStore: openFileKeyStore({ disk, path: '/data/terminal.key', random }),
    random,
  });
}

function configurationOf(id: string, changes: Partial<DeviceConfiguration> = {}): DeviceConfiguration {
  return {
    id,
    outMchId: 'sz01',
    outSubMchId: 'sub',
    outShopId: 'shop',
    orderPrefix: '10000001',
    authenType: 1,
    authenKey: new Secret(KEY + id),
    shopName: '小店',
    deviceId: 'd1',
    deviceName: '一号',
    staffId: null,
    staffName: null,
    ...changes,
  };
}

function wifiOf(ssid: string): WifiNetwork {
  return { ssid, security: 'wpa', passphrase: new Secret(`canary-${ssid}`), hidden: false };
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.unreachable('it should have failed'),
    (error: unknown) => error,
  );
}

settings('a new terminal has defaults and an installation id that stays', async () => {
  const disk = new SimulatedDisk();
  const first = (await open(disk)).current();
  assert.is(first.configuration, null);
  assert.is(first.volumePercent, 80);
  assert.match(first.installationId, /^[0-9a-f]{32}$/);
  assert.is((await open(disk, 99)).current().installationId, first.installationId);
});

settings('everything that is saved comes back after a restart, and no secret is readable on the disk', async () => {
  const disk = new SimulatedDisk();
  const store = await open(disk);
  await store.saveConfiguration(configurationOf('c1'));
  await store.setStaff('007', '小李');
  await store.setVolume(33.4);
  await store.setLocale('en');
  await store.saveWifi(wifiOf('shop'));
  await store.setRefundPin('123456');
  await store.setUpgrade({ slot: 'a' });
  const again = await open(disk, 2);
  const { configuration, staff, volumePercent, locale, refundPinSet, upgrade } = again.current();
  assert.is(configuration?.authenKey.reveal(), `${KEY}c1`);
  assert.is(configuration?.shopName, '小店');
  assert.not('sealedAuthenKey' in (configuration ?? {}));
  assert.equal(
    [staff, volumePercent, locale, refundPinSet, upgrade],
    [{ id: '007', name: '小李' }, 33, 'en', true, { slot: 'a' }],
  );
  assert.is(again.wifi().current?.passphrase?.reveal(), 'canary-shop');
  assert.equal(again.warnings, []);
  for (const name of disk.list(FOLDER)) {
    const text = Buffer.from(disk.read(`${FOLDER}/${name}`)).toString('utf8');
    assert.not.match(text, /canary|123456/);
    assert.not(text.includes(Buffer.from('canary').toString('base64').slice(0, 7)));
  }
  assert.not.match(JSON.stringify(again.current()), /canary/);
});

settings('older configurations are kept for open orders, eight at most, and dropped when told', async () => {
  const store = await open(new SimulatedDisk());
  for (let count = 1; count <= 10; count++) await store.saveConfiguration(configurationOf(`c${count}`), ['c1']);
  assert.is(store.current().configuration?.id, 'c10');
  assert.is(store.configuration('c1')?.id, 'c1', 'an order still needs it');
  assert.is(store.configuration('c2'), null);
  assert.is(store.configuration('c4')?.authenKey.reveal(), `${KEY}c4`);
  const all = Array.from({ length: 12 }, (_, index) => `c${index}`);
  const error = await rejection(store.saveConfiguration(configurationOf('c11'), all));
  assert.ok(isFailure(error, 'configuration.invalid'));
  assert.is(store.current().configuration?.id, 'c10');
  await store.forgetConfiguration('c4');
  await store.forgetConfiguration('c10');
  assert.is(store.configuration('c4'), null);
  assert.is(store.current().configuration?.id, 'c10', 'the current one is not forgotten by accident');
  await store.unbind();
  assert.is(store.current().configuration, null);
  assert.is(store.configuration('c10')?.id, 'c10', 'its open orders can still be queried');
});

settings('the network before is kept to go back to, and joining the same again does not lose it', async () => {
  const store = await open(new SimulatedDisk());
  await store.saveWifi(wifiOf('one'));
  await store.saveWifi(wifiOf('two'));
  await store.saveWifi(wifiOf('two'));
  assert.equal([store.wifi().current?.ssid, store.wifi().previous?.ssid], ['two', 'one']);
  assert.is(store.wifi().previous?.passphrase?.reveal(), 'canary-one');
});

settings('changes that are asked for at the same time all happen', async () => {
  const disk = new SimulatedDisk();
  const store = await open(disk);
  await Promise.all([
    store.setVolume(10),
    store.setLocale('en'),
    store.setStaff('1'),
    store.saveConfiguration(configurationOf('c1')),
  ]);
  const { volumePercent, locale, staff, configuration } = (await open(disk)).current();
  assert.equal([volumePercent, locale, staff?.id, configuration?.id], [10, 'en', '1', 'c1']);
});

settings('the refund PIN opens, locks after five wrong tries, and pulling the plug gains none', async () => {
  const disk = new SimulatedDisk();
  let store = await open(disk);
  assert.equal(await store.checkRefundPin('1234', 0), { kind: 'none' });
  assert.instance(await rejection(store.setRefundPin('12')), RangeError);
  await store.setRefundPin('1234');
  assert.equal(await store.checkRefundPin('1234', 0), { kind: 'right' });
  for (let left = 4; left >= 1; left--) {
    assert.equal(await store.checkRefundPin('9999', 1000), { kind: 'wrong', triesLeft: left });
    disk.powerCut(new SeededRandom(left));
    store = await open(disk);
  }
  assert.equal(await store.checkRefundPin('9999', 1000), { kind: 'locked', leftMs: 900_000 });
  assert.equal(await store.checkRefundPin('1234', 1001), { kind: 'locked', leftMs: 899_999 });
  assert.equal(
    await store.checkRefundPin('1234', -9e12),
    { kind: 'locked', leftMs: 900_000 },
    'a clock that fell back locks no longer',
  );
  assert.equal(await store.checkRefundPin('1234', 901_000), { kind: 'right' });
});

settings('one damaged generation falls back to the other with a warning, two are a clear failure', async () => {
  const disk = new SimulatedDisk();
  const store = await open(disk);
  await store.setVolume(10);
  await store.setVolume(20);
  // The first write took slot 0, so the third did again.
  disk.damage(`${FOLDER}/settings.0.json`, 80);
  const again = await open(disk);
  assert.is(again.current().volumePercent, 10);
  assert.is(again.warnings.length, 1);
  await again.setVolume(30);
  assert.is((await open(disk)).current().volumePercent, 30);
  assert.equal((await open(disk)).warnings, []);
  disk.damage(`${FOLDER}/settings.0.json`, 80);
  disk.damage(`${FOLDER}/settings.1.json`, 80);
  assert.ok(isFailure(await rejection(open(disk)), 'storage.corrupt'));
});

settings('a configuration that another key sealed counts as absent and says so', async () => {
  const disk = new SimulatedDisk();
  await (await open(disk)).saveConfiguration(configurationOf('c1'));
  disk.remove('/data/terminal.key');
  const again = await open(disk, 7);
  assert.is(again.current().configuration, null);
  assert.match(again.warnings[0] ?? '', /小店.*set it up again/);
  await again.saveConfiguration(configurationOf('c2'));
  assert.is((await open(disk)).current().configuration?.id, 'c2');
});

settings('keys of a newer release survive a write by this one', async () => {
  const disk = new SimulatedDisk();
  const store = await open(disk);
  await store.setUpgrade({ fromTheFuture: { deep: [1] } });
  const again = await open(disk);
  await again.setVolume(5);
  assert.equal((await open(disk)).current().upgrade, { fromTheFuture: { deep: [1] } });
});

settings(
  'through 400 power cuts what was acknowledged is there, and what was not is old or new, never a mixture',
  async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = new SeededRandom(seed);
      const disk = new SimulatedDisk();
      await open(disk, seed);
      let [acknowledged, attempted] = [80, 80];
      for (let cut = 0; cut < 10; cut++) {
        disk.losePowerAt(1 + Math.floor(random.fraction() * 60));
        try {
          const store = await open(disk, seed);
          for (let count = 0; count < 20; count++) {
            attempted = Math.floor(random.fraction() * 101);
            await (count % 5 === 4
              ? store.saveConfiguration(configurationOf(`c${attempted}`))
              : store.setVolume(attempted));
            if (count % 5 === 4) attempted = acknowledged;
            acknowledged = attempted;
          }
        } catch (error) {
          assert.ok(failed(error), String(error));
        }
        disk.powerCut(random);
        const again = await open(disk, seed);
        const found = again.current().volumePercent;
        assert.ok(
          found === acknowledged || found === attempted,
          `${found}, acknowledged ${acknowledged}, attempted ${attempted}`,
        );
        assert.equal(again.warnings, []);
        [acknowledged, attempted] = [found, found];
      }
    }
  },
);

for (const code of ['EIO', 'ENOSPC'] as const) {
  settings(
    `${code} at every disk call of a change: it fails clearly, memory is what the disk shows, the next change works`,
    async () => {
      let nth = 1;
      for (; ; nth++) {
        const disk = new SimulatedDisk();
        const store = await open(disk);
        await store.setVolume(10);
        disk.inject({ call: 'any', nth, code, short: true });
        const outcome = await store.setVolume(20).then(
          () => null,
          (error: unknown) => error,
        );
        disk.heal();
        if (outcome === null) break;
        assert.ok(failed(outcome), `call ${nth}`);
        assert.is(store.current().volumePercent, 10);
        assert.is((await open(disk)).current().volumePercent, 10);
        await store.setVolume(30);
        disk.powerCut(new SeededRandom(nth));
        assert.is((await open(disk)).current().volumePercent, 30);
      }
      assert.ok(nth > 5, `${nth - 1} calls failed`);
    },
  );
}

settings.run();
