import type { Random } from '../../hal/random/contract.ts';

/** Which numbering the Alipay states follow (§4.2, §9). */
export type StateProfile = 'mixed' | 'since2018' | 'until2018';

/** Every numbering; `mixed` is what the field shows. */
export const STATE_PROFILES: readonly StateProfile[] = ['mixed', 'since2018', 'until2018'];

/** How long the gateway thinks before it answers, in milliseconds. */
export type Latency =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly fromMs: number; readonly toMs: number }
  /** Long-tailed: half of the answers within `p50Ms`, 99 of 100 within `p99Ms`. */
  | { readonly kind: 'lognormal'; readonly p50Ms: number; readonly p99Ms: number };

/** Everything about the sandbox that may be switched while it runs. */
export interface SandboxSettings {
  readonly profile: StateProfile;
  /** WeChat shows state 4 after any refund, or only when all of it was given back. */
  readonly wechatRefundState: 'any-refund' | 'full-refund';
  /** A refund reaches its end this long after it was accepted. */
  readonly refundDelayMs: number;
  /** A paid Alipay order becomes "finished", no longer refundable, after this; null = never. */
  readonly alipayFinishMs: number | null;
  /** The shape of the use_device_setting answer (§7.2). */
  readonly configurationShape: 'nested' | 'flat';
  /** Rows of client_order_detail: about 3 KB each as in the field, or about 20 KB each. */
  readonly detailSize: 'realistic' | 'huge';
  readonly internalStatusSpelling: 'internal_status' | 'Internal_status';
  /** Refuse a customer code that another order has already used, as the wallets do. */
  readonly singleUseCodes: boolean;
  readonly latency: Latency;
}

/** A fresh sandbox: quick, and with the quirks that the field shows. */
export const DEFAULT_SETTINGS: SandboxSettings = {
  profile: 'mixed',
  wechatRefundState: 'any-refund',
  refundDelayMs: 3000,
  alipayFinishMs: null,
  configurationShape: 'nested',
  detailSize: 'realistic',
  internalStatusSpelling: 'internal_status',
  singleUseCodes: false,
  latency: { kind: 'fixed', ms: 0 },
};

/** The 99th percentile of the standard normal distribution. */
const NORMAL_P99 = 2.3263;

/** One delay drawn from the distribution, whole milliseconds, never below 0. */
export function drawLatencyMs(latency: Latency, random: Random): number {
  if (latency.kind === 'fixed') return latency.ms;
  if (latency.kind === 'uniform') {
    return Math.round(latency.fromMs + (latency.toMs - latency.fromMs) * random.fraction());
  }
  const median = Math.max(1, latency.p50Ms);
  const spread = Math.log(Math.max(median, latency.p99Ms) / median) / NORMAL_P99;
  // Box–Muller; 1 − fraction keeps the logarithm's argument above 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
  return Math.round(median * Math.exp(spread * normal));
}
