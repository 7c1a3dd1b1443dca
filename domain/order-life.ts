import { localTimeText } from './slips/local-time.ts';

/** Life of a card order at the gateway (§5): one that was not paid by then is closed, and can no longer be waiting for its customer. */
export const ORDER_LIFE_MS = 120_000;

/** When the gateway itself closes an order that nobody pays. */
export interface Closing {
  /** Epoch ms (M8): a restart changes nothing about it. */
  readonly atMs: number;
  /** `HH:MM:SS` on the shop's wall. */
  readonly wall: string;
}

/** @param madeAtMs epoch ms at which the order was recorded, just before it was sent */
export function closingOf(madeAtMs: number, utcOffsetMinutes: number): Closing {
  const atMs = madeAtMs + ORDER_LIFE_MS;
  return { atMs, wall: localTimeText(atMs, utcOffsetMinutes).slice(11) };
}
