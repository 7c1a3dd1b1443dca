import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import type { ScreenLine } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

interface World {
  bench: Bench;
  /** Order numbers, oldest first: 1.00 to 6.00 yuan, WeChat and Alipay in turn. */
  orders: string[];
}

const test = suite<World>('acceptance/journal');

test.before(async (world) => {
  world.bench = await Bench.start();
  world.orders = [];
  for (let yuan = 1; yuan <= 6; yuan += 1) {
    await world.bench.sell(String(yuan), world.bench.code(yuan % 2 === 1 ? 'wechat' : 'alipay'));
    const paid = await world.bench.terminal.screen('paid');
    world.orders.push(paid.order ?? '');
    world.bench.terminal.press('cancel');
    await world.bench.terminal.screen('idle');
  }
});
test.after(async ({ bench }) => {
  await bench.close();
});
test.after.each(async ({ bench }) => {
  bench.terminal.press('cancel', 'cancel');
  await bench.terminal.screen('idle');
});

async function journalScreen(bench: Bench, fits: (lines: readonly string[]) => boolean): Promise<ScreenLine> {
  const line = await bench.terminal.next(
    'the journal screen',
    (seen) => seen.is === 'screen' && seen['name'] === 'journal' && fits(seen['lines'] as string[]),
  );
  return line as ScreenLine;
}

const has = (part: string) => (lines: readonly string[]) => lines.some((line) => line.includes(part));

test('B1 both platforms: payments are listed newest first, a page at a time, and up and down turn the pages', async ({
  bench,
  orders,
}) => {
  const { terminal } = bench;
  terminal.press('menu', '1');
  const first = await journalScreen(bench, has('¥6.00'));
  const amounts = first.lines.flatMap((line) => /¥(\d)\.00/.exec(line)?.[1] ?? []);
  assert.equal(amounts, ['6', '5', '4', '3', '2']);
  assert.is(first.order, orders[5]);
  terminal.press('down', 'down', 'down', 'down', 'down');
  const second = await journalScreen(bench, has('¥1.00'));
  assert.ok(second.lines[0]?.includes('第2页'), second.lines[0]);
  assert.is(second.order, orders[0]);
  terminal.press('up');
  const back = await journalScreen(bench, has('▶'));
  assert.is(back.order, orders[1]);
});

test('B1 digits narrow the list to one wallet, and to what is unresolved', async ({ bench }) => {
  const { terminal } = bench;
  terminal.press('menu', '1');
  await journalScreen(bench, has('¥6.00'));
  terminal.press('6');
  const alipay = await journalScreen(bench, has('支付宝'));
  const shown = alipay.lines.some((line) => line.includes('¥')) ? alipay : await journalScreen(bench, has('¥6.00'));
  assert.equal(
    shown.lines.flatMap((line) => /¥(\d)\.00/.exec(line)?.[1] ?? []),
    ['6', '4', '2'],
  );
  terminal.press('4');
  const none = await journalScreen(bench, has('没有记录'));
  assert.ok(none.lines[0]?.includes('未确认'));
});

test('B1 an entry shows what the terminal knows of it, and its slip is printed again as a reprint', async ({
  bench,
  orders,
}) => {
  const { terminal } = bench;
  terminal.press('menu', '1');
  await journalScreen(bench, has('¥6.00'));
  terminal.press('down', 'enter');
  const entry = await journalScreen(bench, has('已支付'));
  assert.is(entry.order, orders[4]);
  assert.is(entry.amountFen, 500);
  assert.ok(entry.lines.some((line) => line.includes('微信')));
  assert.ok(entry.lines.includes(`订单号 ${orders[4] ?? ''}`));
  terminal.press('reprint');
  await journalScreen(bench, has('已送打印'));
  const slip = await terminal.printed(
    'the reprint',
    (line) => line['kind'] === 'reprint' && line['orderBarcode'] === orders[4],
  );
  assert.match(String(slip['text']), /补打/);
  assert.match(String(slip['text']), /5\.00/);
});

test('B1 without network and after a restart the list and the reprint of an old payment still work', async ({
  bench,
  orders,
}) => {
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'refuse');
  await bench.terminal.kill();
  await bench.powerUp();
  await bench.terminal.screen('idle');
  bench.terminal.press('menu', '1');
  await journalScreen(bench, has('¥6.00'));
  bench.terminal.press('reprint');
  const slip = await bench.terminal.printed('the reprint', (line) => line['kind'] === 'reprint');
  assert.is(slip['orderBarcode'], orders[5]);
});

test.run();
