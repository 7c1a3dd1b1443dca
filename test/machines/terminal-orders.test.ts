import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isTradeInHand, type TradeUnderWay } from '../../machines/terminal-orders.ts';
import type { PaymentPhase } from '../../machines/payment-order.ts';
import type { RefundPhase } from '../../machines/refund-order.ts';

const test = suite('machines/terminal-orders');

const QUIET: TradeUnderWay = { slots: {}, crashed: [], refundSlots: {}, crashedRefunds: [] };

function payment(phase: PaymentPhase): TradeUnderWay {
  return {
    ...QUIET,
    slots: { 'payment.1': { order: '1000000000000001', amountFen: 2005, platform: 'wechat', phase } },
  };
}

function refund(number: string, phase: RefundPhase | null): TradeUnderWay {
  return { ...QUIET, refundSlots: { 'refund.1': { order: '1000000000000001', refund: number, phase } } };
}

const CASES: readonly (readonly [string, boolean, TradeUnderWay])[] = [
  ['nothing at all', false, QUIET],
  ['a payment without a number yet', true, { ...QUIET, slots: { 'payment.1': null } }],
  ['a payment that is being sent', true, payment('submitting')],
  ['a payment whose customer types the password', true, payment('password')],
  ['a payment that is being asked about', true, payment('querying')],
  ['a payment that is unresolved', false, payment('unresolved')],
  ['a payment that crashed', true, { ...QUIET, crashed: [{ order: '1000000000000001', followed: true }] }],
  ['a refund without a number yet', true, refund('', null)],
  ['a refund that is being sent', true, refund('2000000000000002', 'submitting')],
  ['a refund that is unresolved', false, refund('2000000000000002', 'unresolved')],
  ['a refund that is accepted', false, refund('2000000000000002', null)],
  [
    'a refund that crashed',
    true,
    { ...QUIET, crashedRefunds: [{ order: '1000000000000001', refund: '2000000000000002', followed: false }] },
  ],
];

for (const [what, expected, under] of CASES) {
  test(`${what} ${expected ? 'makes an upgrade and a restart wait' : 'holds nothing up'}`, () => {
    assert.is(isTradeInHand(under), expected);
  });
}

test.run();
