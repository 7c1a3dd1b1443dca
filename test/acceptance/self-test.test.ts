import * as assert from 'uvu/assert';
import { Bench, SN } from '../support/bench.ts';
import type { ScreenLine } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

interface World {
  bench: Bench;
}

const test = suite<World>('acceptance/self-test');

test.before(async (world) => {
  world.bench = await Bench.start();
});
test.after(async ({ bench }) => {
  await bench.close();
});
test.after.each(async ({ bench }) => {
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});

async function selfTestScreen(bench: Bench, part: string): Promise<ScreenLine> {
  const line = await bench.terminal.next(
    `self-test screen with ${part}`,
    (seen) => seen.is === 'screen' && seen['name'] === 'self-test' && String(seen['lines']).includes(part),
  );
  return line as ScreenLine;
}

test('the self-test goes through every part, speaks, sees a scan, and prints what it found', async ({ bench }) => {
  const { terminal } = bench;
  terminal.press('menu', '7');
  const done = await selfTestScreen(bench, '确认：打印自检单');
  const marked = (mark: string): number => done.lines.filter((line) => line.startsWith(mark)).length;
  // Journal, settings, key store, printer, four domains and the clock; the voice and the scanner are for a person to judge.
  assert.is(marked('✓'), 9, String(done.lines));
  assert.is(marked('✗'), 0, String(done.lines));
  assert.ok(done.lines.includes('？ 扫码 请扫任意码'), String(done.lines));
  assert.ok(done.lines.includes(`序列号 ${SN}`));
  assert.ok(done.lines.includes('设备号 dev-001'));
  await terminal.voice('语音播报测试');
  terminal.scan('anything at all');
  await selfTestScreen(bench, '✓ 扫码');
  terminal.press('enter');
  const slip = await terminal.printed('the self-test slip', (line) => line['kind'] === 'self-test');
  assert.match(String(slip['text']), new RegExp(SN));
  assert.match(String(slip['text']), /流水存储\s+正常/);
  assert.is(slip['orderBarcode'], null);
});

test('what is broken is marked and named', async ({ bench }) => {
  const { terminal } = bench;
  terminal.do({ do: 'printer', state: 'out-of-paper' });
  bench.gateway.sandbox.setHost(2, 'refuse');
  await bench.gateway.settled();
  terminal.press('menu', '7');
  const done = await selfTestScreen(bench, '确认：打印自检单');
  const faults = done.lines.filter((line) => line.startsWith('✗'));
  assert.is(faults.length, 2, String(done.lines));
  assert.ok(faults[0]?.includes('打印机缺纸'), faults[0]);
  assert.ok(faults[1]?.includes('127.0.0.3'), faults[1]);
  terminal.do({ do: 'printer', state: 'ok' });
});

test('the upgrade screen says what runs and that no source is set up', async ({ bench }) => {
  bench.terminal.press('menu', '6');
  const upgrade = await bench.terminal.screen('upgrade');
  assert.ok(
    upgrade.lines.some((line) => /^本机版本 \d/.test(line)),
    String(upgrade.lines),
  );
  assert.ok(upgrade.lines.includes('未配置升级源'));
});

test.run();
