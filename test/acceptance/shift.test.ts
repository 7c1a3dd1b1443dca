import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import type { ScreenLine } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

interface World {
  bench: Bench;
}

const test = suite<World>('acceptance/shift');

test.before.each(async (world) => {
  world.bench = await Bench.start();
});
test.after.each(async ({ bench }) => {
  await bench.close();
});

async function sell(bench: Bench, yuan: string, platform: 'wechat' | 'alipay'): Promise<void> {
  await bench.sell(yuan, bench.code(platform));
  await bench.terminal.screen('paid');
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
}

async function shiftScreen(bench: Bench, part: string): Promise<ScreenLine> {
  const line = await bench.terminal.next(
    `shift screen with ${part}`,
    (seen) => seen.is === 'screen' && seen['name'] === 'shift' && String(seen['lines']).includes(part),
  );
  return line as ScreenLine;
}

test('a hand-over closes the shift with its sums on paper, and the next one starts from nothing', async ({ bench }) => {
  const { terminal } = bench;
  await sell(bench, '10', 'wechat');
  await sell(bench, '2.5', 'alipay');
  terminal.press('menu', '5');
  const open = await shiftScreen(bench, '确认：交班并打印');
  for (const line of ['交班 第1班', '微信 收1笔 ¥10.00', '支付宝 收1笔 ¥2.50', '店员1001 收2笔 ¥12.50']) {
    assert.ok(open.lines.includes(line), `${line} in ${String(open.lines)}`);
  }
  terminal.press('enter');
  await shiftScreen(bench, '交班完成');
  const slip = await terminal.printed('the shift slip', (line) => line['kind'] === 'shift');
  assert.is(slip['job'], 'shift-1-slip');
  assert.match(String(slip['text']), /12\.50/);
  assert.match(String(slip['text']), /1001/);
  terminal.press('enter');
  await terminal.screen('idle');
  await terminal.kill();
  await bench.powerUp();
  await bench.terminal.screen('idle');
  await sell(bench, '1', 'wechat');
  bench.terminal.press('menu', '5');
  const next = await shiftScreen(bench, '确认：交班并打印');
  assert.ok(next.lines.includes('交班 第2班'), String(next.lines));
  assert.ok(next.lines.includes('净额 ¥1.00'), String(next.lines));
  assert.is(bench.terminal.all('print').filter((line) => line['kind'] === 'shift').length, 0);
});

test('the slip of a hand-over without paper is printed once there is some, also in the next process life', async ({
  bench,
}) => {
  const { terminal } = bench;
  await sell(bench, '4', 'wechat');
  terminal.do({ do: 'printer', state: 'out-of-paper' });
  await terminal.next('no paper', (line) => String(line['lines']).includes('打印机缺纸'));
  terminal.press('menu', '5');
  await shiftScreen(bench, '确认：交班并打印');
  terminal.press('enter');
  await shiftScreen(bench, '交班完成');
  const { journal } = await terminal.dump();
  assert.is(journal.filter(({ type }) => type === 'SHIFT_CLOSED').length, 1);
  await terminal.kill();
  await bench.powerUp();
  const slip = await bench.terminal.printed('the shift slip', (line) => line['kind'] === 'shift');
  assert.match(String(slip['text']), /4\.00/);
  assert.match(String(slip['text']), /断电后打印/);
  await bench.terminal.stop();
  await bench.powerUp();
  await bench.terminal.screen('idle');
  await bench.terminal.dump();
  assert.is(bench.terminal.all('print').length, 0);
});

test('a payment that is settled after the hand-over belongs to the shift in which it is settled', async ({ bench }) => {
  const { terminal } = bench;
  const waiting = await bench.sell('9', bench.code('alipay', 'password'));
  await terminal.screen('password');
  terminal.press('cancel');
  await terminal.screen('idle');
  terminal.press('menu', '5');
  const first = await shiftScreen(bench, '确认：交班并打印');
  assert.ok(first.lines.includes('未确认 1笔 ¥9.00'), String(first.lines));
  assert.ok(first.lines.includes('净额 ¥0.00'));
  terminal.press('enter');
  await shiftScreen(bench, '交班完成');
  terminal.press('enter');
  await terminal.screen('idle');
  assert.ok(bench.gateway.sandbox.payOrder(waiting.order ?? ''));
  await terminal.voice('刚才那笔');
  terminal.press('menu', '5');
  const second = await shiftScreen(bench, '确认：交班并打印');
  assert.ok(second.lines.includes('支付宝 收1笔 ¥9.00'), String(second.lines));
});

test.run();
