import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import type { ScreenLine } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

interface World {
  bench: Bench;
}

const test = suite<World>('acceptance/staff');

test.before.each(async (world) => {
  world.bench = await Bench.start();
});
test.after.each(async ({ bench }) => {
  await bench.close();
});

async function staffScreen(bench: Bench, part: string): Promise<ScreenLine> {
  const line = await bench.terminal.next(
    `staff screen with ${part}`,
    (seen) => seen.is === 'screen' && seen['name'] === 'staff' && String(seen['lines']).includes(part),
  );
  return line as ScreenLine;
}

test('A6 both platforms: a typed staff id of the shop is set, spoken, shown at idle, and travels in every later order', async ({
  bench,
}) => {
  const { terminal } = bench;
  terminal.press('menu', '4');
  await staffScreen(bench, '输入或扫描工号');
  terminal.press('1', '0', '0', '3', '9', 'backspace', 'enter');
  await staffScreen(bench, '1003 王秀英');
  await terminal.voice('店员已设置');
  terminal.press('enter');
  const idle = await terminal.screen('idle');
  assert.ok(idle.lines.includes('店员 1003'), String(idle.lines));
  for (const platform of ['wechat', 'alipay'] as const) {
    await bench.sell('0.02', bench.code(platform));
    const paid = await terminal.screen('paid');
    assert.is(bench.truth(paid.order)?.staffId, '1003');
    terminal.press('cancel');
    await terminal.screen('idle');
  }
});

test('A6 a scanned badge sets the staff, and a restart keeps it', async ({ bench }) => {
  bench.terminal.press('menu', '4');
  await staffScreen(bench, '输入或扫描工号');
  bench.terminal.scan('1002\r\n');
  await staffScreen(bench, '1002 陈志强');
  await bench.terminal.kill();
  await bench.powerUp();
  const idle = await bench.terminal.screen('idle');
  assert.ok(idle.lines.includes('店员 1002'), String(idle.lines));
  await bench.sell('3', bench.code('alipay'));
  assert.is(bench.truth((await bench.terminal.screen('paid')).order)?.staffId, '1002');
});

test('A6 an id that the shop does not have is refused by its name, and the staff stays as it was', async ({
  bench,
}) => {
  bench.terminal.press('menu', '4');
  await staffScreen(bench, '当前：1001');
  bench.terminal.press('7', '7', '7', 'enter');
  await staffScreen(bench, '门店没有店员 777');
  bench.terminal.press('cancel');
  const idle = await bench.terminal.screen('idle');
  assert.ok(idle.lines.includes('店员 1001'), String(idle.lines));
  await bench.sell('3', bench.code('wechat'));
  assert.is(bench.truth((await bench.terminal.screen('paid')).order)?.staffId, '1001');
});

test('A6 without network the id is kept, and the screen says that it was not checked', async ({ bench }) => {
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'refuse');
  await bench.gateway.settled();
  bench.terminal.press('menu', '4', '4', '2', 'enter');
  await staffScreen(bench, '未能核对，已保留');
  bench.terminal.press('enter');
  const idle = await bench.terminal.screen('idle');
  assert.ok(idle.lines.includes('店员 42'), String(idle.lines));
});

test('A6 what is scanned for a badge but could be a secret is neither taken nor shown', async ({ bench }) => {
  bench.terminal.press('menu', '4');
  await staffScreen(bench, '输入或扫描工号');
  bench.terminal.scan('6222021234567890123');
  bench.terminal.scan(bench.code('wechat'));
  bench.terminal.press('5');
  const typed = await staffScreen(bench, '> 5');
  assert.ok(typed.lines.includes('> 5'));
  const dump = JSON.stringify(await bench.terminal.dump());
  assert.not.match(dump, /6222021234567890123/);
});

test.run();
