import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromPromise, setup, type AnyStateMachine } from 'xstate';
import type { CallTrace } from '../../domain/payment-gateway.ts';
import type { Announcement } from '../../domain/sentence.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { announcerMachine } from '../../machines/announcer.machine.ts';
import { cashierMachine } from '../../machines/cashier.machine.ts';
import type { PayAnswer, QueryAnswer, RecoveredOrder } from '../../machines/payment-order.ts';
import { paymentMachine } from '../../machines/payment.machine.ts';
import { printSpoolerMachine, type QueuedPrintJob } from '../../machines/print-spooler.machine.ts';
import { terminalMachine } from '../../machines/terminal.machine.ts';
import type { Owed, OwedTelling, Recovered } from '../../machines/terminal-orders.ts';
import { pass, startChart } from '../support/charts.ts';

const test = suite('machines/terminal');

const trace: CallTrace = {
  domain: 'https://a.test',
  operation: 'query_order',
  logId: null,
  status: 0,
  internalStatus: 0,
  description: '',
  connectMs: 0,
  requestMs: 1,
};
const UNKNOWN = { kind: 'unknown', reason: 'lost', waitMs: 0, trace } as const;
const paid = (order: string): QueryAnswer => ({
  kind: 'order',
  order,
  platform: 'wechat',
  amountFen: 88,
  state: 'paid',
  gatewayState: 2,
  oldNumbering: false,
  transactionId: 't1',
  createdAtMs: 1,
  paidAtMs: 2,
  refundedFen: null,
  trace,
});
const OPEN: RecoveredOrder = {
  order: 'o1',
  amountFen: 88,
  platform: 'wechat',
  windowRemainingMs: 0,
  unresolvedTold: { voice: false, slip: false },
  denialFinalAfterMs: 600_000,
};

interface Scene {
  readonly openOrders?: readonly RecoveredOrder[];
  readonly owed?: readonly OwedTelling[];
  readonly afterPowerCut?: boolean;
  readonly pay?: () => PayAnswer;
  readonly query?: (order: string) => QueryAnswer;
  readonly speakerFails?: () => boolean;
  readonly reopen?: () => void;
  readonly rereadOrders?: () => readonly RecoveredOrder[];
  /** Stands in for the cashier's session. */
  readonly cashier?: AnyStateMachine;
}

/** The whole tree of charts over scripted ports: what it says and prints. */
async function startTree(scene: Scene) {
  const clock = new VirtualClock();
  const said: string[] = [];
  const printed: QueuedPrintJob[] = [];
  const crashes: string[] = [];
  let orders = 0;
  const recovered: Recovered = {
    status: {
      configured: true,
      shopName: 'Tea',
      staffId: null,
      connected: true,
      printer: 'ok',
      waitingSlips: 0,
      openOrders: 0,
      openRefunds: 0,
      storage: 'ok',
      trade: 'selling',
    },
    openOrders: scene.openOrders ?? [],
    openRefunds: [],
    owed: scene.owed ?? [],
    afterPowerCut: scene.afterPowerCut ?? true,
    boot: 7,
  };
  const nothing = fromPromise<undefined, never>(() => Promise.resolve(undefined));
  const payment = paymentMachine.provide({
    actors: {
      recordIntent: fromPromise(() => Promise.resolve({ order: `new${(orders += 1)}` })),
      submit: fromPromise(async () => scene.pay?.() ?? UNKNOWN),
      queryOrder: fromPromise(async ({ input }) => scene.query?.(input.order) ?? UNKNOWN),
      recordResult: nothing as never,
    },
  });
  const announcer = announcerMachine.provide({
    actors: {
      speak: fromPromise<void, { announcement: Announcement }>(async ({ input }) => {
        if (scene.speakerFails?.() === true) throw new Error('no sound card');
        said.push(input.announcement.job);
      }),
      recordTold: nothing as never,
    },
  });
  const spooler = printSpoolerMachine.provide({
    actors: {
      printSlip: fromPromise<void, { job: QueuedPrintJob }>(async ({ input }) => void printed.push(input.job)),
      recordPrinted: nothing as never,
    },
  });
  const machine = terminalMachine.provide({
    actors: {
      payment,
      announcer,
      printSpooler: spooler,
      cashier: (scene.cashier ?? cashierMachine) as typeof cashierMachine,
      recover: fromPromise(async () => recovered),
      readOpenOrders: fromPromise(async () => scene.rereadOrders?.() ?? []),
      readOwed: fromPromise<Owed, void>(async () => ({ tellings: [], shift: null })),
      reopenStorage: fromPromise<void, void>(async () => scene.reopen?.()),
    },
    actions: {
      warmUp: () => undefined,
      announceReady: () => undefined,
      recordDropped: () => undefined,
      logCrash: (_, { where }) => void crashes.push(where),
    },
  });
  const input = {
    locale: 'en',
    utcOffsetMinutes: 480,
    domains: ['https://a.test'],
    domainCoolDownMs: 30_000,
    maxAmountFen: 5_000_000,
    printer: 'ok',
    limits: {
      pollIntervalMs: 3000,
      windowMs: 120_000,
      codeLifeMs: 60_000,
      reconcileIntervalMs: 30_000,
      reconcileIntervalMaxMs: 600_000,
      notFoundFinalAfterMs: 600_000,
      domains: 1,
    },
  };
  const tree = startChart(machine, { clock, input });
  await pass(clock, 0);
  const status = () => tree.context()['status'] as Recovered['status'];
  const results = () => said.filter((job) => !job.startsWith('prompt-'));
  return { ...tree, clock, said, results, printed, crashes, status };
}

const SALE = { type: 'sale.requested', amountFen: 88, platform: 'wechat', codeRef: 'code-1' };

test('a paid sale is announced and printed once', async () => {
  const tree = await startTree({ pay: () => paid('new1') as PayAnswer });
  tree.send(SALE);
  await pass(tree.clock, 60_000);
  assert.equal(tree.results(), ['new1-paid-voice']);
  assert.equal(
    tree.printed.map(({ id }) => id),
    ['new1-paid-slip'],
  );
  assert.is(tree.status().openOrders, 0);
});

test('M7 an unknown order is told again after a restart on paper of its own, marked', async () => {
  const tree = await startTree({ openOrders: [OPEN] });
  assert.equal(tree.results(), ['o1-unknown-voice']);
  assert.equal(
    tree.printed.map(({ id, mark }) => [id, mark]),
    [['o1-unknown-slip-life7', 'after-power-cut']],
  );
});

test('M7 only what is missing of an unknown order is told: the slip that lies on the counter is not printed again', async () => {
  const tree = await startTree({ openOrders: [{ ...OPEN, unresolvedTold: { voice: false, slip: true } }] });
  assert.equal(tree.results(), ['o1-unknown-voice']);
  assert.equal(tree.printed, []);
  const quiet = await startTree({ openOrders: [{ ...OPEN, unresolvedTold: { voice: true, slip: true } }] });
  assert.equal(quiet.results(), []);
});

test('M7 the slip of a recovered order has an id of this life: an earlier one may have printed it and not recorded it', async () => {
  const tree = await startTree({ openOrders: [OPEN], query: paid });
  assert.equal(tree.results(), ['o1-paid-voice']);
  assert.equal(
    tree.printed.map(({ id, mark }) => [id, mark]),
    [['o1-paid-slip-life7', 'after-power-cut']],
  );
});

test('M7 what power was cut between is told after boot, and an orderly stop makes no power cut', async () => {
  const owed = (voice: string | null, slip: string | null): OwedTelling => ({
    order: 'o9',
    refund: null,
    outcome: 'paid',
    platform: 'wechat',
    amountFen: 88,
    paidAtMs: 1,
    voice,
    slip,
  });
  const cut = await startTree({ owed: [owed('o9-paid-voice', 'o9-paid-slip')] });
  assert.equal(cut.results(), ['o9-paid-voice']);
  assert.is(cut.printed[0]?.mark, 'after-power-cut');
  const orderly = await startTree({ owed: [owed(null, 'o9-paid-slip')], afterPowerCut: false });
  assert.equal(orderly.results(), []);
  assert.is(orderly.printed[0]?.mark, null);
});

test('M10 the storage alarm is raised, and a storage that fails again while it is opened is opened again', async () => {
  let opened = 0;
  const tree: Awaited<ReturnType<typeof startTree>> = await startTree({
    reopen: () => {
      opened += 1;
      if (opened === 1) tree.send({ type: 'storage.failed', reason: 'EIO' });
    },
  });
  tree.send({ type: 'storage.failed', reason: 'EIO' });
  await pass(tree.clock, 0);
  assert.is(tree.status().storage, 'failed');
  assert.is(tree.said.length, 1);
  await pass(tree.clock, 2000);
  assert.is(opened, 1);
  assert.is(tree.status().storage, 'failed');
  await pass(tree.clock, 2000);
  assert.is(opened, 2);
  assert.is(tree.status().storage, 'ok');
});

test('a result that arrives while a crashed cashier session is coming back is told all the same', async () => {
  const fragile = setup({
    actions: {
      crash: () => {
        throw new Error('planted');
      },
    },
  }).createMachine({ on: { 'key.cancel': { actions: 'crash' } } });
  const tree = await startTree({ cashier: fragile, openOrders: [OPEN], query: () => UNKNOWN });
  tree.send({ type: 'key.cancel' });
  assert.equal(tree.crashes, ['cashier']);
  const verdict = { outcome: 'paid', reason: '', transactionId: 't1', paidAtMs: 2, late: true };
  const about = { slot: 'payment.1', order: 'o1', platform: 'wechat', amountFen: 88 };
  tree.send({ type: 'payment.settled', ...about, verdict, recovered: true });
  await pass(tree.clock, 1000);
  assert.equal(tree.results(), ['o1-unknown-voice', 'o1-paid-voice']);
  tree.send({ type: 'key.cancel' });
  assert.equal(tree.crashes, ['cashier', 'cashier']);
});

test('M2 an order whose chart crashed is taken up again from the journal, and only queried', async () => {
  let queries = 0;
  let submissions = 0;
  const tree = await startTree({
    pay: () => {
      submissions += 1;
      return UNKNOWN;
    },
    query: (order) => {
      queries += 1;
      return paid(order);
    },
    rereadOrders: () => [{ ...OPEN, order: 'new1', windowRemainingMs: 50_000 }],
  });
  tree.send(SALE);
  await pass(tree.clock, 0);
  tree.send({ type: 'xstate.error.actor.payment.1', error: new Error('planted') });
  await pass(tree.clock, 60_000);
  assert.is(submissions, 1);
  assert.ok(queries >= 1);
  assert.ok(tree.results().includes('new1-paid-voice'));
  assert.ok(tree.crashes.length >= 1);
});

test.run();
