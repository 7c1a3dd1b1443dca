import type { Fen } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';

/** How a refund ends: money back, failed (state 3), money at the merchant (WeChat 5), or never within reach. */
export type RefundLife = 'refunds' | 'fails' | 'manual' | 'stays';

/** One refund as the gateway keeps it. Times in epoch ms. */
export interface Refund {
  readonly number: string;
  readonly order: string;
  readonly outSubMchId: string;
  readonly outShopId: string;
  readonly platform: Platform;
  readonly totalFen: Fen;
  readonly refundFen: Fen;
  readonly reason: string;
  readonly nonce: string;
  readonly client: Readonly<Record<string, string | number>>;
  readonly createdMs: number;
  readonly delayMs: number;
  readonly life: RefundLife;
}

/** WxpayRefundOrderState and AlipayRefundOrderState (§4.3) now: 1 → 4 → 2 for WeChat, 1 → 2 for Alipay (§9). */
export function refundState(refund: Refund, nowMs: number): number {
  const age = nowMs - refund.createdMs;
  if (refund.life !== 'stays' && age >= refund.delayMs) {
    if (refund.life === 'refunds') return 2;
    // Alipay has no "card unusable"; its nearest word is "failed".
    return refund.life === 'manual' && refund.platform === 'wechat' ? 5 : 3;
  }
  return refund.platform === 'wechat' && age * 2 >= refund.delayMs ? 4 : 1;
}

/** States 1, 2 and 4 hold the order's money (§9 rule 12). */
export function holdsMoney(refund: Refund, nowMs: number): boolean {
  return refundState(refund, nowMs) !== 3 && refundState(refund, nowMs) !== 5;
}

/** When the refund last changed. */
export function refundUpdatedMs(refund: Refund, nowMs: number): number {
  const endMs = refund.createdMs + refund.delayMs;
  return refund.life !== 'stays' && nowMs >= endMs ? endMs : refund.createdMs;
}
