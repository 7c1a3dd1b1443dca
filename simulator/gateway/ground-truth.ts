import type { Book, Totals, TrueOrder, TrueRefund } from './book.ts';
import type { Desk } from './desk.ts';
import type { FaultDesk } from './fault-desk.ts';
import type { Hosts } from './hosts.ts';
import { phaseOf } from './order.ts';
import type { OrderBook } from './order-book.ts';
import { refundState } from './refund.ts';
import type { SandboxSettings } from './settings.ts';
import type { Traffic } from './traffic.ts';

/** Everything at this instant. @param limit how many orders and refunds; default all */
export function groundTruth(
  desk: Desk,
  counts: ReturnType<Traffic['counts']>,
  faults: FaultDesk,
  hosts: Hosts,
  limit = Number.MAX_SAFE_INTEGER,
): Book {
  const { book, settings, nowMs } = desk;
  const { requests, ...traffic } = counts;
  return {
    nowMs,
    totals: totalsOf(book, nowMs),
    orders: trueOrders(book, settings, nowMs, limit),
    refunds: trueRefunds(book, nowMs, limit),
    ...traffic,
    requests: limit === Number.MAX_SAFE_INTEGER ? requests : newest(requests, limit * REQUESTS_PER_ROW),
    faults: faults.armed(),
    hosts: hosts.list(),
    settings,
  };
}

/** Numbers with requests that a limited book lists for each row: the order, its refunds and some that came to nothing. */
const REQUESTS_PER_ROW = 4;

function newest<Value>(table: Readonly<Record<string, Value>>, count: number): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).slice(-count));
}

function totalsOf(book: OrderBook, nowMs: number): Totals {
  let chargedFen = 0;
  let chargedTwice = 0;
  for (const order of book.newestFirst()) {
    chargedFen += order.charges * order.totalFen;
    if (order.charges > 1) chargedTwice += 1;
  }
  let refundedFen = 0;
  for (const refund of book.newestRefundsFirst()) {
    if (refundState(refund, nowMs) === 2) refundedFen += refund.refundFen;
  }
  return { orders: book.orderCount(), chargedFen, refundedFen, chargedTwice };
}

/** The orders of the book, newest first; `limit` bounds what a page has to draw. */
function trueOrders(book: OrderBook, settings: SandboxSettings, nowMs: number, limit: number): TrueOrder[] {
  const rows: TrueOrder[] = [];
  for (const order of book.newestFirst()) {
    if (rows.length >= limit) break;
    const refundedFen = book.refundedFen(order);
    rows.push({
      number: order.number,
      outSubMchId: order.outSubMchId,
      outShopId: order.outShopId,
      platform: order.platform,
      totalFen: order.totalFen,
      phase: phaseOf(order, refundedFen, settings.alipayFinishMs, nowMs),
      charges: order.charges,
      refundedFen,
      codeMasked: order.codeMasked,
      deviceId: textOf(order.client['device_id']),
      staffId: textOf(order.client['staff_id']),
      createdMs: order.createdMs,
      paidMs: order.end === 'paid' ? order.endedMs : null,
      hiddenUntilMs: order.hiddenUntilMs,
      script: order.script,
    });
  }
  return rows;
}

/** The refunds of the book, newest first. */
function trueRefunds(book: OrderBook, nowMs: number, limit: number): TrueRefund[] {
  const rows: TrueRefund[] = [];
  for (const refund of book.newestRefundsFirst()) {
    if (rows.length >= limit) break;
    rows.push({
      number: refund.number,
      order: refund.order,
      outSubMchId: refund.outSubMchId,
      platform: refund.platform,
      refundFen: refund.refundFen,
      state: refundState(refund, nowMs),
      createdMs: refund.createdMs,
    });
  }
  return rows;
}

function textOf(value: string | number | undefined): string | null {
  return value === undefined || value === '' ? null : String(value);
}
