import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import { suite } from '../support/scenarios.ts';

interface World {
  bench: Bench;
}

const test = suite<World>('acceptance/wifi');

const PASSPHRASE = 'sesame;open:"12';
const ESCAPED = 'sesame\\;open\\:\\"12';
const OLD = { ssid: 'OldShop', passphrase: 'old-passphrase' };

test.before.each(async (world) => {
  world.bench = await Bench.start();
});
test.after.each(async ({ bench }) => {
  await bench.close();
});

function everythingSaid(bench: Bench): string {
  return JSON.stringify(bench.terminal.lines) + bench.terminal.stderr;
}

function settingsText(bench: Bench): string {
  const folder = join(bench.dataDir, 'settings');
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

async function joinOld(bench: Bench): Promise<void> {
  bench.terminal.do({ do: 'wifi', networks: [OLD] });
  bench.terminal.scan(`WIFI:T:WPA;S:${OLD.ssid};P:${OLD.passphrase};;`);
  await bench.terminal.screen('wifi-joined');
  bench.terminal.press('enter');
  await bench.terminal.screen('idle');
}

test('A9 a WiFi QR joins its network, is proven by the gateway, spoken and stored sealed', async ({ bench }) => {
  const { terminal } = bench;
  terminal.do({ do: 'wifi', networks: [{ ssid: '南山茶铺', passphrase: PASSPHRASE }] });
  terminal.scan(`WIFI:T:WPA;S:南山茶铺;P:${ESCAPED};;`);
  const joining = await terminal.screen('wifi-joining');
  assert.ok(joining.lines.includes('南山茶铺'));
  const joined = await terminal.screen('wifi-joined');
  assert.ok(joined.lines.includes('南山茶铺'));
  await terminal.voice('无线网络已连接');
  terminal.press('enter');
  await terminal.screen('idle');
  const dump = JSON.stringify(await terminal.dump());
  for (const place of [dump, everythingSaid(bench), settingsText(bench)]) {
    assert.not.match(place, /sesame/);
  }
  assert.match(settingsText(bench), /南山茶铺/);
});

test('A9 a percent-encoded QR is read the second way when the first does not associate', async ({ bench }) => {
  bench.terminal.do({ do: 'wifi', networks: [{ ssid: 'Tea House', passphrase: 'ten percent' }] });
  bench.terminal.scan('WIFI:T:WPA;S:Tea%20House;P:ten%20percent;;');
  assert.ok((await bench.terminal.screen('wifi-joined')).name === 'wifi-joined');
});

test('A9 a wrong passphrase is named, and the terminal is back on the network of before', async ({ bench }) => {
  const { terminal } = bench;
  await joinOld(bench);
  terminal.do({ do: 'wifi', networks: [OLD, { ssid: 'Guest', passphrase: 'right-passphrase' }] });
  terminal.scan('WIFI:T:WPA;S:Guest;P:wrong-passphrase;;');
  const failed = await terminal.screen('wifi-failed');
  assert.ok(failed.lines.includes('密码不正确'), String(failed.lines));
  assert.ok(failed.lines.includes(`已恢复 ${OLD.ssid}`), String(failed.lines));
  await terminal.voice('无线网络连接失败');
  assert.not.match(everythingSaid(bench), /wrong-passphrase|old-passphrase/);
});

test('A9 a network that is out of reach leaves the joined one alone', async ({ bench }) => {
  await joinOld(bench);
  bench.terminal.scan('WIFI:T:nopass;S:Nowhere;;');
  const failed = await bench.terminal.screen('wifi-failed');
  assert.ok(failed.lines.includes('找不到这个网络'), String(failed.lines));
  assert.ok(failed.lines.includes(`已恢复 ${OLD.ssid}`), String(failed.lines));
});

test('A9 a network without a way to the gateway is not kept', async ({ bench }) => {
  const { terminal } = bench;
  await joinOld(bench);
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'refuse');
  await bench.gateway.settled();
  terminal.do({ do: 'wifi', networks: [OLD, { ssid: 'Hotel', passphrase: '' }] });
  terminal.scan('WIFI:T:nopass;S:Hotel;;');
  const failed = await terminal.screen('wifi-failed');
  assert.ok(failed.lines.includes('已连上，但连不上网关'), String(failed.lines));
  assert.ok(failed.lines.includes(`已恢复 ${OLD.ssid}`), String(failed.lines));
  assert.not.match(settingsText(bench), /Hotel/);
});

test('A9 what is scanned while the result of a network is shown is taken: a configuration, another network', async () => {
  const fresh = await Bench.open();
  try {
    await fresh.powerUp();
    await fresh.terminal.screen('unconfigured');
    fresh.terminal.do({ do: 'wifi', networks: [OLD] });
    fresh.terminal.scan('WIFI:T:WPA;S:NotHere;P:some-passphrase;;');
    await fresh.terminal.screen('wifi-failed');
    fresh.terminal.scan(`WIFI:T:WPA;S:${OLD.ssid};P:${OLD.passphrase};;`);
    await fresh.terminal.screen('wifi-joined');
    fresh.terminal.scan(fresh.configurationQr());
    await fresh.terminal.screen('configured');
  } finally {
    await fresh.close();
  }
});

test('A9 a terminal without any configuration can be brought onto a network first', async () => {
  const fresh = await Bench.open();
  try {
    await fresh.powerUp();
    await fresh.terminal.screen('unconfigured');
    fresh.terminal.do({ do: 'wifi', networks: [OLD] });
    fresh.terminal.scan(`WIFI:T:WPA;S:${OLD.ssid};P:${OLD.passphrase};;`);
    await fresh.terminal.screen('wifi-joined');
    fresh.terminal.press('enter');
    await fresh.terminal.screen('unconfigured');
  } finally {
    await fresh.close();
  }
});

test.run();
