import type { Fen } from '../fen.ts';
import type { PaymentOutcome } from '../journal-record.ts';
import type { Closing } from '../order-life.ts';
import type { Platform } from '../platform.ts';
import type { ScreenName } from '../screen.ts';
import type { FlowView } from './flow-view.ts';
import type { RefundView } from './refund-view.ts';
import type { ScanNote } from './scan-note.ts';

export type { ScanNote } from './scan-note.ts';

/** Why the terminal itself refuses, before anything is sent. */
export type RefusalReason =
  | 'amount-zero'
  | 'amount-over-maximum'
  | 'no-sub-terminal-type'
  | 'unconfigured'
  | 'storage-failed'
  | 'query-only'
  | 'too-many-unresolved'
  | 'over-refundable'
  | 'not-refundable'
  | 'refund-not-started'
  | 'gateway-unreachable'
  | 'not-started';

/** The state of the terminal's surroundings, for the idle screen. */
export interface TerminalStatus {
  readonly configured: boolean;
  readonly shopName: string;
  readonly staffId: string | null;
  readonly connected: boolean;
  readonly printer: 'ok' | 'out-of-paper' | 'cover-open' | 'unplugged';
  readonly waitingSlips: number;
  readonly openOrders: number;
  /** Refunds that are unknown, or accepted and not yet at their end. */
  readonly openRefunds: number;
  readonly storage: 'ok' | 'failed';
  /** The wall clock is far from the gateway's; absent: it is right, or nobody knows. */
  readonly clockWrong?: boolean;
  /** The release that starts when nobody is served and its time has come; absent or null: none waits. */
  readonly upgradeDue?: string | null;
  /** `query-only`: it crashed again and again; for a while it starts nothing new and only brings to its end what is open. */
  readonly trade: 'selling' | 'query-only';
}

/** One domain in the visible check of all domains (A8). */
export interface DomainCheckRow {
  readonly domain: string;
  readonly state: 'waiting' | 'asking' | 'alive' | 'dead';
  /** From the question to the answer; null while there is none. */
  readonly latencyMs: number | null;
}

/** What the menu offers. */
export type MenuItemName =
  | 'journal'
  | 'summary'
  | 'domainCheck'
  | 'staff'
  | 'shift'
  | 'upgrade'
  | 'selfTest'
  | 'unbind'
  | 'refundPin'
  | 'settings';

interface OrderOnScreen {
  readonly order: string;
  readonly amountFen: Fen;
  readonly platform: Platform;
}

interface OpenOrderOnScreen extends OrderOnScreen {
  /** Absent before the order is recorded. */
  readonly closes?: Closing;
}

/** What a screen shows, before it is put into words. Names are those of the headless interface. */
export type ScreenView =
  | FlowView
  | RefundView
  | { readonly name: 'unconfigured'; readonly note: ScanNote }
  | { readonly name: 'configuring' }
  | { readonly name: 'configured'; readonly shopName: string }
  | {
      readonly name: 'config-failed';
      readonly trouble: string;
      readonly description: string;
      readonly keepsOld: boolean;
    }
  | { readonly name: 'idle'; readonly status: TerminalStatus; readonly note: ScanNote }
  | { readonly name: 'amount'; readonly typed: string; readonly note: ScanNote }
  | { readonly name: 'present-code'; readonly amountFen: Fen; readonly note: ScanNote }
  | ({ readonly name: 'paying'; readonly reason: string } & OpenOrderOnScreen)
  | ({ readonly name: 'password' } & OpenOrderOnScreen)
  | ({ readonly name: 'paid'; readonly late: boolean } & OrderOnScreen)
  | ({ readonly name: 'failed'; readonly outcome: PaymentOutcome; readonly reason: string } & OrderOnScreen)
  | ({ readonly name: 'unknown'; readonly reason: string } & OpenOrderOnScreen)
  | {
      readonly name: 'refused';
      readonly reason: RefusalReason;
      readonly detail: string;
      readonly amountFen: Fen | null;
    }
  | {
      readonly name: 'confirm';
      readonly question: 'same-amount' | 'refund-unverified';
      readonly order: string;
      readonly amountFen: Fen;
    }
  | {
      readonly name: 'domain-check';
      readonly rows: readonly DomainCheckRow[];
      readonly chosen: string | null;
      readonly done: boolean;
    }
  | {
      readonly name: 'menu';
      readonly selected: number;
      readonly items: readonly { readonly item: MenuItemName; readonly digit: number }[];
    };

/** Compile-time proof that every view is a screen that scripts may rely on. */
export type ViewName = ScreenView['name'] & ScreenName;
