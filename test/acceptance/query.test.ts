import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Key } from '../../domain/screen.ts';
import { STATE_PROFILES } from '../../simulator/gateway/settings.ts';
import { Bench } from '../support/bench.ts';
import { HeadlessTerminal, type Line, type ScreenLine } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/query');

test.before(async (world) => {
  world.bench = await Bench.start({ config: { 'payment.windowMs': 1500, 'reconcile.intervalMs': 600_000 } });
});
test.before.each(async ({ bench }) => {
  bench.gateway.sandbox.disarm();
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'up');
  if (bench.terminal.all('screen').at(-1)?.['name'] === 'idle') return;
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});
test.after(async ({ bench }) => bench.close());

async function paid(bench: Bench, platform: 'wechat' | 'alipay', yuan: string): Promise<string> {
  const asked = await bench.sell(yuan, bench.code(platform));
  const screen = asked.name === 'paid' ? asked : await bench.terminal.screen('paid');
  await home(bench);
  assert.ok(screen.order !== null);
  return screen.order;
}

async function home(bench: Bench): Promise<void> {
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
}

async function scanned(bench: Bench, order: string): Promise<ScreenLine> {
  bench.terminal.scan(order);
  return bench.terminal.screen('order');
}

const saidOf = (bench: Bench, order: string, part: string): Promise<Line> =>
  bench.terminal.ever(`${part} of ${order}`, (line) => {
    return line.is === 'voice' && line['order'] === order && String(line['text']).includes(part);
  });

for (const profile of STATE_PROFILES) {
  for (const platform of ['wechat', 'alipay'] as const) {
    test(`A5 C7 ${platform} under ${profile}: one scan at the idle screen shows and says the state`, async ({
      bench,
    }) => {
      bench.gateway.sandbox.change({ profile });
      const order = await paid(bench, platform, '0.66');
      const screen = await scanned(bench, order);
      assert.is(screen.lines[0], '已支付');
      assert.is(screen.order, order);
      assert.is(screen.amountFen, 66);
      assert.ok(screen.lines.includes(platform === 'wechat' ? '微信支付' : '支付宝'), screen.lines.join());
      const said = await saidOf(bench, order, '已支付');
      assert.ok(!String(said['text']).includes('查询成功'));
      await home(bench);
    });

    test(`A5 ${platform} under ${profile}: a customer who stopped leaves no paid order behind`, async ({ bench }) => {
      bench.gateway.sandbox.change({ profile });
      const asked = await bench.sell('0.67', bench.code(platform, 'password'));
      await bench.terminal.screen('password');
      await home(bench);
      const order = asked.order ?? '';
      const waiting = await scanned(bench, order);
      assert.is(waiting.lines[0], '结果未确认');
      assert.ok(bench.gateway.sandbox.stopOrder(order));
      await home(bench);
      const stopped = await scanned(bench, order);
      assert.ok(['已关闭', '未支付', '结果未确认'].includes(stopped.lines[0] ?? ''), stopped.lines.join());
      await home(bench);
    });
  }
}

test('A5 a typed number is looked up like a scanned one', async ({ bench }) => {
  bench.gateway.sandbox.change({ profile: 'mixed' });
  const order = await paid(bench, 'wechat', '1.20');
  bench.terminal.press('query');
  await bench.terminal.screen('query-scan');
  bench.terminal.press(...([...order] as Key[]), 'enter');
  assert.is((await bench.terminal.screen('order')).order, order);
  await home(bench);
});

test('A5 a mistyped number, a foreign one and an unknown one are each named', async ({ bench }) => {
  const order = await paid(bench, 'wechat', '1.30');
  const mistyped = order.slice(0, -1) + String((Number(order.at(-1)) + 1) % 10);
  bench.terminal.press('query');
  await bench.terminal.screen('query-scan');
  bench.terminal.scan(mistyped);
  const named = await bench.terminal.next('the check digit is named', (line) =>
    linesOf(line).includes('订单号有误，请核对'),
  );
  assert.is(named['name'], 'query-scan');
  bench.terminal.scan('https://example.test/');
  await bench.terminal.next('a foreign text is named', (line) => linesOf(line).includes('不认识的码'));
  bench.terminal.scan(bench.code('wechat'));
  await bench.terminal.next('a payment code is no order', (line) => linesOf(line).includes('这不是订单条码'));
  bench.terminal.scan(`${order.slice(0, 8)}123`);
  const missing = await bench.terminal.screen('order-not-found');
  assert.ok(
    missing.lines.some((line) => line.includes(`${order.slice(0, 8)}123`)),
    missing.lines.join(),
  );
  await bench.terminal.voice('没有');
  await home(bench);
});

test('A5 without a network the own journal answers, and says so', async ({ bench }) => {
  const order = await paid(bench, 'alipay', '1.40');
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'refuse');
  await bench.gateway.settled();
  const screen = await scanned(bench, order);
  assert.is(screen.lines[0], '已支付');
  assert.ok(screen.lines.includes('网络不通，仅本机记录'), screen.lines.join());
  bench.terminal.press('refund');
  const refused = await bench.terminal.screen('refused');
  assert.ok(refused.lines.includes('网络不通'), refused.lines.join());
  await home(bench);
  bench.terminal.scan(`${order.slice(0, 8)}124`);
  assert.ok((await bench.terminal.screen('refused')).lines.includes('网络不通'));
  for (let host = 0; host < 4; host += 1) bench.gateway.sandbox.setHost(host, 'up');
  await bench.gateway.settled();
  await home(bench);
});

test('A5 an own order that is still unknown is asked for at once when it is queried', async ({ bench }) => {
  bench.gateway.sandbox.arm({ script: 'status-103-forever-charged', interface: 'micro_pay', times: 1 });
  bench.gateway.sandbox.arm({ script: 'status-103-forever-charged', interface: 'query_order', times: 1000 });
  const asked = await bench.sell('1.50', bench.code('wechat'));
  const order = asked.order ?? '';
  await bench.terminal.screen('unknown');
  await home(bench);
  const unknown = await scanned(bench, order);
  assert.is(unknown.lines[0], '结果未确认');
  await home(bench);
  bench.gateway.sandbox.disarm();
  await scanned(bench, order);
  await saidOf(bench, order, '微信支付收款成功');
  await bench.terminal.until('the truth', ({ openOrders }) => !openOrders.includes(order));
  await home(bench);
  assert.is((await scanned(bench, order)).lines[0], '已支付');
  assert.is(bench.truth(order)?.charges, 1);
  await home(bench);
});

test('M9 the query key on the question about the same amount shows the earlier order', async ({ bench }) => {
  bench.gateway.sandbox.arm({ script: 'status-103-forever-charged', interface: 'micro_pay', times: 1 });
  bench.gateway.sandbox.arm({ script: 'status-103-forever-charged', interface: 'query_order', times: 1000 });
  const asked = await bench.sell('1.60', bench.code('alipay'));
  await bench.terminal.screen('unknown');
  await home(bench);
  bench.terminal.typeAmount('1.60');
  assert.is((await bench.terminal.screen('confirm')).order, asked.order);
  bench.gateway.sandbox.disarm();
  bench.terminal.press('query');
  assert.is((await bench.terminal.screen('order')).order, asked.order);
  await bench.terminal.until('the truth', ({ openOrders }) => !openOrders.includes(asked.order ?? ''));
  await home(bench);
});

test('A11 the reprint key prints the slip of the order on the screen', async ({ bench }) => {
  const first = await paid(bench, 'wechat', '1.70');
  await paid(bench, 'wechat', '1.80');
  await scanned(bench, first);
  bench.terminal.press('reprint');
  const slip = await bench.terminal.next('the reprint', (line) => line.is === 'print' && line['kind'] === 'reprint');
  assert.is(slip['orderBarcode'], first);
  await home(bench);
});

test('A4 another terminal of the shop finds the order, refunds it and prints its slip', async ({ bench }) => {
  const order = await paid(bench, 'alipay', '2.00');
  const refundNumbers = () => bench.book.refunds.filter((one) => one.order === order);
  const configFile = join(bench.folder, 'other.json');
  const config = JSON.parse(readFileSync(bench.configFile, 'utf8')) as Record<string, unknown>;
  writeFileSync(configFile, JSON.stringify({ ...config, sn: 'TILL_T1_000002' }));
  const other = new HeadlessTerminal({ configFile, dataDir: join(bench.folder, 'other') });
  try {
    await other.screen('unconfigured');
    other.scan(bench.configurationQr({ deviceId: 'dev-002' }));
    await other.screen('configured');
    other.press('cancel');
    await other.screen('idle');
    other.scan(order);
    assert.is((await other.screen('order')).lines[0], '已支付');
    other.press('reprint');
    const slip = await other.next('its slip', (line) => line.is === 'print');
    assert.is(slip['orderBarcode'], order);
    other.press('refund');
    assert.is((await other.screen('refund-amount')).amountFen, 200);
    other.press('5', '0', 'backspace', 'backspace', '0', '.', '5', 'enter');
    await other.screen('refund-accepted');
  } finally {
    await other.kill();
  }
  assert.is(refundNumbers().length, 1);
  bench.terminal.press('refund');
  bench.terminal.scan(order);
  assert.is((await bench.terminal.screen('refund-amount')).amountFen, 150);
  await home(bench);
});

function linesOf(line: Line): readonly string[] {
  return line.is === 'screen' ? (line['lines'] as readonly string[]) : [];
}

test.run();
