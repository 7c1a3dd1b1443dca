import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as fc from 'fast-check';
import { foundOrder, type OrderSources } from '../../domain/found-order.ts';
import type { PaymentOutcome, RefundOutcome } from '../../domain/journal-record.ts';
import type { LedgerOrder, LedgerRefund } from '../../domain/ledger.ts';
import type { CallTrace, OrderFacts, OrderState, RefundFacts, RefundState } from '../../domain/payment-gateway.ts';

const test = suite('domain/found-order');

const TRACE: CallTrace = {
  domain: 'https://a.test',
  operation: 'query_order',
  logId: null,
  status: 0,
  internalStatus: 0,
  description: '',
  connectMs: 0,
  requestMs: 1,
};
const TOTAL = 200;

const gateway = (state: OrderState): OrderFacts => ({
  kind: 'order',
  order: 'o1',
  platform: 'alipay',
  amountFen: TOTAL,
  state,
  gatewayState: 2,
  oldNumbering: false,
  transactionId: 't1',
  createdAtMs: 1000,
  paidAtMs: null,
  refundedFen: null,
  trace: TRACE,
});
const own = (outcome: PaymentOutcome | null): LedgerOrder => ({
  intent: {
    type: 'ORDER_INTENT',
    order: 'o1',
    amountFen: TOTAL,
    platform: 'alipay',
    codeHash: 'h',
    configuration: 'c1',
    staffId: null,
    windowEndsAtMs: 1,
    at: 500,
  },
  result:
    outcome === null
      ? null
      : {
          type: 'ORDER_RESULT',
          order: 'o1',
          outcome,
          reason: '',
          transactionId: null,
          paidAtMs: null,
          late: false,
          at: 600,
        },
  told: new Set(),
});
const ownRefund = (refund: string, refundFen: number, outcome: RefundOutcome | null): LedgerRefund => ({
  intent: {
    type: 'REFUND_INTENT',
    refund,
    order: 'o1',
    orderFen: TOTAL,
    refundFen,
    platform: 'alipay',
    configuration: 'c1',
    staffId: null,
    at: 700,
  },
  outcome,
  reason: '',
  resultAt: null,
  told: new Set(),
});
const listed = (refund: string, refundFen: number, state: RefundState): RefundFacts => ({
  kind: 'refund',
  refund,
  order: 'o1',
  refundFen,
  orderFen: TOTAL,
  state,
  gatewayState: 2,
  platform: 'alipay',
  trace: TRACE,
});
const found = (changes: Partial<OrderSources>) =>
  foundOrder({
    own: undefined,
    ownRefunds: [],
    gateway: null,
    detailRefundedFen: null,
    gatewayRefunds: null,
    ...changes,
  });

test('C6 the refunded amount decides between paid, partly and fully refunded, never the state alone', () => {
  for (const [refundedFen, state] of [
    [0, 'paid'],
    [1, 'partly-refunded'],
    [TOTAL, 'fully-refunded'],
  ] as const) {
    for (const said of ['paid', 'refunded'] as const) {
      assert.is(found({ gateway: gateway(said), detailRefundedFen: refundedFen, gatewayRefunds: [] }).state, state);
    }
  }
});

test('states of orders that are not paid', () => {
  assert.is(found({ gateway: gateway('closed') }).state, 'closed');
  assert.is(found({ gateway: gateway('waiting-for-customer') }).state, 'unpaid');
  assert.is(found({ gateway: gateway('processing') }).state, 'unresolved');
  assert.is(found({ own: own(null) }).state, 'unresolved');
  assert.is(found({ own: own(null), gateway: gateway('waiting-for-customer') }).state, 'unresolved');
  assert.is(found({ own: own(null), gateway: gateway('closed') }).state, 'closed');
  assert.is(found({ own: own('failed') }).state, 'unpaid');
});

test('the gateway is believed about a payment that the journal calls failed, and the journal about one that it calls paid', () => {
  assert.is(found({ own: own('denied'), gateway: gateway('paid') }).state, 'paid');
  assert.is(found({ own: own('paid') }).state, 'paid');
  assert.is(found({ own: own('paid') }).source, 'journal');
});

test('a finished order is paid and takes no refund', () => {
  const order = found({ gateway: gateway('finished'), detailRefundedFen: 0, gatewayRefunds: [] });
  assert.is(order.state, 'paid');
  assert.is(order.isRefundable, false);
});

test('an accepted refund counts as refunded, an unknown one only as reserved', () => {
  const accepted = found({ own: own('paid'), ownRefunds: [ownRefund('r1', 50, 'accepted')] });
  assert.equal([accepted.state, accepted.refundedFen, accepted.refundableFen], ['partly-refunded', 50, 150]);
  const unknown = found({ own: own('paid'), ownRefunds: [ownRefund('r1', 50, null)] });
  assert.equal([unknown.state, unknown.refundedFen, unknown.refundableFen], ['paid', 0, 150]);
  assert.equal(unknown.refunds, [{ refund: 'r1', refundFen: 50, state: 'unknown' }]);
});

test('a refund that a person must hand over stays reserved though the gateway counts it as not refunded', () => {
  const order = found({
    gateway: gateway('paid'),
    detailRefundedFen: 0,
    gatewayRefunds: [listed('r1', TOTAL, 'manual')],
    ownRefunds: [ownRefund('r1', TOTAL, 'manual')],
  });
  assert.equal([order.state, order.refundableFen], ['paid', 0]);
});

test('without the detail query the gateway figure is unknown, and the list still bounds the refund', () => {
  const order = found({ gateway: gateway('paid'), gatewayRefunds: [listed('r9', 30, 'refunded')] });
  assert.is(order.gatewayRefundedFen, null);
  assert.is(order.refundableFen, 170);
  assert.is(order.state, 'partly-refunded');
});

test('an order that nobody knows is a bug of the caller', () => {
  assert.throws(() => found({}), /nobody knows/);
});

test('M6 whatever the sources say, refundable and what either side holds never exceed the total together', () => {
  const outcome = fc.constantFrom<RefundOutcome | null>(
    null,
    'accepted',
    'refunded',
    'failed',
    'manual',
    'rejected',
    'not-sent',
  );
  const state = fc.constantFrom<RefundState>('processing', 'refunded', 'failed', 'manual');
  const fen = fc.integer({ min: 1, max: TOTAL });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fen, outcome), { maxLength: 4 }),
      fc.array(fc.tuple(fen, state), { maxLength: 4 }),
      fc.option(fc.integer({ min: 0, max: TOTAL })),
      (owns, rows, detailRefundedFen) => {
        const order = found({
          gateway: gateway('paid'),
          detailRefundedFen,
          ownRefunds: owns.map(([refundFen, ended], index) => ownRefund(`r${index}`, refundFen, ended)),
          gatewayRefunds: rows.map(([refundFen, now], index) => listed(`r${index}`, refundFen, now)),
        });
        const held = owns.filter(([, ended]) => ended === null || ['accepted', 'refunded', 'manual'].includes(ended));
        const heldFen = held.reduce((sum, [refundFen]) => sum + refundFen, 0);
        assert.ok(order.refundableFen >= 0 && order.refundedFen <= TOTAL);
        assert.ok(
          order.refundableFen === 0 || order.refundableFen + Math.max(detailRefundedFen ?? 0, heldFen) <= TOTAL,
        );
      },
    ),
  );
});

test.run();
