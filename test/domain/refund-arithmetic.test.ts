import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isReserving, judgeRefund, type OwnRefund, refundableFen } from '../../domain/refund-arithmetic.ts';

const refunds = suite('domain/refund-arithmetic');
const OUTCOMES = [null, 'accepted', 'refunded', 'failed', 'manual', 'rejected', 'not-sent'] as const;

refunds(
  'unknown, accepted, done and manual refunds hold their amount; failed, rejected and unsent ones release it',
  () => {
    assert.equal(OUTCOMES.filter(isReserving), [null, 'accepted', 'refunded', 'manual']);
  },
);

refunds('every order up to 6 fen with two refunds of every outcome: never more than the total leaves', () => {
  for (let totalFen = 0; totalFen <= 6; totalFen += 1) {
    for (let gateway = -1; gateway <= totalFen; gateway += 1) {
      for (let first = 0; first <= totalFen; first += 1) {
        for (let second = 0; second <= totalFen; second += 1) {
          for (const one of OUTCOMES) {
            for (const other of OUTCOMES) {
              const own = (isReserving(one) ? first : 0) + (isReserving(other) ? second : 0);
              const refundable = refundableFen({
                totalFen,
                gatewayRefundedFen: gateway < 0 ? null : gateway,
                refunds: [
                  { refundFen: first, outcome: one },
                  { refundFen: second, outcome: other },
                ],
              });
              assert.ok(refundable >= 0 && refundable <= totalFen);
              if (refundable > 0) assert.is(refundable + Math.max(own, gateway, 0), totalFen);
              else assert.ok(Math.max(own, gateway, 0) >= totalFen);
            }
          }
        }
      }
    }
  }
});

refunds('whatever a cashier tries and however each refund ends, what was allowed never exceeds the total', () => {
  const tries = fc.array(fc.tuple(fc.integer({ min: -1, max: 3000 }), fc.constantFrom(...OUTCOMES)), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), tries, (totalFen, wishes) => {
      const own: OwnRefund[] = [];
      for (const [refundFen, outcome] of wishes) {
        if (judgeRefund(refundFen, refundableFen({ totalFen, gatewayRefundedFen: null, refunds: own })) === 'allowed') {
          own.push({ refundFen, outcome });
        }
      }
      const mayHaveLeft = own.reduce((sum, refund) => sum + (isReserving(refund.outcome) ? refund.refundFen : 0), 0);
      assert.ok(mayHaveLeft <= totalFen);
    }),
  );
});

refunds('the acceptance script of 0.02: 0.03 refused, 0.01, 0.02 refused, 0.01', () => {
  const own: OwnRefund[] = [];
  const wish = (fen: number): string =>
    judgeRefund(fen, refundableFen({ totalFen: 2, gatewayRefundedFen: null, refunds: own }));
  assert.is(wish(3), 'over-refundable');
  assert.is(wish(0), 'zero');
  assert.is(wish(1), 'allowed');
  own.push({ refundFen: 1, outcome: 'accepted' });
  assert.is(wish(2), 'over-refundable');
  assert.is(wish(1), 'allowed');
  own.push({ refundFen: 1, outcome: null });
  assert.is(wish(1), 'over-refundable');
});

refunds('a fraction or a negative amount is a bug and throws', () => {
  assert.throws(() => refundableFen({ totalFen: 1.5, gatewayRefundedFen: null, refunds: [] }), RangeError);
  assert.throws(() => refundableFen({ totalFen: 2, gatewayRefundedFen: -1, refunds: [] }), RangeError);
  assert.is(judgeRefund(0.5, 2), 'zero');
});

refunds.run();
