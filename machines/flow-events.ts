import type { FoundOrder } from '../domain/found-order.ts';
import type { ScreenView } from '../domain/screens/screen-view.ts';
import type { SlipKind } from '../domain/slip.ts';
import type { KeyEvent, ScanEvent } from './hand-events.ts';
import type { DomainReport } from './domain-failover.machine.ts';
import type { RefundAsk, RefundReport } from './refund-order.ts';
import type { ReportOnPaper } from './print-spooler.machine.ts';

/** What a flow of the cashier's session hears: the cashier's hands, and what it asked the terminal for. */
export type FlowEvent =
  | KeyEvent
  | ScanEvent
  | DomainReport
  | RefundReport
  /** A payment that the cashier does not look at; `settled` names its order when it has just been settled. */
  | { readonly type: 'payment.elsewhere'; readonly settled: string | null }
  /** A refund that the cashier does not look at moved. */
  | { readonly type: 'refund.elsewhere'; readonly order: string };

/** What a flow says to the session: its view, and what it asks of the terminal. */
export type FlowReport = { readonly type: 'view.changed'; readonly view: ScreenView } | FlowRequest;

/** A slip that the cashier asks for: that of an earlier order or refund again, or a report. */
export interface RequestedSlip {
  readonly of: SlipKind;
  readonly order: string | null;
  readonly refund: string | null;
  readonly report: ReportOnPaper | null;
}

/** What a flow asks of the terminal, or tells it. */
export type FlowRequest =
  | { readonly type: 'domainCheck.requested' }
  | { readonly type: 'crash.reported'; readonly where: string; readonly error: unknown }
  | { readonly type: 'refund.requested'; readonly ask: RefundAsk }
  | { readonly type: 'refund.left' }
  | { readonly type: 'order.found'; readonly found: FoundOrder }
  | { readonly type: 'order.missing' }
  /** Ask at once for what is open of this order. */
  | { readonly type: 'order.reconcile'; readonly order: string }
  | { readonly type: 'slip.requested'; readonly slip: RequestedSlip }
  | { readonly type: 'speaker.tested' }
  | { readonly type: 'staff.set'; readonly staffId: string }
  /** A finished check of all domains, in the order of the list. */
  | { readonly type: 'domains.checked'; readonly alive: readonly boolean[] }
  /** Whether every step is spoken from now on. */
  | { readonly type: 'guidance.set'; readonly guided: boolean }
  | { readonly type: 'terminal.unbound' }
  | { readonly type: 'wifi.joining' }
  | { readonly type: 'wifi.joined' }
  | { readonly type: 'wifi.failed' };
