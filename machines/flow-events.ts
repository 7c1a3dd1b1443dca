import type { ScreenView } from '../domain/screens/screen-view.ts';
import type { KeyEvent, ScanEvent } from './hand-events.ts';
import type { DomainReport } from './domain-failover.machine.ts';

/** What a flow of the cashier's session hears: the cashier's hands, and what it asked the terminal for. */
export type FlowEvent = KeyEvent | ScanEvent | DomainReport;

/** What a flow says to the session: its view, and what it asks of the terminal. */
export type FlowReport =
  { readonly type: 'view.changed'; readonly view: ScreenView } | { readonly type: 'domainCheck.requested' };
