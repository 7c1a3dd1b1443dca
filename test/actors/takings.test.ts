import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readPage } from '../../actors/journal-list.ts';
import type { PaymentDesk } from '../../actors/payment-ports.ts';
import { readShift } from '../../actors/shift-book.ts';
import { sumSpan } from '../../actors/takings.ts';
import { TerminalJournal } from '../../actors/terminal-journal.ts';
import type { JournalFact, PaymentOutcome, RefundOutcome } from '../../domain/journal-record.ts';
import type { JournalFilter } from '../../domain/screens/flow-view.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';

const test = suite('actors/takings');

const DAY_MS = 86_400_000;

/** A terminal's book with the facts of a shop day written by hand. */
class Shop {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 10, 4));
  readonly disk = new SimulatedDisk();
  journal = this.#open();

  #open(): TerminalJournal {
    const { disk, clock } = this;
    return new TerminalJournal({ disk, folder: '/data/journal', clock, version: 'test', onFailure: () => undefined });
  }

  restart(): void {
    this.journal.close();
    this.journal = this.#open();
  }

  record(...facts: JournalFact[]): void {
    this.journal.record(facts, { flush: false });
  }

  begin(
    order: string,
    amountFen: number,
    staffId: string | null = '1',
    platform: 'wechat' | 'alipay' = 'wechat',
  ): void {
    const about = { codeHash: 'h', configuration: 'c1', windowEndsAtMs: 0 };
    this.record({ type: 'ORDER_INTENT', order, amountFen, platform, staffId, ...about });
  }

  end(order: string, outcome: PaymentOutcome = 'paid'): void {
    this.record({ type: 'ORDER_RESULT', order, outcome, reason: '', transactionId: null, paidAtMs: null, late: false });
  }

  sell(order: string, amountFen: number, staffId: string | null = '1'): void {
    this.begin(order, amountFen, staffId);
    this.end(order);
  }

  refund(refund: string, order: string, refundFen: number, ...outcomes: RefundOutcome[]): void {
    const about = { orderFen: refundFen, platform: 'wechat' as const, configuration: 'c1', staffId: '1' };
    this.record({ type: 'REFUND_INTENT', refund, order, refundFen, ...about });
    for (const outcome of outcomes) this.refundIs(refund, order, outcome);
  }

  refundIs(refund: string, order: string, outcome: RefundOutcome): void {
    this.record({ type: 'REFUND_RESULT', refund, order, outcome, reason: '' });
  }

  handOver(shift: number): void {
    this.record({ type: 'SHIFT_CLOSED', shift, staffId: '1', unresolvedCount: 0, unresolvedFen: 0 });
  }

  get walk() {
    return { journal: this.journal, clock: this.clock, signal: new AbortController().signal };
  }

  /** Lets the turns of a long walk come. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    void work.finally(() => (isDone = true)).catch(() => undefined);
    for (let turn = 0; turn < 100_000; turn += 1) {
      for (let step = 0; step < 4; step += 1) await Promise.resolve();
      if (isDone) break;
      this.clock.advance(1);
    }
    return work;
  }

  shift(wanted: number | null) {
    return this.during(readShift(this.walk, wanted));
  }

  page(filter: JournalFilter, skip: number, take: number) {
    const desk = { journal: this.journal, parts: { clock: this.clock, utcOffsetMinutes: 480 } };
    const query = { filter, skip, take };
    return this.during(readPage(desk as unknown as PaymentDesk, query, new AbortController().signal));
  }
}

test('B2 a span holds what was begun in it: paid, given back, unresolved; refusals are in no sum', async () => {
  const shop = new Shop();
  shop.sell('old', 99);
  shop.clock.advance(DAY_MS);
  const fromMs = shop.clock.wallMs();
  shop.sell('a', 1000);
  shop.begin('b', 500, null, 'alipay');
  shop.end('b', 'failed');
  shop.begin('c', 700);
  shop.refund('r1', 'a', 100, 'accepted', 'refunded');
  shop.refund('r2', 'a', 50, 'accepted', 'failed');
  shop.refund('r3', 'a', 30);
  const totals = await shop.during(sumSpan(shop.walk, { fromMs, toMs: shop.clock.wallMs() }));
  assert.equal(totals.platforms[0], {
    platform: 'wechat',
    paidCount: 1,
    paidFen: 1000,
    refundCount: 1,
    refundFen: 100,
  });
  assert.equal(totals.platforms[1]?.paidCount, 0);
  assert.equal([totals.unresolvedCount, totals.unresolvedFen], [1, 700]);
});

test('B2 a clock that was wrong for a while hides nothing of the day', async () => {
  const shop = new Shop();
  const fromMs = shop.clock.wallMs();
  shop.sell('a', 100);
  shop.clock.jumpWall(-6 * 365 * DAY_MS);
  shop.sell('wrong', 7);
  shop.clock.jumpWall(6 * 365 * DAY_MS);
  shop.sell('b', 20);
  const totals = await shop.during(sumSpan(shop.walk, { fromMs, toMs: fromMs + DAY_MS }));
  assert.is(totals.platforms[0]?.paidFen, 120);
});

test('every payment belongs to one shift: that in which it was settled, over restarts and segments', async () => {
  const shop = new Shop();
  shop.sell('a', 100);
  shop.begin('late', 900);
  shop.handOver(1);
  shop.end('late');
  shop.refund('r1', 'a', 40, 'accepted');
  // Enough to fill more than one segment of 1 MiB.
  for (let n = 0; n < 3000; n += 1) shop.sell(`n${n}`, 1);
  shop.handOver(2);
  shop.refundIs('r1', 'a', 'refunded');
  shop.sell('z', 5);
  shop.restart();
  const fenOf = async (wanted: number | null): Promise<unknown> => {
    const record = await shop.shift(wanted);
    const [wechat] = record?.totals.platforms ?? [];
    return { shift: record?.shift, paid: wechat?.paidFen, refunded: wechat?.refundFen };
  };
  assert.equal(await fenOf(1), { shift: 1, paid: 100, refunded: 0 });
  assert.equal(await fenOf(2), { shift: 2, paid: 3900, refunded: 40 });
  assert.equal(await fenOf(null), { shift: 3, paid: 5, refunded: 0 });
  assert.is(await shop.shift(9), null);
  assert.is(shop.journal.ledger.lastShift?.closed.shift, 2);
});

test('a hand-over stays owed over a restart until its slip is told', () => {
  const shop = new Shop();
  shop.handOver(1);
  shop.restart();
  assert.is(shop.journal.ledger.lastShift?.told, false);
  shop.record({ type: 'TOLD', job: 'shift-1-slip', channel: 'slip', order: null, refund: null });
  shop.restart();
  assert.is(shop.journal.ledger.lastShift?.told, true);
});

test('B1 the list is narrowed before it is paged, and says whether more follows', async () => {
  const shop = new Shop();
  for (let n = 1; n <= 4; n += 1) shop.sell(`a${n}`, n);
  shop.begin('open', 50, null, 'alipay');
  shop.refund('r1', 'a1', 1, 'accepted');
  const orders = async (filter: JournalFilter, skip: number, take: number): Promise<unknown> => {
    const { rows, hasMore } = await shop.page(filter, skip, take);
    return [rows.map(({ order, refund, state }) => `${refund ?? order} ${state}`), hasMore];
  };
  assert.equal(await orders('all', 0, 3), [['r1 accepted', 'open unresolved', 'a4 paid'], true]);
  assert.equal(await orders('all', 3, 3), [['a3 paid', 'a2 paid', 'a1 paid'], false]);
  assert.equal(await orders('payments', 1, 2), [['a4 paid', 'a3 paid'], true]);
  assert.equal(await orders('refunds', 0, 5), [['r1 accepted'], false]);
  assert.equal(await orders('alipay', 0, 5), [['open unresolved'], false]);
  assert.equal(await orders('unresolved', 0, 5), [['r1 accepted', 'open unresolved'], false]);
  const [row] = (await shop.page('all', 0, 1)).rows;
  assert.is(row?.time, '01-10 12:00');
});

test('an order of long ago is brought back from the sealed segments, with its refunds, when it is asked for', async () => {
  const shop = new Shop();
  shop.sell('first', 4200);
  shop.refund('r1', 'first', 200, 'accepted', 'refunded');
  for (const job of ['first-paid-voice', 'first-paid-slip']) {
    shop.record({ type: 'TOLD', job, channel: 'voice', order: 'first', refund: null });
  }
  for (let n = 0; n < 3000; n += 1) {
    shop.sell(`n${n}`, 1);
    for (const end of ['voice', 'slip'] as const) {
      shop.record({ type: 'TOLD', job: `n${n}-paid-${end}`, channel: end, order: `n${n}`, refund: null });
    }
  }
  shop.restart();
  assert.is(shop.journal.ledger.order('first'), undefined);
  await shop.during(shop.journal.recall('first', null, new AbortController().signal));
  assert.is(shop.journal.ledger.order('first')?.result?.outcome, 'paid');
  assert.is(shop.journal.ledger.refund('r1')?.outcome, 'refunded');
  assert.equal(shop.journal.ledger.openOrders(), []);
});

test.run();
