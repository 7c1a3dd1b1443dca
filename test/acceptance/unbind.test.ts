import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import type { ScreenLine } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

interface World {
  bench: Bench;
}

const test = suite<World>('acceptance/unbind');

test.before.each(async (world) => {
  world.bench = await Bench.start();
});
test.after.each(async ({ bench }) => {
  await bench.close();
});

async function unbindScreen(bench: Bench, part: string): Promise<ScreenLine> {
  const line = await bench.terminal.next(
    `unbind screen with ${part}`,
    (seen) => seen.is === 'screen' && seen['name'] === 'unbind' && String(seen['lines']).includes(part),
  );
  return line as ScreenLine;
}

const asked = (bench: Bench): number =>
  bench.book.log.filter((request) => request.interface === 'unbind_device_sn_code').length;

test('unbinding asks once more, leaves the shop, says so, and the device can be bound again', async ({ bench }) => {
  const { terminal } = bench;
  terminal.press('menu', '8');
  const question = await unbindScreen(bench, '确认：解绑');
  assert.ok(question.lines.some((line) => line.includes('南山茶铺')));
  terminal.press('cancel');
  await terminal.screen('idle');
  assert.is(asked(bench), 0);
  terminal.press('menu', '8');
  await unbindScreen(bench, '确认：解绑');
  terminal.press('enter');
  await unbindScreen(bench, '设备已解绑');
  await terminal.voice('设备已解绑');
  terminal.press('enter');
  await terminal.screen('unconfigured');
  assert.is(asked(bench), 1);
  await terminal.kill();
  const ready = await bench.powerUp();
  assert.is(ready['configured'], false);
  await bench.configure();
});

test('a terminal that the gateway has unbound already is unbound here too', async ({ bench }) => {
  bench.gateway.sandbox.issueTicket({ release: true });
  bench.terminal.press('menu', '8');
  await unbindScreen(bench, '确认：解绑');
  bench.terminal.press('enter');
  await unbindScreen(bench, '设备已解绑');
});

test('while a payment is open the terminal keeps its key and says why', async ({ bench }) => {
  const { terminal } = bench;
  await bench.sell('5', bench.code('wechat', 'password'));
  await terminal.screen('password');
  terminal.press('cancel');
  await terminal.screen('idle');
  terminal.press('menu', '8');
  await unbindScreen(bench, '暂不能解绑');
  assert.is(asked(bench), 0);
});

test('without network the terminal stays bound', async ({ bench }) => {
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'refuse');
  await bench.gateway.settled();
  bench.terminal.press('menu', '8');
  await unbindScreen(bench, '确认：解绑');
  bench.terminal.press('enter');
  await unbindScreen(bench, '未解绑');
  bench.terminal.press('enter');
  await bench.terminal.screen('idle');
});

test.run();
