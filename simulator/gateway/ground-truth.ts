import type { Fen } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import type { ArmedFault } from './fault-desk.ts';
import type { HostCondition, InterfaceName } from './fault-script.ts';
import { phaseOf, type OrderPhase } from './order.ts';
import type { OrderBook } from './order-book.ts';
import { refundState } from './refund.ts';
import type { SandboxSettings } from './settings.ts';

/** An order as it truly is, whatever any answer said. Times in epoch ms; no customer code, no key. */
export interface TrueOrder {
  readonly number: string;
  readonly outSubMchId: string;
  readonly outShopId: string;
  readonly platform: Platform;
  readonly totalFen: Fen;
  readonly phase: OrderPhase;
  /** How often the customer was charged. Never above 1. */
  readonly charges: number;
  readonly refundedFen: Fen;
  readonly codeMasked: string;
  readonly deviceId: string | null;
  readonly staffId: string | null;
  readonly createdMs: number;
  readonly paidMs: number | null;
  readonly hiddenUntilMs: number;
  readonly script: string | null;
}

export interface TrueRefund {
  readonly number: string;
  readonly order: string;
  readonly outSubMchId: string;
  readonly platform: Platform;
  readonly refundFen: Fen;
  readonly state: number;
  readonly createdMs: number;
}

/** One request as it came in. */
export interface LoggedRequest {
  readonly atMs: number;
  readonly host: number;
  readonly interface: string;
  readonly number: string | null;
  readonly status: number | null;
  readonly internalStatus: number | null;
  readonly strike: string | null;
}

export interface TrueHost {
  readonly index: number;
  readonly condition: HostCondition;
  readonly untilMs: number | null;
  readonly requests: number;
}

/** The ground truth, as plain data. */
export interface Book {
  readonly nowMs: number;
  readonly orders: readonly TrueOrder[];
  readonly refunds: readonly TrueRefund[];
  /** Requests per order or refund number and interface. */
  readonly requests: Readonly<Record<string, Readonly<Partial<Record<InterfaceName, number>>>>>;
  /** Requests per interface, in all. */
  readonly calls: Readonly<Partial<Record<InterfaceName, number>>>;
  /** Calls that no terminal may make. */
  readonly traps: { readonly reverse: number };
  readonly faults: readonly ArmedFault[];
  readonly hosts: readonly TrueHost[];
  readonly settings: SandboxSettings;
  /** The newest requests, newest first. */
  readonly log: readonly LoggedRequest[];
}

/** The orders of the book, newest first; `limit` bounds what a page has to draw. */
export function trueOrders(book: OrderBook, settings: SandboxSettings, nowMs: number, limit: number): TrueOrder[] {
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
export function trueRefunds(book: OrderBook, nowMs: number, limit: number): TrueRefund[] {
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
