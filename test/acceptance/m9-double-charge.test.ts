import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/m9-double-charge');

test.before(async (world) => {
  world.bench = await Bench.start();
});
test.after(async ({ bench }) => {
  await bench.close();
});

const leave = async (bench: Bench): Promise<void> => {
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
};

for (const platform of ['wechat', 'alipay'] as const) {
  const fen = platform === 'wechat' ? 1111 : 2222;
  const yuan = platform === 'wechat' ? '11.11' : '22.22';

  test(`M9 ${platform}: while an order of the same amount is unresolved the next one needs a confirming key`, async ({
    bench,
  }) => {
    const open = await bench.sell(yuan, bench.code(platform, 'password'));
    await leave(bench);
    bench.terminal.typeAmount(yuan);
    const question = await bench.terminal.screen('confirm');
    assert.is(question.order, open.order);
    assert.is(question.amountFen, fen);
    bench.terminal.press('cancel');
    await bench.terminal.screen('amount');
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
    assert.is(bench.ordersOf(fen).length, 1);

    bench.terminal.typeAmount(yuan);
    await bench.terminal.screen('confirm');
    bench.terminal.press('enter');
    await bench.terminal.screen('present-code');
    bench.terminal.scan(bench.code(platform));
    const second = await bench.terminal.screen('paid');
    assert.is.not(second.order, open.order);
    await leave(bench);

    assert.ok(bench.gateway.sandbox.payOrder(open.order ?? ''));
    await bench.terminal.until('no open order', ({ openOrders }) => openOrders.length === 0);
    assert.equal(
      bench.ordersOf(fen).map(({ charges }) => charges),
      [1, 1],
    );
    bench.terminal.typeAmount(yuan);
    await bench.terminal.screen('present-code');
    await leave(bench);
  });

  test(`M9 ${platform}: query at the question shows the earlier order and starts nothing`, async ({ bench }) => {
    const open = await bench.sell('33.33', bench.code(platform, 'password'));
    await leave(bench);
    bench.terminal.typeAmount('33.33');
    await bench.terminal.screen('confirm');
    const before = bench.book.calls.micro_pay;
    bench.terminal.press('query');
    const shown = await bench.terminal.screen('order');
    assert.is(shown.order, open.order);
    assert.ok(
      shown.lines.some((line) => /未支付|结果未确认/.test(line)),
      shown.lines.join(),
    );
    assert.is(bench.book.calls.micro_pay, before);
    await leave(bench);
    assert.ok(bench.gateway.sandbox.stopOrder(open.order ?? ''));
    await bench.terminal.until('no open order', ({ openOrders }) => openOrders.length === 0);
  });

  test(`M9 ${platform}: the same customer code shown twice within its life is swallowed, with a prompt to refresh it`, async ({
    bench,
  }) => {
    const code = bench.code(platform);
    await bench.sell('0.05', code);
    await bench.terminal.screen('paid');
    await leave(bench);
    const before = bench.book.calls.micro_pay;
    bench.terminal.typeAmount('0.06');
    await bench.terminal.screen('present-code');
    bench.terminal.scan(code);
    const again = await bench.terminal.screen('present-code');
    assert.ok(again.lines.join().includes('请刷新付款码'), again.lines.join());
    await bench.terminal.voice('刷新付款码');
    assert.is(bench.book.calls.micro_pay, before);
    bench.terminal.scan(bench.code(platform));
    const paid = await bench.terminal.screen('paid');
    assert.is(paid.amountFen, 6);
    await leave(bench);
    assert.is(bench.ordersOf(6).filter((order) => order.platform === platform).length, 1);
  });
}

test('M9 a code that is scanned twice in the same breath is charged once', async ({ bench }) => {
  const code = bench.code('wechat');
  bench.terminal.typeAmount('44.44');
  await bench.terminal.screen('present-code');
  bench.terminal.scan(code);
  bench.terminal.scan(code);
  bench.terminal.scan(code);
  const paid = await bench.terminal.screen('paid');
  assert.is(bench.ordersOf(4444).length, 1);
  assert.is(bench.truth(paid.order)?.charges, 1);
  await leave(bench);
});

test('M9 the same code is swallowed after a restart too', async ({ bench }) => {
  const code = bench.code('alipay');
  await bench.sell('55.55', code);
  await bench.terminal.screen('paid');
  await bench.terminal.kill();
  await bench.powerUp();
  bench.terminal.typeAmount('55.56');
  await bench.terminal.screen('present-code');
  bench.terminal.scan(code);
  const again = await bench.terminal.screen('present-code');
  assert.ok(again.lines.join().includes('请刷新付款码'), again.lines.join());
  assert.is(bench.ordersOf(5556).length, 0);
});

test.run();
