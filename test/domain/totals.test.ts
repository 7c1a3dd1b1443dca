import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shopSpan } from '../../domain/shop-day.ts';
import { differencesOf, sumOf, Tally } from '../../domain/totals.ts';

const test = suite('domain/totals');

test('takings are summed up by wallet and by staff, and what is unresolved is in no sum', () => {
  const tally = new Tally();
  tally.add({ kind: 'payment', platform: 'wechat', staffId: '2', amountFen: 1005 });
  tally.add({ kind: 'payment', platform: 'alipay', staffId: null, amountFen: 300 });
  tally.add({ kind: 'refund', platform: 'wechat', staffId: '2', amountFen: 5 });
  tally.addUnresolved(900);
  const totals = tally.totals();
  assert.equal(totals.platforms, [
    { platform: 'wechat', paidCount: 1, paidFen: 1005, refundCount: 1, refundFen: 5 },
    { platform: 'alipay', paidCount: 1, paidFen: 300, refundCount: 0, refundFen: 0 },
  ]);
  assert.equal(totals.staff, [
    { staffId: null, paidCount: 1, paidFen: 300, refundCount: 0, refundFen: 0 },
    { staffId: '2', paidCount: 1, paidFen: 1005, refundCount: 1, refundFen: 5 },
  ]);
  assert.equal([totals.unresolvedCount, totals.unresolvedFen], [1, 900]);
  assert.equal(sumOf(totals.platforms), { paidCount: 2, paidFen: 1305, refundCount: 1, refundFen: 5 });
});

test('what the gateway has more or less of is named by wallet and kind, and nothing else', () => {
  const own = new Tally();
  own.add({ kind: 'payment', platform: 'wechat', staffId: null, amountFen: 100 });
  const gateway = [{ platform: 'wechat' as const, paidCount: 2, paidFen: 350, refundCount: 1, refundFen: 50 }];
  assert.equal(differencesOf(own.totals().platforms, gateway), [
    { platform: 'wechat', kind: 'payment', count: 1, fen: 250 },
    { platform: 'wechat', kind: 'refund', count: 1, fen: 50 },
  ]);
  assert.equal(differencesOf(own.totals().platforms, own.totals().platforms), []);
  assert.equal(differencesOf(own.totals().platforms, []), [
    { platform: 'wechat', kind: 'payment', count: -1, fen: -100 },
  ]);
});

test('a day of the shop goes from midnight to midnight on its own wall', () => {
  const chinaMidnight = Date.UTC(2026, 0, 1, 16);
  const day = 86_400_000;
  assert.equal(shopSpan('today', chinaMidnight, 480), { fromMs: chinaMidnight, toMs: chinaMidnight + day - 1 });
  assert.equal(shopSpan('today', chinaMidnight - 1, 480), { fromMs: chinaMidnight - day, toMs: chinaMidnight - 1 });
  assert.equal(shopSpan('yesterday', chinaMidnight, 480), { fromMs: chinaMidnight - day, toMs: chinaMidnight - 1 });
  assert.is(shopSpan('week', chinaMidnight, 480).fromMs, chinaMidnight - 6 * day);
  assert.is(shopSpan('today', chinaMidnight, 0).fromMs, Date.UTC(2026, 0, 1));
  assert.is(shopSpan('today', chinaMidnight, -300).fromMs, Date.UTC(2026, 0, 1, 5));
});

test.run();
