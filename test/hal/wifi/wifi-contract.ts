import type { Test } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import { Secret } from '../../../domain/secret.ts';
import type { WifiNetwork } from '../../../domain/wifi-network.ts';
import type { Wifi } from '../../../hal/wifi/contract.ts';

export const never = (): AbortSignal => new AbortController().signal;

export function network(ssid: string, passphrase: string | null, more: Partial<WifiNetwork> = {}): WifiNetwork {
  const security = passphrase === null ? 'open' : 'wpa';
  return { ssid, security, passphrase: passphrase === null ? null : new Secret(passphrase), hidden: false, ...more };
}

export async function failureOf(joining: Promise<void>): Promise<unknown> {
  return joining.then(
    () => null,
    (error: unknown) => error,
  );
}

export interface WifiUnderTest {
  readonly wifi: Wifi;
  /** SSID → passphrase; '' is open. */
  setReach(networks: Readonly<Record<string, string>>): void;
  dispose(): Promise<void>;
}

/** What every radio does, real or simulated. */
export function wifiContract(test: Test, name: string, open: () => WifiUnderTest): void {
  const onRadio = (what: string, run: (under: WifiUnderTest) => Promise<void>): void =>
    test(`${name}: ${what}`, async () => {
      const under = open();
      under.setReach({ '门店 "5G"': 'right-pass', street: '' });
      try {
        await run(under);
      } finally {
        await under.wifi.close();
        await under.dispose();
      }
    });

  onRadio('the right passphrase joins, one network at a time, and it can be left', async ({ wifi }) => {
    assert.is(wifi.current(), null);
    await wifi.join(network('门店 "5G"', 'right-pass'), never());
    assert.is(wifi.current(), '门店 "5G"');
    await wifi.join(network('street', null), never());
    assert.is(wifi.current(), 'street');
    await wifi.leave();
    assert.is(wifi.current(), null);
  });

  onRadio('a wrong passphrase is refused without being repeated in the words', async ({ wifi }) => {
    const failure = await failureOf(wifi.join(network('门店 "5G"', 'wrong-pass'), never()));
    assert.ok(isFailure(failure, 'wifi.refused'), String(failure));
    assert.not.match(String(failure), 'wrong-pass');
  });

  onRadio('an absent network is not found and leaves the joined one alone', async ({ wifi }) => {
    await wifi.join(network('street', null), never());
    const failure = await failureOf(wifi.join(network('elsewhere', 'some-pass'), never()));
    assert.ok(isFailure(failure, 'wifi.not-found'), String(failure));
    assert.is(wifi.current(), 'street');
  });

  onRadio('joining can be given up before it begins', async ({ wifi }) => {
    assert.is(await failureOf(wifi.join(network('street', null), AbortSignal.abort('cashier left'))), 'cashier left');
    assert.is(wifi.current(), null);
  });
}
