import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { cashierMachine } from '../../machines/cashier.machine.ts';
import type { CashierContext, SaleCheck } from '../../machines/cashier-view.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row, type TableEvent } from '../support/charts.ts';

const test = suite('machines/cashier');

const STATUS: CashierContext['status'] = {
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
};
const context = (typed: string): CashierContext => ({
  status: STATUS,
  domains: ['https://a.test'],
  maxAmountFen: 5_000_000,
  view: { name: 'idle', status: STATUS, note: 'none' },
  typed,
  note: 'none',
  wanted: null,
  ticket: null,
});
const digit = { type: 'key.amount', key: '5' };
const enter = { type: 'key.enter' };
const cancel = { type: 'key.cancel' };
const code = { type: 'scan.customerCode', platform: 'wechat', ref: 'code-1', masked: '13**34' };
const repeatedCode = { type: 'scan.repeatedCode' };
const ownOrder = { type: 'scan.order', number: '1'.repeat(24), of: 'order' };
const unknownCode = { type: 'scan.rejected', note: 'unknown-code' };
const about = { slot: 'payment.1', order: 'o1', platform: 'wechat', amountFen: 500 };
const progress = (phase: string) => ({
  type: 'payment.progress',
  ...about,
  phase,
  reason: '',
  unresolvedTold: { voice: false, slip: false },
  recovered: false,
});
const settled = (outcome: string) => ({
  type: 'payment.settled',
  ...about,
  recovered: false,
  verdict: { outcome, reason: '', transactionId: null, paidAtMs: null, late: false },
});
const notStarted = { type: 'payment.notStarted', slot: 'payment.1', amountFen: 500, platform: 'wechat', reason: 'EIO' };

function table(title: string, of: CashierContext, rows: readonly Row[]): void {
  for (const [state, event, target] of rows) {
    const detail =
      (event['phase'] as string | undefined) ?? (event['verdict'] as { outcome?: string } | undefined)?.outcome;
    test(`${title}: ${state} on ${event.type} ${detail ?? ''} is ${target}`, () => {
      assert.is(next(cashierMachine, state, of, event).state, target);
    });
  }
}

table('an amount', context('5'), [
  ['idle', digit, 'amount'],
  ['idle', enter, 'idle'],
  ['idle', cancel, 'idle'],
  ['idle', code, 'amount'],
  ['idle', settled('paid'), 'idle'],
  ['amount', digit, 'amount'],
  ['amount', enter, 'checking'],
  ['amount', cancel, 'idle'],
  ['amount', code, 'amount'],
  ['amount', unknownCode, 'amount'],
  ['amount', { type: 'key.backspace' }, 'idle'],
  ['amount', timeOut('typingPause', 'cashier.amount'), 'idle'],
  ['checking', done('cashier.checking', { kind: 'ok' } satisfies SaleCheck), 'presentCode'],
  ['checking', done('cashier.checking', { kind: 'confirm', order: 'o1' } satisfies SaleCheck), 'confirming'],
  ['checking', crashed('cashier.checking'), 'refused'],
  ['checking', code, 'checking'],
  ['confirming', enter, 'presentCode'],
  ['confirming', cancel, 'amount'],
  ['confirming', code, 'confirming'],
  ['confirming', digit, 'confirming'],
]);
table('a code', context('5'), [
  ['presentCode', code, 'following'],
  ['presentCode', repeatedCode, 'presentCode'],
  ['presentCode', ownOrder, 'presentCode'],
  ['presentCode', unknownCode, 'presentCode'],
  ['presentCode', enter, 'presentCode'],
  ['presentCode', digit, 'presentCode'],
  ['presentCode', cancel, 'idle'],
  ['presentCode', timeOut('presentingPause', 'cashier.presentCode'), 'idle'],
]);
table('an order on the screen', context('5'), [
  ['following', code, 'following'],
  ['following', repeatedCode, 'following'],
  ['following', digit, 'following'],
  ['following', enter, 'following'],
  ['following', progress('submitting'), 'following'],
  ['following', progress('password'), 'following'],
  ['following', progress('unresolved'), 'result.unknown'],
  ['following', settled('paid'), 'result.paid'],
  ['following', settled('failed'), 'result.failed'],
  ['following', settled('not-sent'), 'result.failed'],
  ['following', notStarted, 'refused'],
  ['following', { type: 'payment.elsewhere' }, 'following'],
  ['following', cancel, 'idle'],
  ['result.unknown', settled('paid'), 'result.paid'],
  ['result.unknown', settled('denied'), 'result.failed'],
  ['result.unknown', { type: 'payment.elsewhere' }, 'result.unknown'],
  ['result.paid', settled('failed'), 'result.paid'],
  ['result.paid', code, 'result.paid'],
  ['result.paid', digit, 'amount'],
  ['result.paid', timeOut('resultPause', 'cashier.result.paid'), 'idle'],
  ['result.failed', enter, 'idle'],
]);
table('nothing typed', context('0'), [['amount', enter, 'refused']]);
table('too much typed', context('60000'), [['amount', enter, 'refused']]);

function startSession(check: SaleCheck) {
  const clock = new VirtualClock();
  const input = { status: STATUS, domains: ['https://a.test'], maxAmountFen: 5_000_000 };
  const chart = startChart(cashierMachine, { clock, input, ports: { checkSale: () => check } });
  const requests = (): TableEvent[] => chart.heard.filter(({ type }) => type === 'sale.requested');
  return { ...chart, clock, requests };
}

test('M9 one code starts one sale, however often it is read', async () => {
  const session = startSession({ kind: 'ok' });
  session.send(digit);
  session.send(enter);
  await pass(session.clock, 0);
  for (const event of [code, code, repeatedCode, code]) session.send(event);
  assert.equal(session.requests(), [{ type: 'sale.requested', amountFen: 500, platform: 'wechat', codeRef: 'code-1' }]);
});

test('M9 an amount that is unresolved elsewhere asks for one more key before a code is taken', async () => {
  const session = startSession({ kind: 'confirm', order: 'o1' });
  session.send(digit);
  session.send(enter);
  await pass(session.clock, 0);
  session.send(code);
  assert.equal(session.requests(), []);
  session.send(enter);
  session.send(code);
  assert.is(session.requests().length, 1);
});

test('M4 leaving an order that runs says so to the terminal and claims nothing of it', async () => {
  const session = startSession({ kind: 'ok' });
  session.send(digit);
  session.send(enter);
  await pass(session.clock, 0);
  session.send(code);
  session.send(cancel);
  assert.ok(session.heard.some(({ type }) => type === 'order.left'));
  assert.is((session.context()['view'] as CashierContext['view']).name, 'idle');
});

test('a used code is asked to be refreshed, and the terminal says it too', async () => {
  const session = startSession({ kind: 'ok' });
  session.send(digit);
  session.send(enter);
  await pass(session.clock, 0);
  session.send(repeatedCode);
  assert.equal(session.context()['view'], { name: 'present-code', amountFen: 500, note: 'refresh-code' });
  assert.ok(session.heard.some(({ type }) => type === 'code.repeated'));
});

test.run();
