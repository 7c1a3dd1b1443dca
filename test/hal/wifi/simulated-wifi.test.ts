import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import { Secret } from '../../../domain/secret.ts';
import type { WifiNetwork } from '../../../domain/wifi-network.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SimulatedWifi } from '../../../hal/wifi/simulated-wifi.ts';

const wifi = suite('hal/wifi/simulated-wifi');

const never = () => new AbortController().signal;
const network = (ssid: string, passphrase: string | null): WifiNetwork => ({
  ssid,
  security: passphrase === null ? 'open' : 'wpa',
  passphrase: passphrase === null ? null : new Secret(passphrase),
  hidden: false,
});

function startRadio(): SimulatedWifi {
  const radio = new SimulatedWifi({ clock: new VirtualClock() });
  radio.setNetworks([{ ssid: 'shop', passphrase: 'right-pass' }, { ssid: 'street' }]);
  return radio;
}

wifi('the right passphrase joins, and one network at a time', async () => {
  const radio = startRadio();
  assert.is(radio.current(), null);
  await radio.join(network('shop', 'right-pass'), never());
  assert.is(radio.current(), 'shop');
  await radio.join(network('street', null), never());
  assert.is(radio.current(), 'street');
  await radio.leave();
  assert.is(radio.current(), null);
});

wifi('a wrong passphrase is refused without being repeated in the words', async () => {
  const radio = startRadio();
  const failure = await radio.join(network('shop', 'wrong-pass'), never()).catch((error: unknown) => error);
  assert.ok(isFailure(failure, 'wifi.refused'));
  assert.not.match(String(failure), 'wrong-pass');
  assert.not.match(String(failure), 'right-pass');
});

wifi('an absent network is not found and leaves the joined one alone', async () => {
  const radio = startRadio();
  await radio.join(network('street', null), never());
  const failure = await radio.join(network('elsewhere', 'x'), never()).catch((error: unknown) => error);
  assert.ok(isFailure(failure, 'wifi.not-found'));
  assert.is(radio.current(), 'street');
});

wifi('an open network read as a protected one, and the other way round, is refused', async () => {
  const radio = startRadio();
  assert.ok(
    isFailure(await radio.join(network('street', 'pass'), never()).catch((error: unknown) => error), 'wifi.refused'),
  );
  assert.ok(
    isFailure(await radio.join(network('shop', null), never()).catch((error: unknown) => error), 'wifi.refused'),
  );
});

wifi('a network that goes out of reach is lost', async () => {
  const radio = startRadio();
  await radio.join(network('shop', 'right-pass'), never());
  let told = 0;
  radio.subscribe(() => (told += 1));
  radio.setNetworks([{ ssid: 'street' }]);
  assert.is(radio.current(), null);
  assert.is(told, 1);
  assert.equal(radio.inReach(), [{ ssid: 'street', open: true }]);
});

wifi('joining takes its time and can be given up', async () => {
  const clock = new VirtualClock();
  const radio = new SimulatedWifi({ clock, joinMs: 3_000 });
  radio.setNetworks([{ ssid: 'street' }]);
  const joined = radio.join(network('street', null), never());
  clock.advance(3_000);
  await joined;
  assert.is(radio.current(), 'street');
  const giveUp = new AbortController();
  const second = radio.join(network('street', null), giveUp.signal).catch((error: unknown) => error);
  giveUp.abort('cashier left');
  assert.is(await second, 'cashier left');
  assert.is(clock.pending, 0);
});

wifi.run();
