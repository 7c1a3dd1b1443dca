import type { Fen } from '../../domain/fen.ts';
import { settle, type Order } from './order.ts';
import { holdsMoney, type Refund } from './refund.ts';

/** The book as plain data, to be kept over a restart of the sandbox. */
export interface SavedBook {
  readonly version: 1;
  readonly orders: readonly Order[];
  readonly refunds: readonly Refund[];
  /** `shop/device` → serial number. */
  readonly bindings: Readonly<Record<string, string>>;
}

/** One order book for all four domains. Numbers are unique within a sub-merchant, refund numbers everywhere (§5). */
export interface OrderBook {
  /** With time passed up to now. */
  find(outSubMchId: string, number: string): Order | undefined;
  add(order: Order): void;
  /** Newest first, time passed up to now. */
  newestFirst(): IterableIterator<Order>;
  orderCount(): number;
  findRefund(number: string): Refund | undefined;
  addRefund(refund: Refund): void;
  /** In the order they were accepted. */
  refundsOf(order: Order): readonly Refund[];
  newestRefundsFirst(): IterableIterator<Refund>;
  /** Counts refunds in state 1, 2 and 4. */
  refundedFen(order: Order): Fen;
  /** The order with this code, if any has used it. */
  firstUseOfCode(codeFingerprint: string): Order | undefined;
  boundSn(outShopId: string, deviceId: string): string | undefined;
  bind(outShopId: string, deviceId: string, sn: string): void;
  /** False when nothing was bound. */
  unbind(outShopId: string, deviceId: string): boolean;
  isBoundInShop(outShopId: string, sn: string): boolean;
  save(): SavedBook;
}

/** @param nowMs the gateway's clock; nothing here runs by itself */
export function createOrderBook(nowMs: () => number, saved?: SavedBook): OrderBook {
  const rows: Order[] = [];
  const byNumber = new Map<string, Order>();
  const byCode = new Map<string, Order>();
  const refundRows: Refund[] = [];
  const refundByNumber = new Map<string, Refund>();
  const refundsByOrder = new Map<Order, Refund[]>();
  const bindings = new Map<string, string>(Object.entries(saved?.bindings ?? {}));
  const keyOf = (outSubMchId: string, number: string): string => `${outSubMchId}/${number}`;

  const add = (order: Order): void => {
    rows.push(order);
    byNumber.set(keyOf(order.outSubMchId, order.number), order);
    if (!byCode.has(order.codeFingerprint)) byCode.set(order.codeFingerprint, order);
    settle(order, nowMs());
  };
  const addRefund = (refund: Refund): void => {
    const order = byNumber.get(keyOf(refund.outSubMchId, refund.order));
    if (order === undefined) throw new RangeError(`refund ${refund.number} of an unknown order ${refund.order}`);
    refundRows.push(refund);
    refundByNumber.set(refund.number, refund);
    refundsByOrder.set(order, [...(refundsByOrder.get(order) ?? []), refund]);
  };
  saved?.orders.forEach((order) => add({ ...order }));
  saved?.refunds.forEach((refund) => addRefund({ ...refund }));

  return {
    find(outSubMchId, number) {
      const order = byNumber.get(keyOf(outSubMchId, number));
      if (order !== undefined) settle(order, nowMs());
      return order;
    },
    add,
    *newestFirst() {
      for (let index = rows.length - 1; index >= 0; index -= 1) {
        const order = rows[index];
        if (order === undefined) continue;
        settle(order, nowMs());
        yield order;
      }
    },
    orderCount: () => rows.length,
    findRefund: (number) => refundByNumber.get(number),
    addRefund,
    refundsOf: (order) => refundsByOrder.get(order) ?? [],
    *newestRefundsFirst() {
      for (let index = refundRows.length - 1; index >= 0; index -= 1) {
        const refund = refundRows[index];
        if (refund !== undefined) yield refund;
      }
    },
    refundedFen: (order) =>
      (refundsByOrder.get(order) ?? [])
        .filter((refund) => holdsMoney(refund, nowMs()))
        .reduce((sum, refund) => sum + refund.refundFen, 0),
    firstUseOfCode: (codeFingerprint) => byCode.get(codeFingerprint),
    boundSn: (outShopId, deviceId) => bindings.get(`${outShopId}/${deviceId}`),
    bind: (outShopId, deviceId, sn) => void bindings.set(`${outShopId}/${deviceId}`, sn),
    unbind: (outShopId, deviceId) => bindings.delete(`${outShopId}/${deviceId}`),
    isBoundInShop: (outShopId, sn) =>
      [...bindings].some(([device, bound]) => bound === sn && device.startsWith(`${outShopId}/`)),
    save: () => ({ version: 1, orders: rows, refunds: refundRows, bindings: Object.fromEntries(bindings) }),
  };
}
