import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallTrace, OrderFacts, OrderState } from '../../domain/payment-gateway.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { paymentMachine } from '../../machines/payment.machine.ts';
import type {
  PayAnswer,
  PaymentContext,
  PaymentVerdict,
  QueryAnswer,
  RecoveredOrder,
} from '../../machines/payment-order.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/payment');

const DOMAINS = ['https://a.test', 'https://b.test', 'https://c.test', 'https://d.test'];
const LIMITS = {
  pollIntervalMs: 3000,
  windowMs: 120_000,
  codeLifeMs: 60_000,
  reconcileIntervalMs: 30_000,
  reconcileIntervalMaxMs: 600_000,
  notFoundFinalAfterMs: 600_000,
  domains: DOMAINS.length,
};
const trace = (domain = DOMAINS[0] ?? ''): CallTrace => ({
  domain,
  operation: 'query_order',
  logId: null,
  status: 0,
  internalStatus: 0,
  description: '',
  connectMs: 0,
  requestMs: 1,
});
const facts = (state: OrderState): OrderFacts => ({
  kind: 'order',
  order: 'o1',
  platform: 'wechat',
  amountFen: 88,
  state,
  gatewayState: 2,
  oldNumbering: false,
  transactionId: 't1',
  createdAtMs: 1,
  paidAtMs: state === 'paid' ? 2 : null,
  refundedFen: null,
  trace: trace(),
});
const PAID = facts('paid');
const WAITING = facts('waiting-for-customer');
const CLOSED = facts('closed');
const PROCESSING = facts('processing');
const UNKNOWN = { kind: 'unknown', reason: 'lost', waitMs: 0, trace: trace() } as const;
const BUSY = { kind: 'unknown', reason: 'status 103', waitMs: 3000, trace: trace() } as const;
const NOT_FOUND = { kind: 'not-found', trace: trace() } as const;
const REFUSED = { kind: 'refused', reason: 'rejected', description: 'no money', trace: trace() } as const;
const TAKEN = { kind: 'refused', reason: 'number-taken', description: 'taken', trace: trace() } as const;
const notSent = (domain: string) => ({ kind: 'not-sent', reason: 'refused', trace: trace(domain) }) as const;

const CONTEXT: PaymentContext = {
  slot: 'payment.1',
  sale: { amountFen: 88, platform: 'wechat', codeRef: 'code-1' },
  order: 'o1',
  amountFen: 88,
  platform: 'wechat',
  recovered: null,
  limits: LIMITS,
  phase: 'submitting',
  tried: [],
  maybeSent: false,
  codeAlive: true,
  windowOver: false,
  denialIsFinal: false,
  waitingIsFinal: false,
  sawOldNumbering: false,
  waitMs: 0,
  reconciliations: 0,
  lastReason: '',
  verdict: null,
};
const SENT = { ...CONTEXT, maybeSent: true };
const RECOVERED: RecoveredOrder = {
  order: 'o1',
  amountFen: 88,
  platform: 'wechat',
  windowRemainingMs: 40_000,
  unresolvedTold: { voice: false, slip: false },
  denialFinalAfterMs: 640_000,
};

const submitted = (answer: PayAnswer) => done('payment.inWindow.submitting', answer);
const queried = (answer: QueryAnswer) => done('payment.inWindow.querying', answer);
const lastQueried = (answer: QueryAnswer) => done('payment.lastQuery', answer);
const reconciled = (answer: QueryAnswer) => done('payment.unresolved.reconciling', answer);

function table(title: string, context: object, rows: readonly Row[]): void {
  for (const [state, event, target] of rows) {
    const output = event['output'] as { kind?: string; state?: string; reason?: string } | undefined;
    const what = [event.type, output?.kind, output?.state ?? output?.reason].filter((word) => word !== undefined);
    const verb = state === target ? 'stays on' : `goes to ${target} on`;
    test(`${title}: ${state} ${verb} ${what.join(' ')}`, () => {
      assert.is(next(paymentMachine, state, context, event).state, target);
    });
  }
}

table('before anything was sent', CONTEXT, [
  ['recording', done('payment.recording', { order: 'o1' }), 'inWindow.submitting'],
  ['recording', crashed('payment.recording'), 'notStarted'],
  ['recording', { type: 'payment.reconcile' }, 'recording'],
  ['inWindow.submitting', submitted(PAID), 'recordingResult'],
  ['inWindow.submitting', submitted(facts('refunded')), 'recordingResult'],
  ['inWindow.submitting', submitted(facts('finished')), 'recordingResult'],
  ['inWindow.submitting', submitted(CLOSED), 'recordingResult'],
  ['inWindow.submitting', submitted(REFUSED), 'recordingResult'],
  ['inWindow.submitting', submitted(TAKEN), 'recordingResult'],
  ['inWindow.submitting', submitted(WAITING), 'inWindow.passwordEntry'],
  ['inWindow.submitting', submitted(PROCESSING), 'inWindow.pausing'],
  ['inWindow.submitting', submitted(UNKNOWN), 'inWindow.pausing'],
  ['inWindow.submitting', submitted(BUSY), 'inWindow.pausing'],
  ['inWindow.submitting', submitted(notSent('https://a.test')), 'inWindow.submitting'],
  ['inWindow.submitting', crashed('payment.inWindow.submitting'), 'inWindow.pausing'],
  ['inWindow.submitting', { type: 'payment.reconcile' }, 'inWindow.submitting'],
  ['inWindow.submitting', timeOut('windowRemaining', 'payment.inWindow'), 'lastQuery'],
]);

table('once bytes may have left', SENT, [
  ['inWindow.submitting', submitted(REFUSED), 'inWindow.pausing'],
  ['inWindow.submitting', submitted(TAKEN), 'inWindow.pausing'],
  ['inWindow.passwordEntry', timeOut('pollDelay', 'payment.inWindow.passwordEntry'), 'inWindow.querying'],
  ['inWindow.passwordEntry', { type: 'payment.reconcile' }, 'inWindow.querying'],
  ['inWindow.passwordEntry', queried(PAID), 'inWindow.passwordEntry'],
  ['inWindow.pausing', timeOut('pollDelay', 'payment.inWindow.pausing'), 'inWindow.querying'],
  ['inWindow.pausing', { type: 'payment.reconcile' }, 'inWindow.querying'],
  ['inWindow.pausing', queried(CLOSED), 'inWindow.pausing'],
  ['inWindow.switching', timeOut('nextDomainDelay', 'payment.inWindow.switching'), 'inWindow.querying'],
  ['inWindow.querying', queried(PAID), 'recordingResult'],
  ['inWindow.querying', queried(CLOSED), 'recordingResult'],
  ['inWindow.querying', queried(WAITING), 'inWindow.passwordEntry'],
  ['inWindow.querying', queried(PROCESSING), 'inWindow.pausing'],
  ['inWindow.querying', queried(UNKNOWN), 'inWindow.pausing'],
  ['inWindow.querying', queried(REFUSED), 'inWindow.pausing'],
  ['inWindow.querying', queried(NOT_FOUND), 'inWindow.submitting'],
  ['inWindow.querying', queried(notSent('https://b.test')), 'inWindow.switching'],
  ['inWindow.querying', crashed('payment.inWindow.querying'), 'inWindow.pausing'],
  ['inWindow.querying', { type: 'payment.reconcile' }, 'inWindow.querying'],
  ['inWindow.querying', timeOut('windowRemaining', 'payment.inWindow'), 'lastQuery'],
  ['lastQuery', lastQueried(PAID), 'recordingResult'],
  ['lastQuery', lastQueried(CLOSED), 'recordingResult'],
  ['lastQuery', lastQueried(NOT_FOUND), 'unresolved.resting'],
  ['lastQuery', lastQueried(UNKNOWN), 'unresolved.resting'],
  ['lastQuery', lastQueried(REFUSED), 'unresolved.resting'],
  ['lastQuery', crashed('payment.lastQuery'), 'unresolved.resting'],
  ['lastQuery', { type: 'payment.reconcile' }, 'lastQuery'],
  ['unresolved.resting', timeOut('reconcileDelay', 'payment.unresolved.resting'), 'unresolved.reconciling'],
  ['unresolved.resting', { type: 'payment.reconcile' }, 'unresolved.reconciling'],
  ['unresolved.resting', timeOut('denialFinal', 'payment.unresolved'), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(PAID), 'recordingResult'],
  ['unresolved.reconciling', reconciled(CLOSED), 'recordingResult'],
  ['unresolved.reconciling', reconciled(NOT_FOUND), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(REFUSED), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(UNKNOWN), 'unresolved.resting'],
  ['unresolved.reconciling', crashed('payment.unresolved.reconciling'), 'unresolved.resting'],
  ['unresolved.reconciling', { type: 'payment.reconcile' }, 'unresolved.reconciling'],
]);

const VERDICT: PaymentVerdict = { outcome: 'paid', reason: '', transactionId: 't1', paidAtMs: 2, late: false };
table('with a verdict', { ...SENT, verdict: VERDICT }, [
  ['recordingResult', done('payment.recordingResult', undefined), 'settled'],
  ['recordingResult', crashed('payment.recordingResult'), 'settledUnrecorded.resting'],
  ['recordingResult', { type: 'payment.reconcile' }, 'recordingResult'],
  [
    'settledUnrecorded.resting',
    timeOut('recordAgain', 'payment.settledUnrecorded.resting'),
    'settledUnrecorded.recording',
  ],
  ['settledUnrecorded.recording', done('payment.settledUnrecorded.recording', undefined), 'settled'],
  ['settledUnrecorded.recording', crashed('payment.settledUnrecorded.recording'), 'settledUnrecorded.resting'],
]);

table('when the last domain could not be reached and nothing ever left', { ...CONTEXT, tried: DOMAINS.slice(0, 3) }, [
  ['inWindow.submitting', submitted(notSent('https://d.test')), 'recordingResult'],
]);
table('when the last domain could not be reached with a repeat', { ...SENT, tried: DOMAINS.slice(0, 3) }, [
  ['inWindow.submitting', submitted(notSent('https://d.test')), 'inWindow.pausing'],
]);
table('when the customer code is dead', { ...SENT, codeAlive: false }, [
  ['inWindow.querying', queried(NOT_FOUND), 'inWindow.pausing'],
]);
table('after a restart', { ...SENT, codeAlive: true, sale: null, recovered: RECOVERED }, [
  ['inWindow.querying', queried(NOT_FOUND), 'inWindow.pausing'],
]);
table('when the denial has lasted long enough', { ...SENT, denialIsFinal: true }, [
  ['unresolved.reconciling', reconciled(NOT_FOUND), 'recordingResult'],
  ['unresolved.reconciling', reconciled(REFUSED), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(PROCESSING), 'unresolved.resting'],
  ['unresolved.reconciling', reconciled(WAITING), 'unresolved.resting'],
]);
table('when an Alipay order waits beyond five lives', { ...SENT, platform: 'alipay', waitingIsFinal: true }, [
  ['unresolved.reconciling', reconciled(WAITING), 'recordingResult'],
]);
table('when a WeChat order waits beyond five lives', { ...SENT, platform: 'wechat', waitingIsFinal: true }, [
  ['unresolved.reconciling', reconciled(WAITING), 'unresolved.resting'],
]);

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
  const sale = recovered === null && CONTEXT.sale !== null ? { ...CONTEXT.sale, platform } : null;
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
  const input = { slot: 'payment.1', sale: CONTEXT.sale, recovered: null, limits: LIMITS };
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

test('the customer is asked for the password once the gateway says so', async () => {
  const payment = startPayment({ pay: [WAITING], query: [WAITING, WAITING, PAID] });
  await pass(payment.clock, 60_000);
  assert.is(payment.phases().filter((phase) => phase === 'password').length, 3);
  assert.is(payment.verdict().outcome, 'paid');
  assert.not.ok(payment.verdict().late);
});

test.run();
