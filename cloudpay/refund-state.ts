import type { RefundState } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';

/**
 * A refund's state in the trade's words (§4.3). An unknown number, or one that the gateway still works on, is `processing`.
 * Alipay's 5 (not found) is `manual`: it proves neither that the money went back nor that it never will.
 */
export function refundState(platform: Platform, gatewayState: number, isTransforming: boolean): RefundState {
  if (isTransforming) return 'processing';
  switch (gatewayState) {
    case 2:
      return 'refunded';
    case 3:
      return 'failed';
    case 5:
      return 'manual';
    case 6:
      return platform === 'wechat' ? 'failed' : 'processing';
    default:
      return 'processing';
  }
}
