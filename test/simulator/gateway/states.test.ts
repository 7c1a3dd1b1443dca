import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { lifeOfCode, makeCode, platformOfCode, readyCustomerCodes } from '../../../simulator/gateway/customer-codes.ts';
import { drawLatencyMs, STATE_PROFILES } from '../../../simulator/gateway/settings.ts';
import { at, openBench, orderNumber, queryFields, stateIn, type Bench } from './bench.ts';

const states = suite('simulator/gateway/states');

const EXPECTED = {
  mixed: { waiting: 4, closed: 5, refunded: 4, finished: 6, missing: 7 },
  since2018: { waiting: 4, closed: 5, refunded: 5, finished: 6, missing: 7 },
  until2018: { waiting: 3, closed: 4, refunded: 4, finished: 5, missing: 6 },
} as const;

for (const profile of STATE_PROFILES) {
  states(`Alipay states follow the profile ${profile}`, () => {
    const bench = openBench({ settings: { profile, alipayFinishMs: 1_000_000 } });
    const wanted = EXPECTED[profile];
    assert.is(stateIn(bench.pay(1, 90010, 2).content, 'micro_pay'), wanted.waiting);
    assert.is(stateIn(bench.pay(2, 90014, 2).content, 'micro_pay'), wanted.waiting);
    assert.is(stateIn(bench.pay(3, 90042, 2).content, 'micro_pay'), wanted.missing);
    assert.is(stateIn(bench.pay(4, 2, 2).content, 'micro_pay'), 2);
    bench.refund(4, 41, 2, 1, 2);
    assert.is(bench.state(4), 2, 'stays paid after a partial refund');
    bench.refund(4, 42, 2, 1, 2);
    assert.is(bench.state(4), wanted.refunded);
    bench.clock.advance(120_000);
    assert.is(bench.state(1), 2);
    assert.is(bench.state(2), wanted.waiting, 'not yet older than 120 s');
    bench.clock.advance(1);
    assert.is(bench.state(2), wanted.closed);
    assert.is(bench.state(3), 2);
    bench.clock.advance(1_000_000);
    assert.is(bench.state(3), wanted.finished);
    assert.is(bench.refund(3, 31, 90042, 1, 2).content['status'], 104, 'a finished order cannot be refunded');
  });
}

states('WeChat: waiting 9, paid 2, expired 10, stopped 5, refunded 4', () => {
  const bench = openBench();
  assert.is(stateIn(bench.pay(1, 90009).content, 'micro_pay'), 9);
  assert.is(stateIn(bench.pay(2, 90012).content, 'micro_pay'), 9);
  assert.is(stateIn(bench.pay(3, 90014).content, 'micro_pay'), 9);
  assert.is(bench.charges(1), 0);
  bench.clock.advance(5000);
  assert.is(bench.state(1), 2);
  assert.is(bench.charges(1), 1);
  bench.clock.advance(5000);
  assert.is(bench.state(2), 5);
  bench.clock.advance(110_001);
  assert.is(bench.state(3), 10);
  assert.equal([bench.charges(2), bench.charges(3)], [0, 0]);
  bench.refund(1, 11, 90009, 1);
  assert.is(bench.state(1), 4);
  bench.sandbox.change({ wechatRefundState: 'full-refund' });
  assert.is(bench.state(1), 2);
  bench.refund(1, 12, 90009, 90008);
  assert.is(bench.state(1), 4);
});

states('a refunded order keeps the time of its payment', () => {
  const bench = openBench();
  bench.pay(1, 2);
  const paidAt = Math.floor(bench.sandbox.nowMs() / 1000);
  bench.clock.advance(60_000);
  bench.refund(1, 11, 2, 2);
  const content = bench.ask('query_order', queryFields(orderNumber(1))).content;
  assert.is(at(content, 'query_order.order_content.time_end'), paidAt);
});

/** The state of the first refund of order 1. */
function refundState(bench: Bench): unknown {
  const content = bench.ask('query_refund_order', queryFields(orderNumber(1))).content;
  const row = 'query_refund_order.refund_order_content.0';
  return (
    at(content, `${row}.wxpay_refund_order_content_ext.state`) ??
    at(content, `${row}.alipay_refund_order_content_ext.refund_status`)
  );
}

states('refund records go 1, 4, 2 for WeChat and 1, 2 for Alipay', () => {
  for (const [platform, seen] of [
    [1, [1, 4, 2]],
    [2, [1, 1, 2]],
  ] as const) {
    const bench = openBench({ settings: { refundDelayMs: 4000 } });
    bench.pay(1, 5, platform);
    bench.refund(1, 11, 5, 1, platform);
    const found = [refundState(bench)];
    bench.clock.advance(2000);
    found.push(refundState(bench));
    bench.clock.advance(2000);
    found.push(refundState(bench));
    assert.equal(found, seen);
  }
});

states('a failed refund frees its amount again', () => {
  const bench = openBench();
  bench.pay(1, 90035);
  bench.refund(1, 11, 90035, 90035);
  assert.is(bench.refund(1, 12, 90035, 1).content['status'], 104);
  bench.clock.advance(3000);
  assert.is(refundState(bench), 3);
  assert.is(bench.sandbox.book().orders[0]?.refundedFen, 0);
});

states('a wall clock that jumps changes nothing at the gateway', () => {
  const bench = openBench();
  bench.pay(1, 90010);
  bench.clock.jumpWall(86_400_000);
  assert.is(bench.state(1), 9);
  bench.clock.jumpWall(-2 * 86_400_000);
  bench.clock.advance(60_000);
  assert.is(bench.state(1), 2);
});

states('customer codes: the digits choose, all others are plain', () => {
  const random = new SeededRandom('codes');
  const ready = readyCustomerCodes(random);
  assert.is(new Set(ready.map((code) => code.code)).size, 10);
  for (const { platform, kind, code, waitS } of ready) {
    assert.match(code, /^(13|28)8008\d{12}$/);
    assert.is(platformOfCode(code), platform);
    const life = lifeOfCode(code);
    const wanted = { plain: 'pays', password: 'pays', insufficient: 'refused', stops: 'stops', never: 'waits' }[kind];
    assert.is(life.kind, wanted);
    if (life.kind === 'pays' || life.kind === 'stops') assert.is(life.afterMs, waitS * 1000);
  }
  assert.equal(lifeOfCode('134567890123456789'), { kind: 'pays', afterMs: 0, meanwhile: 'waiting' });
  assert.throws(() => makeCode('wechat', 'password', 1000, random), /0–999/);
});

states('a password code waits, then pays; an empty purse is a signed 104 that stays one', () => {
  const bench = openBench();
  const random = new SeededRandom('codes');
  const password = makeCode('alipay', 'password', 7, random);
  assert.is(stateIn(bench.pay(1, 2, 2, password).content, 'micro_pay'), 4);
  bench.clock.advance(7000);
  assert.is(bench.state(1), 2);
  const empty = makeCode('wechat', 'insufficient', 0, random);
  for (let times = 0; times < 2; times += 1) {
    const refused = bench.pay(2, 2, 1, empty);
    assert.is(refused.content['status'], 104);
    assert.ok(refused.signed);
  }
  assert.is(bench.charges(2), 0);
  assert.is(bench.state(2), 10);
});

states('a used code is refused for another order when codes are single-use', () => {
  const bench = openBench({ settings: { singleUseCodes: true } });
  const code = '134567890123456789';
  assert.is(bench.pay(1, 2, 1, code).content['status'], 0);
  assert.is(bench.pay(1, 2, 1, code).content['status'], 0, 'the same order may be repeated');
  assert.is(bench.pay(2, 2, 1, code).content['status'], 104);
});

states('the customer can be made to pay or to give up by hand', () => {
  const bench = openBench();
  bench.pay(1, 90014);
  bench.pay(2, 90014);
  bench.clock.advance(20_000);
  assert.ok(bench.sandbox.payOrder(orderNumber(1)));
  assert.ok(bench.sandbox.stopOrder(orderNumber(2)));
  assert.equal([bench.state(1), bench.state(2)], [2, 5]);
  assert.not(bench.sandbox.payOrder(orderNumber(2)));
  assert.equal([bench.charges(1), bench.charges(2)], [1, 0]);
});

states('latencies keep to their distribution', () => {
  const random = new SeededRandom('latency');
  const draw = (latency: Parameters<typeof drawLatencyMs>[0]): number[] =>
    Array.from({ length: 4000 }, () => drawLatencyMs(latency, random)).sort((a, b) => a - b);
  assert.equal([...new Set(draw({ kind: 'fixed', ms: 7 }))], [7]);
  const even = draw({ kind: 'uniform', fromMs: 100, toMs: 200 });
  assert.ok((even[0] ?? 0) >= 100 && (even.at(-1) ?? 0) <= 200);
  const long = draw({ kind: 'lognormal', p50Ms: 150, p99Ms: 900 });
  const near = (value: number | undefined, wanted: number): boolean => Math.abs((value ?? 0) - wanted) < wanted * 0.25;
  assert.ok(near(long[2000], 150), `median ${long[2000]}`);
  assert.ok(near(long[3960], 900), `p99 ${long[3960]}`);
});

states.run();
