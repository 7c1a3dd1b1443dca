import * as assert from 'uvu/assert';
import { scriptById } from '../../simulator/gateway/fault-scripts.ts';
import { STATE_PROFILES } from '../../simulator/gateway/settings.ts';
import { Bench } from '../support/bench.ts';
import {
  home,
  paid,
  queried,
  refund,
  refundAmount,
  refundedFen,
  refundsAt,
  saidOf,
  slipOf,
} from '../support/refund-hands.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench; tracking: Bench }>('acceptance/refund');

test.before(async (world) => {
  // On the first nothing reaches its end by itself; on the second refunds are tracked while one looks.
  world.bench = await Bench.start({ config: { 'reconcile.intervalMs': 600_000 } });
  world.tracking = await Bench.start({ settings: { refundDelayMs: 300 }, config: { 'payment.windowMs': 1500 } });
});
test.before.each(async ({ bench, tracking }) => {
  for (const { gateway, terminal } of [bench, tracking]) {
    gateway.sandbox.disarm();
    // A test that failed half-way must not fail the next one.
    if (terminal.all('screen').at(-1)?.['name'] === 'idle') continue;
    terminal.press('cancel');
    await terminal.screen('idle');
  }
});
test.after(async ({ bench, tracking }) => {
  await bench.close();
  await tracking.close();
});

const NAMES = { wechat: '微信', alipay: '支付宝' } as const;

for (const profile of STATE_PROFILES) {
  for (const platform of ['wechat', 'alipay'] as const) {
    test(`A4 C5 ${platform} under ${profile}: the rest is the default, may be lowered, and accepted is not refunded`, async ({
      bench,
    }) => {
      const { terminal } = bench;
      bench.gateway.sandbox.change({ profile, refundDelayMs: 60_000 });
      const order = await paid(bench, platform, '0.02');
      assert.is((await queried(bench, order)).lines[0], '已支付');

      await refund(bench, order, '0.03');
      const refused = await terminal.screen('refused');
      assert.ok(refused.lines.includes('超过可退金额'), refused.lines.join());
      await home(bench);
      assert.is(refundedFen(bench, order), 0);

      await refund(bench, order, '0.01');
      const accepted = await terminal.screen('refund-accepted');
      assert.is(accepted.order, order);
      assert.is(accepted.amountFen, 1);
      assert.ok(accepted.lines.includes('尚未到账，请顾客留意到账通知'), accepted.lines.join());
      await terminal.voice(`${NAMES[platform]}退款已受理`);
      await slipOf(bench, refundsAt(bench, order)[0]?.number ?? '', '尚未到账');
      await home(bench);
      assert.is(refundedFen(bench, order), 1);
      const partly = await queried(bench, order);
      assert.is(partly.lines[0], '已部分退款');
      assert.ok(partly.lines.includes('已退 ¥0.01'), partly.lines.join());
      assert.ok(
        partly.lines.some((line) => line.startsWith('退款 ¥0.01 已受理')),
        partly.lines.join(),
      );

      await refund(bench, order, '0.02');
      assert.ok((await terminal.screen('refused')).lines.includes('超过可退金额'));
      await home(bench);

      const rest = await refundAmount(bench, order);
      assert.is(rest.amountFen, 1);
      terminal.press('enter');
      await terminal.screen('refund-accepted');
      await home(bench);
      const fully = await queried(bench, order);
      assert.is(fully.lines[0], '已全额退款');
      assert.is(refundedFen(bench, order), 2);
      assert.is(refundsAt(bench, order).length, 2);

      terminal.press('refund');
      terminal.scan(order);
      assert.ok((await terminal.screen('refused')).lines.includes('超过可退金额'));
      await home(bench);
    });
  }
}

test('A4 a full refund costs the refund key, one scan and enter, and its slip leads back to the order', async ({
  bench,
}) => {
  bench.gateway.sandbox.change({ profile: 'mixed' });
  const order = await paid(bench, 'alipay', '12.50');
  await refundAmount(bench, order);
  bench.terminal.press('enter');
  const accepted = await bench.terminal.screen('refund-accepted');
  assert.is(accepted.amountFen, 1250);
  const [made] = refundsAt(bench, order);
  assert.is(made?.refundFen, 1250);
  const slip = await slipOf(bench, made?.number ?? '', '已受理');
  assert.is(slip['orderBarcode'], order);
  assert.equal(saidOf(bench, made?.number ?? ''), ['支付宝退款已受理，十二点五元']);
  for (const line of String(slip['text']).split('\n')) assert.ok(columns(line) <= 32, line);
  await home(bench);
});

test('A4 0 is refused on the terminal, and cancel leaves every screen on the way', async ({ bench }) => {
  const order = await paid(bench, 'wechat', '3.00');
  await refund(bench, order, '0');
  assert.ok((await bench.terminal.screen('refused')).lines.includes('金额必须大于0'));
  await home(bench);
  await refundAmount(bench, order);
  await home(bench);
  bench.terminal.press('refund');
  await bench.terminal.screen('refund-scan');
  await home(bench);
  assert.is(refundsAt(bench, order).length, 0);
});

test('A4 from the screen of a found order the refund key goes straight to its refund', async ({ bench }) => {
  const order = await paid(bench, 'wechat', '3.10');
  bench.terminal.scan(order);
  await bench.terminal.screen('order');
  bench.terminal.press('refund');
  const screen = await bench.terminal.screen('refund-amount');
  assert.is(screen.order, order);
  assert.is(screen.amountFen, 310);
  await home(bench);
});

test('C6 a detail answer of 200 KB changes nothing', async ({ bench }) => {
  const order = await paid(bench, 'alipay', '4.00');
  for (let count = 0; count < 12; count += 1) await paid(bench, 'alipay', `4.${10 + count}`);
  bench.gateway.sandbox.change({ detailSize: 'huge' });
  await refund(bench, order, '1.00');
  await bench.terminal.screen('refund-accepted');
  await home(bench);
  const found = await queried(bench, order);
  assert.is(found.lines[0], '已部分退款');
  assert.ok(found.lines.includes('已退 ¥1.00'), found.lines.join());
  bench.gateway.sandbox.change({ detailSize: 'realistic' });
});

test('A4 without the detail query nothing is refunded until the cashier has looked elsewhere', async ({ bench }) => {
  const order = await paid(bench, 'wechat', '5.00');
  const armed = bench.gateway.sandbox.arm({
    script: 'lost-before-charging',
    interface: 'client_order_detail',
    times: 1000,
  });
  assert.ok(typeof armed !== 'string', 'the fault is armed');
  bench.terminal.press('refund');
  bench.terminal.scan(order);
  const question = await bench.terminal.screen('confirm');
  assert.ok(question.lines.includes('退款情况未确认'), question.lines.join());
  bench.terminal.press('enter');
  assert.is((await bench.terminal.screen('refund-amount')).amountFen, 500);
  await home(bench);
  const found = await queried(bench, order);
  assert.is(found.lines[0], '已支付');
  assert.ok(found.lines.includes('退款情况未确认'), found.lines.join());
  bench.gateway.sandbox.disarm();
});

test('A4 an accepted refund is tracked to its end, which is told once', async ({ tracking: bench }) => {
  const order = await paid(bench, 'wechat', '6.00');
  await refundAmount(bench, order);
  bench.terminal.press('enter');
  await bench.terminal.screen('refund-accepted');
  const [made] = refundsAt(bench, order);
  await bench.terminal.until('the end of the refund', ({ openRefunds }) => openRefunds.length === 0);
  await bench.terminal.voice('微信退款成功');
  assert.equal(saidOf(bench, made?.number ?? ''), ['微信退款已受理，六元', '微信退款成功，六元']);
  await home(bench);
});

for (const [script, platform, screen, words] of [
  ['refund-fails', 'wechat', '退款失败', '微信退款失败'],
  ['refund-fails', 'alipay', '退款失败', '支付宝退款失败'],
  ['refund-manual', 'wechat', '需人工退款', '人工'],
] as const) {
  test(`A4 ${platform}: a refund that ends as ${script} says so on screen, voice and paper`, async ({
    tracking: bench,
  }) => {
    bench.gateway.sandbox.change({ refundDelayMs: 1000 });
    const order = await paid(bench, platform, scriptYuan(script));
    await refundAmount(bench, order);
    bench.terminal.press('enter');
    await bench.terminal.screen('refund-accepted');
    const [made] = refundsAt(bench, order);
    const failed = await bench.terminal.screen('refund-failed');
    assert.is(failed.lines[0], screen);
    await bench.terminal.voice(words);
    await slipOf(bench, made?.number ?? '', script === 'refund-manual' ? '人工' : '失败');
    await home(bench);
    const asked = await (bench.terminal.scan(order), bench.terminal.screen('order'));
    assert.is(asked.lines[0], '已支付');
    await home(bench);
    bench.terminal.press('refund');
    bench.terminal.scan(order);
    // M6: what a person must hand over is not refunded a second time; what failed may be tried again.
    const next = await bench.terminal.next(
      'the next refund',
      (line) => line.is === 'screen' && ['refund-amount', 'refused'].includes(String(line['name'])),
    );
    assert.is(next['name'], script === 'refund-manual' ? 'refused' : 'refund-amount');
    await home(bench);
    bench.gateway.sandbox.change({ refundDelayMs: 300 });
  });
}

for (const script of ['refund-lost-done', 'refund-lost-not-done', 'refund-103-done'] as const) {
  test(`A4 M6 ${script}: the refund happens once, under one number`, async ({ tracking: bench }) => {
    const order = await paid(bench, 'wechat', scriptYuan(script));
    await refundAmount(bench, order);
    bench.terminal.press('enter');
    await bench.terminal.screen('refunding');
    await bench.terminal.until('the end of the refund', ({ openRefunds, journal }) => {
      return (
        openRefunds.length === 0 && journal.some(({ type, order: of }) => type === 'REFUND_RESULT' && of === order)
      );
    });
    assert.is(refundsAt(bench, order).length, 1);
    assert.is(refundedFen(bench, order), bench.truth(order)?.totalFen);
    await home(bench);
  });
}

function scriptYuan(id: string): string {
  const script = scriptById(id);
  assert.ok(script !== undefined);
  return `900.${String(script.cents).padStart(2, '0')}`;
}

/** Columns on paper: a Chinese character takes two. */
function columns(line: string): number {
  return [...line].reduce((sum, character) => sum + (/[ -~]/.test(character) ? 1 : 2), 0);
}

test.run();
