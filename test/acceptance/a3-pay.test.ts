import * as assert from 'uvu/assert';
import { STATE_PROFILES } from '../../simulator/gateway/settings.ts';
import { Bench } from '../support/bench.ts';
import type { Line } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

const MANDATED = '通过订单查询确认支付结果或手机端商户管理系统确认支付结果';
const CLAIMS = ['超时', '失败', '未收款', '没有收款', '未扣款'];

const test = suite<{ bench: Bench; hasty: Bench }>('acceptance/a3-pay');

test.before(async (world) => {
  // Two counters: one whose window nobody wants to see the end of, and a hasty one.
  world.bench = await Bench.start();
  world.hasty = await Bench.start({ config: { 'payment.windowMs': 1500 } });
});
test.after(async ({ bench, hasty }) => {
  await bench.close();
  await hasty.close();
});

const voicesOf = (bench: Bench, order: string | null): readonly string[] =>
  bench.terminal
    .all('voice')
    .filter((line) => line['order'] === order)
    .map((line) => String(line['text']));

const told = (bench: Bench, order: string | null, part: string): Promise<Line> =>
  bench.terminal.ever(`${part} of ${order}`, (line) => {
    return line.is === 'voice' && line['order'] === order && String(line['text']).includes(part);
  });

/** Back to the idle screen, whatever is shown. */
const home = async (bench: Bench): Promise<void> => {
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
};

for (const profile of STATE_PROFILES) {
  for (const platform of ['wechat', 'alipay'] as const) {
    const name = platform === 'wechat' ? '微信支付' : '支付宝';

    test(`A3 C2 ${platform} under ${profile}: the password screen stands until the customer has typed it, then it is paid`, async ({
      bench,
    }) => {
      bench.gateway.sandbox.change({ profile });
      const asked = await bench.sell('5.20', bench.code(platform, 'password'));
      const screen = asked.name === 'password' ? asked : await bench.terminal.screen('password');
      assert.ok(screen.lines.includes('等待用户输入密码中'), screen.lines.join());
      assert.is(screen.order, asked.order);
      assert.is(screen.amountFen, 520);
      assert.is(bench.truth(asked.order)?.charges, 0);
      assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
      const paid = await bench.terminal.screen('paid');
      assert.is(paid.order, asked.order);
      await told(bench, asked.order, `${name}收款成功，五点二元`);
      assert.is(bench.truth(asked.order)?.charges, 1);
      await home(bench);
    });

    test(`C3 ${platform} under ${profile}: a customer who stops is told as not charged only when the gateway says so`, async ({
      hasty: bench,
    }) => {
      bench.gateway.sandbox.change({ profile });
      const asked = await bench.sell('5.30', bench.code(platform, 'password'));
      await bench.terminal.screen('password');
      assert.equal(voicesOf(bench, asked.order), []);
      assert.ok(bench.gateway.sandbox.stopOrder(asked.order ?? ''));
      const ended = await bench.terminal.next(
        'failed, or unknown where the numbering hides it',
        (line) => line.is === 'screen' && ['failed', 'unknown'].includes(String(line['name'])),
      );
      assert.is(ended['order'], asked.order);
      assert.is(bench.truth(asked.order)?.charges, 0);
      await home(bench);
    });

    test(`A3 C3 ${platform} under ${profile}: at the end of the window the mandated words, no claim, then the late truth`, async ({
      hasty: bench,
    }) => {
      bench.gateway.sandbox.change({ profile });
      const asked = await bench.sell('6.66', bench.code(platform, 'password'));
      const unknown = await bench.terminal.screen('unknown');
      assert.is(unknown.order, asked.order);
      assert.ok(unknown.lines.includes(MANDATED), unknown.lines.join());
      await told(bench, asked.order, '结果未确认，请查单，勿重复收款');
      const slip = await bench.terminal.printed('the unknown slip', (line) => line['orderBarcode'] === asked.order);
      assert.is(slip['kind'], 'unknown');
      assert.ok((await bench.terminal.dump()).openOrders.includes(asked.order ?? ''));
      for (const text of [...voicesOf(bench, asked.order), ...unknown.lines]) {
        assert.not.ok(
          CLAIMS.some((claim) => text.includes(claim)),
          text,
        );
      }
      assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
      const paid = await bench.terminal.screen('paid');
      assert.is(paid.order, asked.order);
      const late = await told(bench, asked.order, '收款成功');
      assert.match(String(late['text']), new RegExp(`^刚才那笔，?${name}收款成功，六点六六元`));
      assert.is(bench.truth(asked.order)?.charges, 1);
      assert.is(bench.ordersOf(666).filter(({ number }) => number === asked.order).length, 1);
      await home(bench);
    });

    test(`A3 ${platform} under ${profile}: a verified refusal is final, said with the gateway's reason, and the next sale may start`, async ({
      bench,
    }) => {
      bench.gateway.sandbox.change({ profile });
      bench.terminal.typeAmount('7.77');
      await bench.terminal.screen('present-code');
      bench.terminal.scan(bench.code(platform, 'insufficient'));
      const failed = await bench.terminal.screen('failed');
      assert.ok(failed.lines.join().includes('余额不足'), failed.lines.join());
      await told(bench, failed.order, '收款失败');
      assert.is(bench.truth(failed.order)?.charges ?? 0, 0);
      bench.terminal.typeAmount('7.77');
      await bench.terminal.screen('present-code');
      bench.terminal.scan(bench.code(platform));
      const paid = await bench.terminal.screen('paid');
      assert.is.not(paid.order, failed.order);
      assert.is(bench.truth(paid.order)?.charges, 1);
      await home(bench);
    });
  }
}

for (const platform of ['wechat', 'alipay'] as const) {
  test(`A3 ${platform}: status 103 is asked about after 3 s at the earliest, and status 3 is no refusal`, async ({
    bench,
  }) => {
    for (const script of ['status-103-paid', 'status-3-paid']) {
      bench.gateway.sandbox.arm({ script });
      const started = bench.gateway.sandbox.nowMs();
      await bench.sell('8.88', bench.code(platform));
      const paid = await bench.terminal.screen('paid');
      assert.is(bench.truth(paid.order)?.charges, 1);
      const query = bench.book.log.findLast((one) => one.interface === 'query_order' && one.number === paid.order);
      assert.ok(query !== undefined);
      if (script === 'status-103-paid') assert.ok(query.atMs - started >= 3000, `${query.atMs - started} ms`);
      assert.is(bench.book.requests[paid.order ?? '']?.micro_pay, 1);
      await home(bench);
    }
  });
}

test('A3 cancel while paying abandons nothing: the order stays open in the background, and its end is announced', async ({
  bench,
}) => {
  const asked = await bench.sell('9.90', bench.code('wechat', 'password'));
  await bench.terminal.screen('password');
  await home(bench);
  assert.ok((await bench.terminal.dump()).openOrders.includes(asked.order ?? ''));
  const next = await bench.sell('1.10', bench.code('alipay'));
  const paid = await bench.terminal.screen('paid');
  assert.is(paid.order, next.order);
  assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
  const late = await told(bench, asked.order, '微信支付收款成功，九点九元');
  assert.match(String(late['text']), /^刚才那笔/);
  assert.is(bench.terminal.all('screen').at(-1)?.['order'], paid.order, 'the screen keeps what the cashier looks at');
  await bench.terminal.until('no open order', ({ openOrders }) => openOrders.length === 0);
  await home(bench);
});

test('A3 the next sale starts straight from the result screen by typing digits', async ({ bench }) => {
  await bench.sell('0.01', bench.code('wechat'));
  await bench.terminal.screen('paid');
  await bench.sell('0.03', bench.code('alipay'));
  const paid = await bench.terminal.screen('paid');
  assert.is(paid.amountFen, 3);
  await home(bench);
});

test('A3 the truth of everything: each order of this suite is charged at most once and nothing was reversed', ({
  bench,
  hasty,
}) => {
  for (const { book } of [bench, hasty]) {
    assert.ok(book.orders.length >= 12);
    assert.ok(book.orders.every(({ charges }) => charges <= 1));
    assert.is(book.traps.reverse, 0);
  }
});

test.run();
