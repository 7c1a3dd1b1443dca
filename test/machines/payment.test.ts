import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { paymentMachine } from '../../machines/payment.machine.ts';
import type { PayAnswer, PaymentVerdict, QueryAnswer, RecoveredOrder } from '../../machines/payment-order.ts';
import { pass, startChart } from '../support/charts.ts';
import {
  BUSY,
  CONTEXT,
  DOMAINS,
  LIMITS,
  NOT_FOUND,
  PAID,
  RECOVERED,
  REFUSED,
  UNKNOWN,
  WAITING,
  notSent,
} from '../support/payment-answers.ts';

const test = suite('machines/payment');

interface Script {
  readonly pay?: readonly PayAnswer[];
  readonly query?: readonly QueryAnswer[];
  readonly recovered?: RecoveredOrder;
  readonly platform?: 'wechat' | 'alipay';
  readonly recordResult?: () => void;
  readonly recordIntent?: () => { order: string };
}

/** A payment against scripted answers; the last answer of a list repeats. */
function startPayment(script: Script) {
  const clock = new VirtualClock();
  const calls: { readonly call: string; readonly atMs: number; readonly tried: readonly string[] }[] = [];
  const said = (call: string, tried: readonly string[] = []) =>
    calls.push({ call, atMs: Math.round(clock.monotonicMs()), tried });
  const take = <Answer>(list: readonly Answer[] | undefined, call: string, none: Answer): Answer => {
    const index = calls.filter((one) => one.call === call).length - 1;
    return list?.[Math.min(index, list.length - 1)] ?? none;
  };
  const ports = {
    recordIntent: () => {
      said('intent');
      return script.recordIntent?.() ?? { order: 'o1' };
    },
    submit: ({ tried }: { tried: readonly string[] }) => {
      said('pay', tried);
      return take<PayAnswer>(script.pay, 'pay', UNKNOWN);
    },
    queryOrder: () => {
      said('query');
      return take<QueryAnswer>(script.query, 'query', UNKNOWN);
    },
    recordResult: () => {
      said('result');
      script.recordResult?.();
    },
  };
  const { recovered = null, platform = 'wechat' } = script;
  const sale = recovered === null && CONTEXT.given.sale !== null ? { ...CONTEXT.given.sale, platform } : null;
  const input = { slot: 'payment.1', sale, recovered, limits: LIMITS };
  const chart = startChart(paymentMachine, { clock, input, ports });
  const verdict = () => chart.heard.find(({ type }) => type === 'payment.settled')?.['verdict'] as PaymentVerdict;
  const phases = () => chart.heard.flatMap(({ phase }) => (typeof phase === 'string' ? [phase] : []));
  const names = () => calls.map(({ call }) => call).join(' ');
  return { ...chart, clock, calls, names, verdict, phases };
}

test('M1 the intent is recorded before the first attempt, and nothing is sent when it cannot be', async () => {
  const good = startPayment({ pay: [PAID] });
  await pass(good.clock, 0);
  assert.is(good.names(), 'intent pay result');
  const bad = startPayment({
    recordIntent: () => {
      throw new Error('disk full');
    },
  });
  await pass(bad.clock, 300_000);
  assert.is(bad.names(), 'intent');
  assert.is(bad.heard[0]?.type, 'payment.notStarted');
});

test('M2 a domain that took no byte is followed by the next one, each asked once', async () => {
  const payment = startPayment({ pay: [...DOMAINS.slice(0, 3).map(notSent), PAID] });
  await pass(payment.clock, 0);
  assert.equal(
    payment.calls.filter(({ call }) => call === 'pay').map(({ tried }) => tried.length),
    [0, 1, 2, 3],
  );
  assert.is(payment.verdict().outcome, 'paid');
});

test('M2 when no domain took a byte the sale ends as not sent', async () => {
  const payment = startPayment({ pay: DOMAINS.map(notSent) });
  await pass(payment.clock, 0);
  assert.is(payment.verdict().outcome, 'not-sent');
  assert.not.ok(payment.names().includes('query'));
});

test('M2 after a lost answer the order is queried, and repeated only after a signed no-such-order', async () => {
  const payment = startPayment({ pay: [UNKNOWN, PAID], query: [UNKNOWN, UNKNOWN, NOT_FOUND] });
  await pass(payment.clock, 20_000);
  assert.is(payment.names(), 'intent pay query query query pay result');
  assert.is(payment.verdict().outcome, 'paid');
});

test('M2 a dead customer code is never sent again', async () => {
  const payment = startPayment({ query: [...Array<QueryAnswer>(20).fill(UNKNOWN), NOT_FOUND] });
  await pass(payment.clock, 200_000);
  assert.is(payment.calls.filter(({ call }) => call === 'pay').length, 1);
});

test('M2 a recovered order is never paid again, whatever the gateway denies', async () => {
  const payment = startPayment({ recovered: RECOVERED, query: [NOT_FOUND] });
  await pass(payment.clock, 3_000_000);
  assert.not.ok(payment.names().includes('pay'));
  assert.is(payment.verdict().outcome, 'denied');
});

test('M3 a refusal of a repeat proves nothing: the first request may have been the one that charged', async () => {
  const payment = startPayment({ pay: [UNKNOWN, REFUSED], query: [NOT_FOUND, PAID] });
  await pass(payment.clock, 20_000);
  assert.is(payment.names(), 'intent pay query pay query result');
  assert.is(payment.verdict().outcome, 'paid');
});

test('M3 a refusal of the first request that left is final', async () => {
  const payment = startPayment({ pay: [notSent('https://a.test'), REFUSED] });
  await pass(payment.clock, 0);
  assert.equal(payment.verdict(), {
    outcome: 'failed',
    reason: 'no money',
    transactionId: null,
    paidAtMs: null,
    late: false,
  });
});

test('M3 a port that crashes while sending is an unknown, not a failure', async () => {
  const clock = new VirtualClock();
  const ports = {
    recordIntent: () => ({ order: 'o1' }),
    submit: () => {
      throw new Error('a bug');
    },
    queryOrder: () => PAID,
    recordResult: () => undefined,
  };
  const input = { slot: 'payment.1', sale: CONTEXT.given.sale, recovered: null, limits: LIMITS };
  const chart = startChart(paymentMachine, { clock, input, ports });
  await pass(clock, 10_000);
  assert.ok(chart.heard.some(({ type, where }) => type === 'crash.reported' && where === 'payment'));
  const settled = chart.heard.find(({ type }) => type === 'payment.settled');
  assert.is((settled?.['verdict'] as PaymentVerdict).outcome, 'paid');
});

test('M4 the end of the window says unresolved, never failed, and goes on asking', async () => {
  const payment = startPayment({});
  await pass(payment.clock, 119_000);
  assert.not.ok(payment.phases().includes('unresolved'));
  await pass(payment.clock, 2000);
  assert.is(payment.phases().at(-1), 'unresolved');
  assert.is(payment.verdict(), undefined);
  const before = payment.calls.length;
  await pass(payment.clock, 3_600_000);
  assert.is(payment.verdict(), undefined);
  assert.ok(payment.calls.length > before + 5);
});

test('M4 a payment that arrives after the window is late, and says so', async () => {
  const payment = startPayment({ query: [...Array<QueryAnswer>(42).fill(UNKNOWN), PAID] });
  await pass(payment.clock, 600_000);
  assert.is(payment.verdict().outcome, 'paid');
  assert.ok(payment.verdict().late);
});

test('M4 a lasting denial ends the order only long after its window', async () => {
  const payment = startPayment({ query: [NOT_FOUND] });
  await pass(payment.clock, 120_000 + 599_000);
  assert.is(payment.verdict(), undefined);
  await pass(payment.clock, 1_200_000);
  assert.is(payment.verdict().outcome, 'denied');
});

test('M4 an Alipay order that waits beyond five lives was never paid, and ends (seed 4 of the world)', async () => {
  const payment = startPayment({ platform: 'alipay', pay: [WAITING], query: [WAITING] });
  await pass(payment.clock, 120_000 + 599_000);
  assert.is(payment.verdict(), undefined);
  await pass(payment.clock, 1_200_000);
  assert.is(payment.verdict().outcome, 'denied');
});

test('M4 background queries slow down to ten minutes and never stop', async () => {
  const payment = startPayment({});
  await pass(payment.clock, 2 * 3_600_000);
  const times = payment.calls.filter(({ atMs }) => atMs > 121_000).map(({ atMs }) => atMs);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  assert.ok(gaps.every((gap) => gap <= 600_000 * 1.2 + 1));
  assert.ok((gaps.at(-1) ?? 0) > 400_000);
});

test('M8 a recovered order has only the rest of its window', async () => {
  const payment = startPayment({ recovered: RECOVERED });
  await pass(payment.clock, 39_000);
  assert.not.ok(payment.phases().includes('unresolved'));
  await pass(payment.clock, 2000);
  assert.is(payment.phases().at(-1), 'unresolved');
});

test('M8 a recovered order whose window is over is asked once at once, then says unresolved', async () => {
  const payment = startPayment({ recovered: { ...RECOVERED, windowRemainingMs: 0 } });
  await pass(payment.clock, 0);
  assert.is(payment.names(), 'query');
  assert.is(payment.phases().at(-1), 'unresolved');
});

test('M8 what is settled after a restart is late even inside its window', async () => {
  const payment = startPayment({ recovered: RECOVERED, query: [PAID] });
  await pass(payment.clock, 0);
  assert.ok(payment.verdict().late);
});

test('M10 a result that cannot be written is told at once and written when the disk is back', async () => {
  let broken = 3;
  const payment = startPayment({
    pay: [PAID],
    recordResult: () => {
      broken -= 1;
      if (broken >= 0) throw new Error('EIO');
    },
  });
  await pass(payment.clock, 0);
  assert.is(payment.verdict().outcome, 'paid');
  await pass(payment.clock, 7000);
  assert.is(payment.names(), 'intent pay result result result result');
  assert.is(payment.heard.filter(({ type }) => type === 'payment.settled').length, 1);
});

test('status 103 is waited out even when the terminal polls faster', async () => {
  const payment = startPayment({ pay: [BUSY], query: [BUSY, PAID] });
  await pass(payment.clock, 2999);
  assert.is(payment.names(), 'intent pay');
  await pass(payment.clock, 3100);
  assert.is(payment.names(), 'intent pay query query result');
});

test('a query that could not leave is asked again on another domain within a quarter of a second', async () => {
  const payment = startPayment({ query: [notSent('https://a.test'), PAID] });
  await pass(payment.clock, 3300);
  assert.is(payment.names(), 'intent pay query query result');
});

test('that the customer is asked for the password is told once, however often the gateway says so', async () => {
  const payment = startPayment({ pay: [WAITING], query: [WAITING, WAITING, PAID] });
  await pass(payment.clock, 60_000);
  assert.is(payment.phases().filter((phase) => phase === 'password').length, 1);
  assert.is(payment.verdict().outcome, 'paid');
  assert.not.ok(payment.verdict().late);
});

test('a customer who is still asked for the password after an answer was lost is told of again', async () => {
  const payment = startPayment({ pay: [WAITING], query: [WAITING, UNKNOWN, WAITING, WAITING, PAID] });
  await pass(payment.clock, 60_000);
  assert.equal(payment.phases(), ['submitting', 'password', 'querying', 'password']);
  assert.is(payment.verdict().outcome, 'paid');
});

test.run();
