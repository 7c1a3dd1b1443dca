import type { Fen } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import type { StateProfile } from './settings.ts';

/** How an order is going to live, decided when it is taken. Times count from its creation. */
export type Life =
  | { readonly kind: 'pays'; readonly afterMs: number; readonly meanwhile: 'waiting' | 'initial' | 'missing' }
  /** The customer is asked for the password and gives up. */
  | { readonly kind: 'stops'; readonly afterMs: number }
  /** The customer is asked for the password and never answers. */
  | { readonly kind: 'waits' }
  /** Taken, and failed at the wallet at once. */
  | { readonly kind: 'errors' }
  /** A signed 104 instead of an order. */
  | { readonly kind: 'refused'; readonly description: string };

/** The customer pays the moment the order is taken. */
export const PAYS_AT_ONCE: Life = { kind: 'pays', afterMs: 0, meanwhile: 'waiting' };

/** A waiting order older than this is closed (§9 rule 16). */
export const ORDER_LIFE_MS = 120_000;

/** How an order came to its end: charged, given up by the customer, run out of time, or failed at the wallet. */
export type OrderEnd = 'paid' | 'stopped' | 'expired' | 'error';

/** One order as the gateway keeps it: plain data, so that the book can be saved and shown. Times in epoch ms. */
export interface Order {
  readonly number: string;
  readonly outSubMchId: string;
  readonly outShopId: string;
  readonly platform: Platform;
  readonly totalFen: Fen;
  readonly codeFingerprint: string;
  readonly codeMasked: string;
  readonly body: string;
  readonly nonce: string;
  /** The request's order_client as it came. */
  readonly client: Readonly<Record<string, string | number>>;
  readonly createdMs: number;
  readonly lifeMs: number;
  /** Queries deny the order until then. */
  readonly hiddenUntilMs: number;
  readonly script: string | null;
  life: Life;
  end: OrderEnd | null;
  endedMs: number | null;
  /** How often the customer was charged under this number. More than 1 is a broken gateway. */
  charges: number;
}

/** What an order is doing, before it is put into the wallet's numbers. */
export type OrderPhase =
  | 'initial'
  | 'missing'
  | 'waiting'
  | 'paid'
  | 'part-refunded'
  | 'refunded'
  | 'finished'
  | 'stopped'
  | 'expired'
  | 'error';

/** Lets time pass for one order: charges it, or closes it, at the instant its life says. */
export function settle(order: Order, nowMs: number): void {
  if (order.end !== null) return;
  const { life } = order;
  const expiresMs = order.createdMs + order.lifeMs;
  const dueMs = life.kind === 'pays' || life.kind === 'stops' ? order.createdMs + life.afterMs : order.createdMs;
  if (life.kind === 'errors' || life.kind === 'refused') return finish(order, 'error', order.createdMs);
  if (life.kind !== 'waits' && dueMs <= expiresMs && nowMs >= dueMs) {
    return finish(order, life.kind === 'pays' ? 'paid' : 'stopped', dueMs);
  }
  if (nowMs > expiresMs) finish(order, 'expired', expiresMs);
}

function finish(order: Order, end: OrderEnd, atMs: number): void {
  order.end = end;
  order.endedMs = atMs;
  if (end === 'paid') order.charges += 1;
}

/** The phase now; call `settle` first. */
export function phaseOf(order: Order, refundedFen: Fen, finishMs: number | null, nowMs: number): OrderPhase {
  if (order.end === null) return order.life.kind === 'pays' ? order.life.meanwhile : 'waiting';
  if (order.end !== 'paid') return order.end;
  if (refundedFen >= order.totalFen) return 'refunded';
  if (order.platform === 'alipay' && finishMs !== null && nowMs - (order.endedMs ?? nowMs) >= finishMs)
    return 'finished';
  return refundedFen > 0 ? 'part-refunded' : 'paid';
}

/** WxpayOrderState (§4.1). */
export function wechatState(phase: OrderPhase, refundState: 'any-refund' | 'full-refund'): number {
  switch (phase) {
    case 'initial':
      return 1;
    case 'missing':
      return 12;
    case 'waiting':
      return 9;
    case 'paid':
    case 'finished':
      return 2;
    case 'part-refunded':
      return refundState === 'any-refund' ? 4 : 2;
    case 'refunded':
      return 4;
    case 'stopped':
      return 5;
    case 'expired':
    case 'error':
      return 10;
  }
}

interface AlipayNumbers {
  readonly waiting: number;
  readonly closed: number;
  readonly refunded: number;
  readonly finished: number;
  readonly missing: number;
}

const ALIPAY_NUMBERS: Readonly<Record<StateProfile, AlipayNumbers>> = {
  mixed: { waiting: 4, closed: 5, refunded: 4, finished: 6, missing: 7 },
  since2018: { waiting: 4, closed: 5, refunded: 5, finished: 6, missing: 7 },
  until2018: { waiting: 3, closed: 4, refunded: 4, finished: 5, missing: 6 },
};

/** AlipayOrderState (§4.2) in the numbering of the profile. */
export function alipayState(phase: OrderPhase, profile: StateProfile): number {
  const numbers = ALIPAY_NUMBERS[profile];
  switch (phase) {
    case 'initial':
      return 1;
    case 'paid':
    case 'part-refunded':
      return 2;
    case 'waiting':
    case 'refunded':
    case 'finished':
    case 'missing':
      return numbers[phase];
    case 'stopped':
    case 'expired':
    case 'error':
      return numbers.closed;
  }
}
