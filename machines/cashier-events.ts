import type { Platform } from '../domain/platform.ts';
import type { TerminalStatus } from '../domain/screens/screen-view.ts';
import type { DeviceConfigOutput } from './device-config.machine.ts';
import type { DomainReport } from './domain-failover.machine.ts';
import type { FlowReport, FlowRequest } from './flow-events.ts';
import type { KeyEvent, ScanEvent } from './hand-events.ts';
import type { PaymentReport } from './payment-order.ts';
import type { RefundReport } from './refund-order.ts';

/** Everything that reaches the cashier's session: the shop's hands, and what became of the orders it started. */
export type CashierEvent =
  | KeyEvent
  | ScanEvent
  | PaymentReport
  | DomainReport
  | FlowReport
  | { readonly type: 'terminal.status'; readonly status: TerminalStatus }
  | { readonly type: 'configuration.started' }
  /** An order that is not on the screen moved. */
  | { readonly type: 'payment.elsewhere'; readonly settled: string | null }
  | RefundReport
  | { readonly type: 'refund.elsewhere'; readonly order: string };

/** What the cashier's session asks of the terminal. */
export type CashierRequest =
  | FlowRequest
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
