import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { orderState, showsOldNumbering, type OrderStateFacts } from '../../cloudpay/order-state.ts';
import { NO_EVIDENCE, type OrderEvidence, type OrderState } from '../../domain/payment-gateway.ts';
import type { Platform } from '../../domain/platform.ts';

const test = suite('cloudpay/order-state');

const facts = (platform: Platform, gatewayState: number, more: Partial<OrderStateFacts> = {}): OrderStateFacts => ({
  platform,
  gatewayState,
  isTransforming: false,
  hasPaymentTime: false,
  hasRefund: false,
  refundedFen: null,
  hasCloseTime: false,
  ...more,
});

const RECORDED = { ...NO_EVIDENCE, recordedPaid: true };
const OLD = { ...NO_EVIDENCE, sawOldNumbering: true };
const OLD_AND_OVER = { ...OLD, lifeOver: true };
const OVER = { ...NO_EVIDENCE, lifeOver: true };

const WECHAT: readonly (readonly [number, OrderState])[] = [
  [0, 'processing'],
  [1, 'processing'],
  [2, 'paid'],
  [3, 'paid'],
  [4, 'refunded'],
  [5, 'closed'],
  [6, 'processing'],
  [7, 'closed'],
  [8, 'closed'],
  [9, 'waiting-for-customer'],
  [10, 'closed'],
  [11, 'closed'],
  [12, 'processing'],
  [13, 'processing'],
  [14, 'processing'],
  [99, 'processing'],
];

for (const [state, expected] of WECHAT) {
  test(`WeChat ${state} is ${expected}`, () => {
    assert.is(orderState(facts('wechat', state), NO_EVIDENCE), expected);
  });
}

test('a reversed WeChat order that we know as paid has been given back', () => {
  assert.is(orderState(facts('wechat', 8), RECORDED), 'refunded');
});

type Row = readonly [string, number, Partial<OrderStateFacts>, OrderEvidence, OrderState];
const ALIPAY: readonly Row[] = [
  ['initial', 1, {}, NO_EVIDENCE, 'processing'],
  ['paid', 2, {}, NO_EVIDENCE, 'paid'],
  ['partly refunded stays paid', 2, { hasRefund: true, refundedFen: 1 }, RECORDED, 'paid'],
  ['waiting until 2018', 3, {}, NO_EVIDENCE, 'waiting-for-customer'],
  ['waiting since 2018', 4, {}, NO_EVIDENCE, 'waiting-for-customer'],
  ['waiting since 2018, long', 4, {}, OVER, 'waiting-for-customer'],
  ['4 after a 3, young', 4, {}, OLD, 'waiting-for-customer'],
  ['closed until 2018', 4, {}, OLD_AND_OVER, 'closed'],
  ['4 with a closing time', 4, { hasCloseTime: true }, NO_EVIDENCE, 'closed'],
  ['4 recorded as paid', 4, {}, RECORDED, 'refunded'],
  ['4 recorded as paid, old numbering', 4, {}, { ...OLD_AND_OVER, recordedPaid: true }, 'refunded'],
  ['4 with a payment time', 4, { hasPaymentTime: true }, OLD_AND_OVER, 'refunded'],
  ['4 with refund data', 4, { hasRefund: true, hasCloseTime: true }, NO_EVIDENCE, 'refunded'],
  ['closed since 2018', 5, {}, NO_EVIDENCE, 'closed'],
  ['closed since 2018, long', 5, {}, OVER, 'closed'],
  ['5 without payment time, old numbering', 5, {}, OLD, 'processing'],
  ['finished until 2018', 5, { hasPaymentTime: true }, OLD, 'finished'],
  ['5 with a payment time', 5, { hasPaymentTime: true }, NO_EVIDENCE, 'refunded'],
  ['5 with nothing refunded', 5, { refundedFen: 0 }, RECORDED, 'finished'],
  [
    '5 with refund data, old numbering',
    5,
    { hasRefund: true, refundedFen: 2 },
    { ...OLD, recordedPaid: true },
    'refunded',
  ],
  ['finished since 2018', 6, { hasPaymentTime: true }, NO_EVIDENCE, 'finished'],
  ['finished since 2018, recorded', 6, {}, RECORDED, 'finished'],
  ['missing until 2018, or finished', 6, {}, NO_EVIDENCE, 'processing'],
  ['missing since 2018', 7, {}, NO_EVIDENCE, 'processing'],
  ['missing since 2018, recorded', 7, {}, RECORDED, 'processing'],
  ['a state from the future', 42, { hasPaymentTime: true }, RECORDED, 'processing'],
];

for (const [name, state, more, evidence, expected] of ALIPAY) {
  test(`Alipay ${state} (${name}) is ${expected}`, () => {
    assert.is(orderState(facts('alipay', state, more), evidence), expected);
  });
}

/** The gateway's three ways to number Alipay states (waiting, closed, fully refunded, finished, missing). */
const PROFILES = {
  mixed: { waiting: 4, closed: 5, refunded: 4, finished: 6, missing: 7 },
  since2018: { waiting: 4, closed: 5, refunded: 5, finished: 6, missing: 7 },
  until2018: { waiting: 3, closed: 4, refunded: 4, finished: 5, missing: 6 },
} as const;

for (const [profile, numbers] of Object.entries(PROFILES)) {
  const sawOld = profile === 'until2018';
  const every: readonly OrderEvidence[] = [true, false].flatMap((lifeOver) =>
    [true, false].map((sawOldNumbering) => ({
      recordedPaid: false,
      lifeOver,
      sawOldNumbering: sawOld && sawOldNumbering,
    })),
  );

  test(`${profile}: an order that may still be charged is never closed, whatever evidence its numbering can leave`, () => {
    for (const evidence of every) {
      const state = orderState(facts('alipay', numbers.waiting), evidence);
      assert.is(state, 'waiting-for-customer');
    }
  });

  test(`${profile}: an unpaid order is never paid, refunded or finished`, () => {
    for (const evidence of every) {
      for (const number of [numbers.closed, numbers.missing]) {
        const state = orderState(facts('alipay', number), evidence);
        assert.not.ok(['paid', 'refunded', 'finished'].includes(state), `${number} is ${state}`);
      }
    }
  });

  test(`${profile}: an order that was paid is never closed`, () => {
    for (const { lifeOver, sawOldNumbering } of every) {
      for (const number of [2, numbers.refunded, numbers.finished]) {
        for (const [recordedPaid, hasPaymentTime] of [
          [true, false],
          [false, true],
          [true, true],
        ] as const) {
          const evidence = { recordedPaid, lifeOver, sawOldNumbering };
          const state = orderState(facts('alipay', number, { hasPaymentTime, hasCloseTime: true }), evidence);
          assert.ok(['paid', 'refunded', 'finished'].includes(state), `${number} is ${state}`);
        }
      }
    }
  });

  test(`${profile}: a closed order is told as closed once its life is over`, () => {
    const evidence = { recordedPaid: false, lifeOver: true, sawOldNumbering: sawOld };
    assert.is(orderState(facts('alipay', numbers.closed), evidence), 'closed');
  });
}

test('while the gateway still works on an order, nothing is final', () => {
  for (const platform of ['wechat', 'alipay'] as const) {
    for (let state = 0; state < 20; state += 1) {
      const told = orderState(facts(platform, state, { isTransforming: true, hasPaymentTime: true }), NO_EVIDENCE);
      assert.ok(['processing', 'waiting-for-customer'].includes(told), `${platform} ${state} is ${told}`);
    }
  }
});

test('an order that we know as paid stays paid while the gateway works on it', () => {
  assert.is(orderState(facts('alipay', 2, { isTransforming: true }), RECORDED), 'paid');
});

test('only Alipay 3 shows the numbering until 2018', () => {
  for (let state = 0; state < 20; state += 1) {
    assert.is(showsOldNumbering('alipay', state), state === 3);
    assert.is(showsOldNumbering('wechat', state), false);
  }
});

test.run();
