import type { Fen } from '../domain/fen.ts';
import type { Domain } from '../domain/payment-gateway.ts';
import type { RefusalReason, ScanNote, ScreenView, TerminalStatus } from '../domain/screens/screen-view.ts';
import type { DeviceConfigOutput } from './device-config.machine.ts';
import type { WantedNumber } from './order-lookup.ts';
import type { PaymentReport } from './payment-order.ts';

/** What the terminal says to an amount before a code is asked for. */
export type SaleCheck =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string }
  | { readonly kind: 'confirm'; readonly order: string };

/** What a cashier's session begins with. */
export interface CashierInput {
  readonly status: TerminalStatus;
  readonly domains: readonly Domain[];
  /** The most that may be typed for one payment. */
  readonly maxAmountFen: Fen;
}

/** What the cashier sees, and what has been typed or scanned towards the next step. */
export interface CashierContext extends CashierInput {
  readonly view: ScreenView;
  /** The amount as it was typed, in yuan. */
  readonly typed: string;
  readonly note: ScanNote;
  /** The number that a query or a refund starts with; null: it is asked for. */
  readonly wanted: WantedNumber | null;
  /** The configuration QR that was scanned: the scan door's name of it, and the domain that it names. */
  readonly ticket: { readonly ref: string; readonly domain: Domain } | null;
}

/** A payment that is under way, as the cashier is told of it. */
export type Progress = Extract<PaymentReport, { type: 'payment.progress' }>;

/** A payment with a verdict, as the cashier is told of it. */
export type Settled = Extract<PaymentReport, { type: 'payment.settled' }>;

/** A sale that never became an order, as the cashier is told of it. */
export type NotStarted = Extract<PaymentReport, { type: 'payment.notStarted' }>;

/** Left out where it is not known. */
const closing = ({ closes }: Progress) => (closes == null ? {} : { closes });

const orderOnScreen = (report: Progress | Settled) => ({
  order: report.order,
  amountFen: report.amountFen,
  platform: report.platform,
});

/** The screen of a payment that has no verdict yet; past its window it says "unknown", never "failed" (M4). */
export function viewOfProgress(report: Progress): ScreenView {
  switch (report.phase) {
    case 'submitting':
    case 'querying':
      return { name: 'paying', reason: report.reason, ...orderOnScreen(report), ...closing(report) };
    case 'password':
      return { name: 'password', ...orderOnScreen(report), ...closing(report) };
    case 'unresolved':
      return { name: 'unknown', reason: report.reason, ...orderOnScreen(report), ...closing(report) };
  }
}

/** The screen of a verdict: paid, or certainly not. */
export function viewOfSettled(report: Settled): ScreenView {
  const { verdict } = report;
  return verdict.outcome === 'paid'
    ? { name: 'paid', late: verdict.late, ...orderOnScreen(report) }
    : { name: 'failed', outcome: verdict.outcome, reason: verdict.reason, ...orderOnScreen(report) };
}

/** The screen after a configuration QR. `keepsOld`: the terminal had a configuration before, and goes on with it. */
export function viewOfConfiguration(output: DeviceConfigOutput, keepsOld: boolean): ScreenView {
  return output.outcome === 'configured'
    ? { name: 'configured', shopName: output.shopName }
    : { name: 'config-failed', trouble: output.trouble, description: output.description, keepsOld };
}

/**
 * The screen after an amount: ask for the code, refuse, or ask first about an unresolved order of the same amount (M9).
 */
export function viewOfSaleCheck(check: SaleCheck, amountFen: Fen): ScreenView {
  switch (check.kind) {
    case 'ok':
      return { name: 'present-code', amountFen, note: 'none' };
    case 'refused':
      return { name: 'refused', reason: check.reason, detail: check.detail, amountFen };
    case 'confirm':
      return { name: 'confirm', question: 'same-amount', order: check.order, amountFen };
  }
}
