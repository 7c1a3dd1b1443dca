import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import type { ScreenLine } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

interface World {
  bench: Bench;
}

const test = suite<World>('acceptance/summary');

test.before(async (world) => {
  world.bench = await Bench.start();
  const { bench } = world;
  await sell(bench, '10.05', 'wechat');
  await sell(bench, '20', 'wechat');
  bench.terminal.press('menu', '4', '1', '0', '0', '2', 'enter');
  await bench.terminal.voice('店员已设置');
  bench.terminal.press('enter');
  await bench.terminal.screen('idle');
  await sell(bench, '3', 'alipay');
});
test.after(async ({ bench }) => {
  await bench.close();
});
test.after.each(async ({ bench }) => {
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});

async function sell(bench: Bench, yuan: string, platform: 'wechat' | 'alipay'): Promise<void> {
  await bench.sell(yuan, bench.code(platform));
  await bench.terminal.screen('paid');
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
}

/** The first summary screen whose lines hold every part. */
async function summaryScreen(bench: Bench, ...parts: string[]): Promise<ScreenLine> {
  const line = await bench.terminal.next(
    `summary screen with ${parts.join(', ')}`,
    ({ is, name, lines }) =>
      is === 'screen' && name === 'summary' && parts.every((part) => String(lines).includes(part)),
  );
  return line as ScreenLine;
}

test("B2 today's sums by wallet and by staff, and the gateway agrees", async ({ bench }) => {
  bench.terminal.press('menu', '2');
  const today = await summaryScreen(bench, '与网关一致');
  for (const line of ['汇总 今日', '微信 收2笔 ¥30.05', '支付宝 收1笔 ¥3.00', '净额 ¥33.05']) {
    assert.ok(today.lines.includes(line), `${line} in ${String(today.lines)}`);
  }
  for (const line of ['店员1001 收2笔 ¥30.05', '店员1002 收1笔 ¥3.00']) {
    assert.ok(today.lines.includes(line), `${line} in ${String(today.lines)}`);
  }
  bench.terminal.press('enter');
  const slip = await bench.terminal.printed('the summary slip', (line) => line['kind'] === 'summary');
  assert.match(String(slip['text']), /30\.05/);
  assert.match(String(slip['text']), /33\.05/);
});

test('B2 yesterday nothing was taken, and the week holds today', async ({ bench }) => {
  bench.terminal.press('menu', '2', '2');
  await summaryScreen(bench, '汇总 昨日', '净额 ¥0.00');
  bench.terminal.press('3');
  await summaryScreen(bench, '汇总 近七天', '净额 ¥33.05');
});

test('B2 an unresolved payment stands apart until it is settled', async ({ bench }) => {
  const { terminal } = bench;
  const waiting = await bench.sell('7', bench.code('wechat', 'password'));
  await terminal.screen('password');
  terminal.press('cancel');
  await terminal.screen('idle');
  terminal.press('menu', '2');
  const open = await summaryScreen(bench, '与网关一致');
  assert.ok(open.lines.includes('未确认 1笔 ¥7.00'), String(open.lines));
  assert.ok(open.lines.includes('净额 ¥33.05'));
  assert.ok(bench.gateway.sandbox.payOrder(waiting.order ?? ''));
  await terminal.voice('刚才那笔');
  terminal.press('1');
  const settled = await summaryScreen(bench, '微信 收3笔 ¥37.05');
  assert.not.ok(settled.lines.some((line) => line.startsWith('未确认')));
});

test('B2 without network the own sums stand, and the screen says that they are alone', async ({ bench }) => {
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'refuse');
  await bench.gateway.settled();
  bench.terminal.press('menu', '2');
  const alone = await summaryScreen(bench, '连不上网关，仅本机数据');
  assert.ok(alone.lines.includes('净额 ¥40.05'), String(alone.lines));
});

test('B2 what only the gateway knows is named as a difference', async ({ bench }) => {
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'up');
  await bench.gateway.settled();
  // The terminal was given a new disk: its shop and device are the same, its own book is empty.
  await bench.terminal.kill();
  rmSync(join(bench.dataDir, 'journal'), { recursive: true });
  await bench.powerUp();
  await bench.terminal.screen('idle');
  bench.terminal.press('menu', '2');
  const differs = await summaryScreen(bench, '与网关不一致');
  assert.ok(differs.lines.includes('微信收 +3笔 ¥37.05'), String(differs.lines));
  assert.ok(differs.lines.includes('支付宝收 +1笔 ¥3.00'), String(differs.lines));
});

test.run();
