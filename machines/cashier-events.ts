import type { Domain } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';
import type { Key } from '../domain/screen.ts';
import type { ScanNote, TerminalStatus } from '../domain/screens/screen-view.ts';
import type { DeviceConfigOutput } from './device-config.machine.ts';
import type { DomainReport } from './domain-failover.machine.ts';
import type { PaymentReport } from './payment-order.ts';

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
  | { readonly type: 'scan.rejected'; readonly note: ScanNote };

export type CashierEvent =
  | KeyEvent
  | ScanEvent
  | PaymentReport
  | DomainReport
  | { readonly type: 'terminal.status'; readonly status: TerminalStatus }
  | { readonly type: 'configuration.started' }
  /** An order that is not on the screen moved. */
  | { readonly type: 'payment.elsewhere' };

/** What the cashier's session asks of the terminal. */
export type CashierRequest =
  | { readonly type: 'sale.prepared'; readonly amountFen: number }
  | {
      readonly type: 'sale.requested';
      readonly amountFen: number;
      readonly platform: Platform;
      readonly codeRef: string;
    }
  | { readonly type: 'order.left' }
  | { readonly type: 'code.repeated' }
  | { readonly type: 'domainCheck.requested' }
  | { readonly type: 'configuration.started' }
  | { readonly type: 'configuration.ended'; readonly output: DeviceConfigOutput }
  | { readonly type: 'replay.requested' }
  | { readonly type: 'reprint.requested' };
