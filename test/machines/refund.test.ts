import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallTrace, RefundFacts, RefundState } from '../../domain/payment-gateway.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { refundMachine } from '../../machines/refund.machine.ts';
import type { RecoveredRefund, RefundAnswer, RefundAsk, RefundVerdict } from '../../machines/refund-order.ts';
import { pass, startChart } from '../support/charts.ts';

const test = suite('machines/refund');

const LIMITS = {
  pollIntervalMs: 3000,
  windowMs: 120_000,
  codeLifeMs: 60_000,
  reconcileIntervalMs: 30_000,
  reconcileIntervalMaxMs: 600_000,
  notFoundFinalAfterMs: 600_000,
  domains: 4,
};
const ASK: RefundAsk = { order: 'o1', orderFen: 88, refundFen: 8, platform: 'wechat', gatewayRefundedFen: 0 };
const RECOVERED: RecoveredRefund = {
  refund: 'r1',
  order: 'o1',
  orderFen: 88,
  refundFen: 8,
  platform: 'wechat',
  isAccepted: false,
  unresolvedTold: { voice: false, slip: false },
  repeatLeftMs: 500_000,
  denialFinalAfterMs: 1_200_000,
};

const trace = (domain = 'https://a.test'): CallTrace => ({
  domain,
  operation: 'refund',
  logId: null,
  status: 0,
  internalStatus: 0,
  description: '',
  connectMs: 0,
  requestMs: 1,
});
const facts = (state: RefundState): RefundFacts => ({
  kind: 'refund',
  refund: 'r1',
  order: 'o1',
  refundFen: 8,
  orderFen: 88,
  state,
  gatewayState: 1,
  platform: 'wechat',
  trace: trace(),
});
const UNKNOWN = { kind: 'unknown', reason: 'lost', waitMs: 0, trace: trace() } as const;
const MISSING = { kind: 'not-found', trace: trace() } as const;
const REFUSED = { kind: 'refused', reason: 'rejected', description: 'no balance', trace: trace() } as const;
const notSent = (domain: string) => ({ kind: 'not-sent', reason: 'refused', trace: trace(domain) }) as const;

interface Scene {
  /** Answers in turn; the last one stays. */
  readonly submit?: readonly RefundAnswer[];
  readonly query?: readonly RefundAnswer[];
  readonly recovered?: RecoveredRefund;
  readonly recordFails?: () => boolean;
}

function start(scene: Scene) {
  const clock = new VirtualClock();
  const submitted: string[] = [];
  const recorded: RefundVerdict[] = [];
  let queries = 0;
  const turn = (answers: readonly RefundAnswer[] | undefined, index: number): RefundAnswer =>
    answers?.[Math.min(index, answers.length - 1)] ?? UNKNOWN;
  const chart = startChart(refundMachine, {
    clock,
    input: {
      slot: 'refund.1',
      ask: scene.recovered === undefined ? ASK : null,
      recovered: scene.recovered ?? null,
      limits: LIMITS,
    },
    ports: {
      recordIntent: () => {
        if (scene.recordFails?.() === true) throw new Error('disk full');
        return { refund: 'r1' };
      },
      submit: ({ refund }: { refund: string }) => turn(scene.submit, submitted.push(refund) - 1),
      queryRefund: () => turn(scene.query, (queries += 1) - 1),
      recordResult: ({ verdict }: { verdict: RefundVerdict }) => void recorded.push(verdict),
    },
  });
  const heard = (): string[] =>
    chart.heard.map(({ type, ...event }) => {
      const { phase, verdict } = event as { phase?: string; verdict?: RefundVerdict };
      return [type, phase ?? verdict?.outcome].filter((part) => part !== undefined).join(' ');
    });
  return { chart, clock, submitted, recorded, heard, queries: () => queries };
}

test('accepted is not refunded: an accepted refund is recorded, told, and tracked to its end', async () => {
  const scene = start({ submit: [facts('processing')], query: [facts('processing'), facts('refunded')] });
  await pass(scene.clock, 1000);
  assert.equal(scene.heard(), ['refund.progress submitting', 'refund.accepted']);
  assert.equal(scene.recorded, [{ outcome: 'accepted', reason: '' }]);
  await pass(scene.clock, 150_000);
  assert.equal(scene.recorded.at(-1), { outcome: 'refunded', reason: '' });
  assert.is(scene.heard().at(-2), 'refund.settled refunded');
  assert.is(scene.queries(), 2);
});

test('status 0 is acceptance even when the state already says refunded', async () => {
  const scene = start({ submit: [facts('refunded')], query: [facts('refunded')] });
  await pass(scene.clock, 1000);
  assert.equal(scene.recorded, [{ outcome: 'accepted', reason: '' }]);
});

test('tracking asks ever more seldom, and never gives an accepted refund up', async () => {
  const scene = start({ submit: [facts('processing')], query: [MISSING, UNKNOWN, facts('processing')] });
  await pass(scene.clock, 4 * 3_600_000);
  assert.is(scene.chart.state(), 'tracking.resting');
  const asked = scene.queries();
  assert.ok(asked > 20 && asked < 40, String(asked));
  assert.equal(scene.recorded.length, 1);
});

for (const [state, outcome] of [
  ['failed', 'failed'],
  ['manual', 'manual'],
] as const) {
  test(`a refund that ends ${state} is told as ${outcome}, at once or after its acceptance`, async () => {
    const at = start({ submit: [facts(state)] });
    await pass(at.clock, 1000);
    assert.equal(at.recorded, [{ outcome, reason: '' }]);
    const later = start({ submit: [facts('processing')], query: [facts(state)] });
    await pass(later.clock, 60_000);
    assert.equal(
      later.recorded.map((verdict) => verdict.outcome),
      ['accepted', outcome],
    );
  });
}

test('a first refusal is final, and a connection that never stood on any domain is not sent', async () => {
  const refused = start({ submit: [REFUSED] });
  await pass(refused.clock, 1000);
  assert.equal(refused.recorded, [{ outcome: 'rejected', reason: 'no balance' }]);
  const silent = start({ submit: ['a', 'b', 'c', 'd'].map((name) => notSent(`https://${name}.test`)) });
  await pass(silent.clock, 1000);
  assert.is(silent.submitted.length, 4);
  assert.equal(silent.recorded, [{ outcome: 'not-sent', reason: 'refused' }]);
});

test('M6 a lost answer is asked for, and a denied refund is repeated under its own number only', async () => {
  const scene = start({ submit: [UNKNOWN, facts('processing')], query: [UNKNOWN, MISSING] });
  await pass(scene.clock, 10_000);
  assert.equal(scene.submitted, ['r1', 'r1']);
  assert.equal(scene.recorded, [{ outcome: 'accepted', reason: '' }]);
});

test('M4 a refund whose answer stays lost is unknown after half a minute, never failed', async () => {
  const scene = start({ submit: [UNKNOWN], query: [UNKNOWN] });
  await pass(scene.clock, 29_000);
  assert.not.ok(scene.heard().includes('refund.progress unresolved'));
  await pass(scene.clock, 2000);
  assert.ok(scene.heard().includes('refund.progress unresolved'));
  await pass(scene.clock, 24 * 3_600_000);
  assert.equal(scene.recorded, []);
  assert.is(scene.submitted.length, 1);
});

test('a refusal of the repeat proves nothing about the first attempt until the refund is denied for long', async () => {
  const scene = start({ submit: [UNKNOWN, REFUSED], query: [MISSING] });
  await pass(scene.clock, 1_000_000);
  assert.equal(scene.recorded, []);
  await pass(scene.clock, 1_500_000);
  assert.equal(scene.recorded, [{ outcome: 'rejected', reason: 'no balance' }]);
  assert.equal([...new Set(scene.submitted)], ['r1']);
});

test('M1 what could not be recorded was never sent', async () => {
  const scene = start({ recordFails: () => true });
  await pass(scene.clock, 60_000);
  assert.is(scene.heard()[0], 'refund.notStarted');
  assert.equal(scene.submitted, []);
});

test('a recovered refund asks first, and repeats only while it is young', async () => {
  const young = start({ recovered: RECOVERED, query: [MISSING], submit: [facts('processing')] });
  await pass(young.clock, 1000);
  assert.equal(young.submitted, ['r1']);
  assert.is(young.chart.state(), 'tracking.resting');
  const old = start({ recovered: { ...RECOVERED, repeatLeftMs: 0, denialFinalAfterMs: 180_000 }, query: [MISSING] });
  await pass(old.clock, 170_000);
  assert.equal(old.recorded, []);
  await pass(old.clock, 400_000);
  assert.equal(old.submitted, []);
  assert.equal(old.recorded, [{ outcome: 'rejected', reason: 'no such refund' }]);
});

test('M7 a recovered refund is not told as unknown a second time, and an accepted one is only tracked', async () => {
  const told = { ...RECOVERED, unresolvedTold: { voice: true, slip: true }, repeatLeftMs: 0 };
  const unknown = start({ recovered: told, query: [UNKNOWN] });
  await pass(unknown.clock, 1000);
  assert.equal(
    unknown.chart.heard.map((event) => event['unresolvedTold']),
    [{ voice: true, slip: true }],
  );
  const accepted = start({ recovered: { ...RECOVERED, isAccepted: true }, query: [facts('processing')] });
  await pass(accepted.clock, 1000);
  assert.equal(accepted.heard(), []);
  assert.is(accepted.chart.state(), 'tracking.resting');
  accepted.chart.send({ type: 'refund.reconcile' });
  await pass(accepted.clock, 1);
  assert.is(accepted.queries(), 1);
});

test.run();
