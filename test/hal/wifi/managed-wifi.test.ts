import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import { ManagedWifi } from '../../../hal/wifi/managed-wifi.ts';
import { NmcliRadio } from '../../../hal/wifi/nmcli-radio.ts';
import { SimulatedWifi } from '../../../hal/wifi/simulated-wifi.ts';
import { WpaCliRadio } from '../../../hal/wifi/wpa-cli-radio.ts';
import { Heard } from '../../support/device-node.ts';
import { RadioProgram } from '../../support/radio-programs.ts';
import { failureOf, network, never, wifiContract } from './wifi-contract.ts';

const wifi = suite('hal/wifi/managed-wifi');

const KINDS = ['wpa_cli', 'nmcli'] as const;
/** A scan of an absent network ends by the clock; the real one would take 12 s. */
const fast = new SystemClock();
const hasty = {
  setTimeout: (callback: () => void, delayMs: number): unknown => fast.setTimeout(callback, Math.min(delayMs, 5)),
  clearTimeout: (timer: unknown): void => fast.clearTimeout(timer),
  monotonicMs: (): number => fast.monotonicMs() * 40,
};

function startWifi(kind: (typeof KINDS)[number], watchMs = 600_000) {
  const program = new RadioProgram(kind);
  const options = { interface: 'wlan0', program: program.path, clock: hasty };
  const radio = kind === 'nmcli' ? new NmcliRadio(options) : new WpaCliRadio(options);
  const presence = new Heard<Presence>();
  const device = new ManagedWifi({ radio, interface: 'wlan0', clock: fast, watchMs, onPresence: presence.hear });
  const dispose = async (): Promise<void> => {
    await device.close();
    program.remove();
  };
  return { program, device, presence, dispose };
}

for (const kind of KINDS) {
  wifiContract(wifi, kind, () => {
    const { program, device, dispose } = startWifi(kind);
    return { wifi: device, setReach: (networks) => program.setReach(networks), dispose };
  });

  wifi(
    `${kind}: no passphrase is an argument, in whatever form, and what looks like a command stays a name`,
    async () => {
      const { program, device, dispose } = startWifi(kind);
      const ssid = 'x" \\$(id);\n--ask';
      const passphrase = 'pa ss";\\`id`';
      program.setReach({ [ssid]: passphrase });
      for (const security of ['wpa', 'sae'] as const)
        await device.join(network(ssid, passphrase, { security }), never());
      assert.is(device.current(), ssid);
      const given = JSON.stringify(program.calls().map(({ parameters }) => parameters));
      assert.not.match(given, passphrase.slice(0, 5));
      assert.not.match(given, Buffer.from(passphrase).toString('hex').slice(0, 12));
      assert.not.match(given, /[0-9a-f]{64}/);
      await dispose();
    },
  );

  wifi(`${kind}: hidden and WEP networks are joined too`, async () => {
    const { program, device, dispose } = startWifi(kind);
    program.setReach({ cellar: 'hidden-pass', old: 'abcde' }, ['cellar']);
    await device.join(network('cellar', 'hidden-pass', { hidden: true }), never());
    assert.is(device.current(), 'cellar');
    await device.join(network('old', 'abcde', { security: 'wep' }), never());
    assert.is(device.current(), 'old');
    await dispose();
  });

  wifi(`${kind}: a radio that is gone is named, and the kept network is joined again when it is back`, async () => {
    const { program, device, presence, dispose } = startWifi(kind, 20);
    program.setReach({ shop: 'right-pass' });
    program.set({ present: false });
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const last = presence.items.at(-1);
        if (last?.present === false) resolve();
        else void presence.until(presence.items.length + 1).then(look);
      };
      look();
    });
    assert.match(
      presence.items.at(-1)?.why ?? '',
      /the radio cannot be used .*: check the WiFi radio wlan0 and devices\.wifi$/,
    );
    const failure = await failureOf(device.join(network('shop', 'right-pass'), never()));
    assert.ok(isFailure(failure, 'wifi.failed'), String(failure));
    const seen = presence.items.length;
    device.keepJoined(network('shop', 'right-pass'));
    program.set({ present: true, joined: null });
    await presence.until(seen + 1);
    while (device.current() !== 'shop') await new Promise(setImmediate);
    await dispose();
  });
}

wifiContract(wifi, 'the simulated radio', () => {
  const simulated = new SimulatedWifi({ clock: new VirtualClock() });
  return {
    wifi: simulated,
    setReach: (networks) =>
      simulated.setNetworks(Object.entries(networks).map(([ssid, passphrase]) => ({ ssid, passphrase }))),
    dispose: () => Promise.resolve(),
  };
});

wifi('wpa_cli: a radio without WPA3 joins by WPA2, with one network left behind in wpa_supplicant', async () => {
  const { program, device, dispose } = startWifi('wpa_cli');
  program.set({ noSae: true });
  program.setReach({ shop: 'right-pass', other: 'other-pass' });
  await device.join(network('other', 'other-pass'), never());
  await device.join(network('shop', 'right-pass'), never());
  const removed = program.calls().filter(({ parameters }) => parameters[2] === 'remove_network');
  assert.equal(
    removed.map(({ parameters }) => parameters[3]),
    ['0'],
  );
  await dispose();
});

wifi('a program that is not installed is named with its package', async () => {
  for (const [kind, debian] of [
    ['wpa_cli', 'wpasupplicant'],
    ['nmcli', 'network-manager'],
  ] as const) {
    const options = { interface: 'wlan0', program: `/nowhere/${kind}`, clock: hasty };
    const radio = kind === 'nmcli' ? new NmcliRadio(options) : new WpaCliRadio(options);
    const device = new ManagedWifi({ radio, interface: 'wlan0', clock: hasty });
    const failure = await failureOf(device.join(network('shop', null), never()));
    assert.ok(isFailure(failure, 'wifi.failed'));
    assert.match(failure.message, `is not installed (Debian package ${debian})`);
    await device.close();
  }
});

wifi.run();
