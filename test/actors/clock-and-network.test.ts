import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StoredNetwork } from '../../actors/stored-network.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SimulatedWifi } from '../../hal/wifi/simulated-wifi.ts';
import { settled } from '../support/charts.ts';
import { openCrashShop } from '../support/crash-shop.ts';

const test = suite('actors/clock-and-network');
const SHOP = { ssid: 'shop', security: 'open', hidden: false, passphrase: null } as const;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

test('a wall clock far from the gateway is shown and said once, and both go when it is set right', async () => {
  const shop = await openCrashShop();
  shop.terminal.clock.jumpWall(3_600_000);
  for (const round of [1, 2]) {
    await shop.press('cancel', 'menu', '3');
    await shop.terminal.pass(20_000 * round);
  }
  await shop.press('cancel');
  assert.ok(shop.terminal.screen.current()?.lines.includes('时钟不正确'));
  assert.is(shop.voices().filter((text) => text.startsWith('时钟不正确')).length, 1);
  shop.terminal.clock.jumpWall(-3_600_000);
  await shop.press('menu', '3');
  await shop.terminal.pass(20_000);
  await shop.press('cancel');
  assert.not.ok(shop.terminal.screen.current()?.lines.includes('时钟不正确'));
});

test('the proven network is joined again after a start, as soon as it is in reach', async () => {
  const clock = new VirtualClock();
  const wifi = new SimulatedWifi({ clock });
  const network = new StoredNetwork({
    wifi,
    clock,
    log,
    settings: { wifi: () => ({ current: SHOP, previous: null }) },
  });
  await settled();
  assert.is(wifi.current(), null);
  wifi.setNetworks([{ ssid: 'shop' }]);
  clock.advance(5000);
  await settled();
  assert.is(wifi.current(), 'shop');
  network.giveWay();
});

test('a network that is scanned by hand is not disturbed', async () => {
  const clock = new VirtualClock();
  const wifi = new SimulatedWifi({ clock });
  const network = new StoredNetwork({
    wifi,
    clock,
    log,
    settings: { wifi: () => ({ current: SHOP, previous: null }) },
  });
  await settled();
  network.giveWay();
  wifi.setNetworks([{ ssid: 'shop' }]);
  clock.advance(600_000);
  await settled();
  assert.is(wifi.current(), null);
  assert.is(clock.pending, 0);
});

test('a scan of another network that came to no end leads back to the proven one; one that ended is left alone', async () => {
  const clock = new VirtualClock();
  const wifi = new SimulatedWifi({ clock });
  wifi.setNetworks([{ ssid: 'shop' }, { ssid: 'guests' }]);
  const settings = { wifi: () => ({ current: SHOP, previous: null }) };
  const network = new StoredNetwork({ wifi, clock, log, settings });
  await settled();
  for (const [next, after] of [
    ['idle', 'shop'],
    ['wifi-joined', 'guests'],
    ['wifi-failed', 'guests'],
  ] as const) {
    network.show('wifi-joining');
    await wifi.join({ ...SHOP, ssid: 'guests' }, new AbortController().signal);
    network.show(next);
    network.show('idle');
    await settled();
    assert.is(wifi.current(), after, next);
  }
});

test.run();
