import * as assert from 'uvu/assert';
import type { Key } from '../../domain/screen.ts';
import { Bench } from '../support/bench.ts';
import {
  home,
  linesOf,
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

const test = suite('acceptance/refund-lives');

test('A4 M6 an unknown refund keeps its amount reserved, says so, and is told when the truth is known', async () => {
  const bench = await Bench.start({ config: { 'payment.windowMs': 1500 } });
  const { terminal } = bench;
  try {
    const order = await paid(bench, 'alipay', '7.00');
    for (const on of ['refund', 'query_refund_order'] as const) {
      bench.gateway.sandbox.arm({ script: 'refund-lost-done', interface: on, times: 1000 });
    }
    await refund(bench, order, '5.00');
    const unknown = await terminal.screen('refund-unknown');
    assert.ok(unknown.lines.includes('请勿重复退款'), unknown.lines.join());
    await terminal.voice('勿重复退款');
    const { openRefunds } = await terminal.dump();
    assert.is(openRefunds.length, 1);
    const [number = ''] = openRefunds;
    await slipOf(bench, number, '未确认');
    assert.ok(!saidOf(bench, number).some((text) => text.includes('失败')), saidOf(bench, number).join());
    await home(bench);
    const rest = await refundAmount(bench, order);
    assert.is(rest.amountFen, 200);
    await home(bench);
    bench.gateway.sandbox.disarm();
    await terminal.until('the truth', (dump) => dump.openRefunds.length === 0);
    await terminal.voice('支付宝退款已受理，五元');
    assert.is(refundedFen(bench, order), 500);
    assert.is(refundsAt(bench, order).length, 1);
  } finally {
    await bench.close();
  }
});

test('A4 M1 M6 kill -9 between the intent of a refund and its answer: one refund, told once after boot', async () => {
  const bench = await Bench.start({ settings: { latency: { kind: 'fixed', ms: 0 }, refundDelayMs: 300 } });
  try {
    const order = await paid(bench, 'wechat', '8.00');
    await refundAmount(bench, order);
    bench.gateway.sandbox.change({ latency: { kind: 'fixed', ms: 1500 } });
    bench.terminal.press('enter');
    await bench.terminal.screen('refunding');
    const { openRefunds } = await bench.terminal.until('the intent', (dump) => dump.openRefunds.length === 1);
    await bench.terminal.kill();
    bench.gateway.sandbox.change({ latency: { kind: 'fixed', ms: 0 } });
    await bench.powerUp();
    await bench.terminal.until('the truth', (dump) => dump.openRefunds.length === 0);
    await bench.terminal.voice('微信退款');
    const [number = ''] = openRefunds;
    assert.is(refundedFen(bench, order), 800);
    assert.equal(
      refundsAt(bench, order).map((one) => one.number),
      [number],
    );
    const accepted = saidOf(bench, number).filter((text) => text.includes('已受理'));
    assert.is(accepted.length, 1, saidOf(bench, number).join());
  } finally {
    await bench.close();
  }
});

test('A4 a refund PIN set on the terminal is asked for before every refund, and its digits are shown nowhere', async () => {
  const bench = await Bench.start();
  const { terminal } = bench;
  // Eight digits: four would stand in some order's number by chance.
  const digits: readonly Key[] = ['4', '7', '1', '1', '0', '8', '1', '5'];
  const shown = new RegExp(digits.join(''));
  const pin = async (...keys: readonly Key[]): Promise<void> => {
    terminal.press(...keys, 'enter');
  };
  try {
    terminal.press('menu', '9');
    await terminal.screen('refund-pin');
    await pin(...digits);
    await terminal.next('once more', (line) => linesOf(line).includes('请再输入一次'));
    await pin(...digits.slice(1));
    await terminal.next('they differ', (line) => linesOf(line).includes('两次输入不一致，请重新输入'));
    await pin(...digits);
    await terminal.next('once more', (line) => linesOf(line).includes('请再输入一次'));
    await pin(...digits);
    await terminal.screen('refund-pin-set');
    await home(bench);

    const order = await paid(bench, 'wechat', '2.50');
    await refundAmount(bench, order);
    terminal.press('enter');
    await terminal.screen('refund-pin');
    await pin('0', '0', '0', '0');
    await terminal.next('wrong', (line) => linesOf(line).some((text) => text.includes('还可试 4 次')));
    terminal.press(...digits);
    await terminal.next('eight stars', (line) => linesOf(line).includes('********'));
    assert.not.match(JSON.stringify((await terminal.dump()).actors), shown);
    assert.is(refundsAt(bench, order).length, 0);
    terminal.press('enter');
    await terminal.screen('refund-accepted');
    assert.is(refundedFen(bench, order), 250);
    await home(bench);
    assert.not.match(JSON.stringify(terminal.lines) + terminal.stderr, shown);
  } finally {
    await bench.close();
  }
});

test('A4 M7 an accepted refund is still tracked after a power cut, and its acceptance is not told again', async () => {
  const bench = await Bench.start({ settings: { refundDelayMs: 60_000 } });
  try {
    const order = await paid(bench, 'alipay', '2.60');
    await refundAmount(bench, order);
    bench.terminal.press('enter');
    await bench.terminal.screen('refund-accepted');
    const [made] = refundsAt(bench, order);
    const number = made?.number ?? '';
    await slipOf(bench, number, '已受理');
    await bench.terminal.until('both tellings in the journal', ({ journal }) => {
      return journal.filter(({ type, refund: of }) => type === 'TOLD' && of === number).length === 2;
    });
    // What was told becomes durable with the next quiet second at the latest.
    bench.terminal.terminate();
    await bench.terminal.exited();
    await bench.powerUp();
    assert.equal((await bench.terminal.dump()).openRefunds, [number]);
    bench.gateway.sandbox.change({ refundDelayMs: 0 });
    const rest = await queried(bench, order);
    assert.is(rest.lines[0], '已全额退款');
    assert.equal(saidOf(bench, number), []);
  } finally {
    await bench.close();
  }
});

test.run();
