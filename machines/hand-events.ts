import type { Domain } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';
import type { Key } from '../domain/screen.ts';
import type { ScanNote } from '../domain/screens/screen-view.ts';

/** A key as an event: the set is closed, so that no outside string becomes an event type. */
export type KeyEvent =
  | { readonly type: 'key.amount'; readonly key: Key }
  | {
      readonly type: `key.${'enter' | 'cancel' | 'backspace' | 'refund' | 'query' | 'menu' | 'replay' | 'reprint' | 'up' | 'down'}`;
    };

/** A recognised scan with its secrets left behind: `ref` names what the actors keep. */
export type ScanEvent =
  | { readonly type: 'scan.customerCode'; readonly platform: Platform; readonly ref: string; readonly masked: string }
  /** A customer code that was used for an order within its life (M9). */
  | { readonly type: 'scan.repeatedCode' }
  | { readonly type: 'scan.configuration'; readonly domain: Domain; readonly ref: string }
  | { readonly type: 'scan.wifi'; readonly ref: string; readonly ssid: string }
  | { readonly type: 'scan.order'; readonly number: string; readonly of: 'order' | 'refund' }
  /** `plain`: a short harmless text such as a staff id; absent for anything that could be a secret. */
  | { readonly type: 'scan.rejected'; readonly note: ScanNote; readonly plain?: string };
