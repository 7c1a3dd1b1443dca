import type { ConfigurationTicket, Domain } from './payment-gateway.ts';
import type { Platform } from './platform.ts';
import type { Secret } from './secret.ts';
import type { WifiNetwork } from './wifi-network.ts';

/** What a scanned or typed text turned out to be. Secrets are wrapped; nothing here may be shown but what is named so. */
export type Scan =
  | {
      readonly kind: 'customer-code';
      readonly platform: Platform;
      readonly code: Secret;
      /** First two and last two digits. */ readonly masked: string;
    }
  | { readonly kind: 'configuration'; readonly domain: Domain; readonly ticket: ConfigurationTicket }
  | { readonly kind: 'configuration-refused'; readonly reason: 'foreign-host' | 'malformed' }
  | { readonly kind: 'wifi'; readonly readings: readonly WifiNetwork[] }
  | { readonly kind: 'wifi-refused'; readonly reason: string }
  /** An order or refund number of this merchant, check digit right. */
  | { readonly kind: 'order'; readonly number: string; readonly of: 'order' | 'refund' }
  /** Looks like one of our numbers but is not: mistyped, or of another merchant. */
  | { readonly kind: 'order-refused'; readonly reason: 'check-digit' | 'foreign-prefix' }
  | { readonly kind: 'unknown'; readonly what: 'empty' | 'too-long' | 'url' | 'digits' | 'other-wallet' | 'text' };
