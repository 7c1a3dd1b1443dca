import type { Fen } from '../fen.ts';
import type { PaymentOutcome, RefundOutcome } from '../journal-record.ts';
import type { Platform } from '../platform.ts';
import type { SummarySpan } from '../shop-day.ts';
import type { SupportFacts } from '../support-facts.ts';
import type { Difference, PlatformTakings, Totals } from '../totals.ts';
import type { UpgradeStep } from '../upgrade-step.ts';

/** What the list of payments and refunds may be narrowed to, in the order of the digits 1 to 6. */
export const JOURNAL_FILTERS = ['all', 'payments', 'refunds', 'unresolved', 'wechat', 'alipay'] as const;

/** A narrowing of the list of payments and refunds. */
export type JournalFilter = (typeof JOURNAL_FILTERS)[number];

/** One payment or refund of this terminal, as its own journal knows it. */
export interface JournalRow {
  readonly kind: 'payment' | 'refund';
  readonly order: string;
  readonly refund: string | null;
  readonly platform: Platform;
  readonly amountFen: Fen;
  /** `MM-DD HH:MM` on the shop's wall. */
  readonly time: string;
  readonly staffId: string | null;
  readonly state: PaymentOutcome | RefundOutcome | 'unresolved';
  readonly reason: string;
}

/** The gateway's totals beside the terminal's own. */
export type GatewaySide =
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'known';
      readonly differences: readonly Difference[];
      readonly platforms: readonly PlatformTakings[];
    }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unconfigured' };

/** What the self-test looks at, in its order. */
export const SELF_CHECKS = [
  'journal',
  'settings',
  'key-store',
  'printer',
  'speaker',
  'scanner',
  'network',
  'clock',
] as const;

/** A part that the self-test looks at. */
export type SelfCheck = (typeof SELF_CHECKS)[number];

/** `listen`: only a person can tell, because the terminal has no ears and no hands. */
export interface SelfCheckRow {
  readonly check: SelfCheck;
  /** What of it: a domain's host, or ''. */
  readonly of: string;
  readonly state: 'waiting' | 'testing' | 'ok' | 'faulty' | 'listen';
  /** A figure or a reason; '' for none. */
  readonly detail: string;
}

/** What a terminal says of itself for support. */
export interface TerminalFacts {
  readonly sn: string;
  readonly version: string;
  /** Empty before the first configuration. */
  readonly deviceId: string;
}

/** Why an unbinding did not happen. */
export type UnbindTrouble = 'unconfigured' | 'open-items' | 'rejected' | 'unreachable' | 'storage';

/** Why a network was not joined. */
export type WifiTrouble = 'not-found' | 'refused' | 'failed' | 'no-gateway' | 'storage' | 'cancelled';

/** What became of a typed or scanned staff id. `unchecked`: kept, but the shop's list was out of reach. */
export type StaffStage = 'typing' | 'checking' | 'set' | 'set-unchecked' | 'unknown-staff' | 'failed';

/** The rows of the settings, in the order of their digits from 1. */
export const SETTINGS_ITEMS = ['managerCode', 'guidance'] as const;

/** A row of the settings. */
export type SettingsItem = (typeof SETTINGS_ITEMS)[number];

/** How far an upgrade is, for the cashier. */
export interface UpgradeShown {
  readonly phase: 'resting' | 'checking' | 'downloading' | 'waiting' | 'restarting' | 'trial';
  /** What happened last; null: nothing since the start. */
  readonly step: UpgradeStep | null;
  /** The release that it is about; '' when there is none. */
  readonly version: string;
  /** Of the download. */
  readonly percent: number;
  /** Why it was refused or given up, as `UpgradeReason` lists it; null: there is no code for it. */
  readonly reason: string | null;
  /** The same in English for support; '' else. */
  readonly why: string;
  /** The cashier may put the restart off. */
  readonly mayWait: boolean;
  /** The ways to releases that are configured. */
  readonly fromServer: boolean;
  readonly fromMedia: boolean;
}

/** The screens of the flows, before they are put into words. */
export type FlowView =
  | {
      readonly name: 'journal';
      readonly shows: 'list';
      readonly filter: JournalFilter;
      readonly rows: readonly JournalRow[];
      readonly selected: number;
      /** From 1. */
      readonly page: number;
      readonly hasMore: boolean;
      readonly stage: 'reading' | 'ready' | 'failed';
    }
  | {
      readonly name: 'journal';
      readonly shows: 'entry';
      readonly row: JournalRow;
      readonly slip: 'none' | 'asked' | 'without';
    }
  | {
      readonly name: 'summary';
      readonly span: SummarySpan;
      readonly stage: 'reading' | 'ready' | 'failed';
      readonly totals: Totals | null;
      readonly gateway: GatewaySide;
      readonly printed: boolean;
    }
  | {
      readonly name: 'staff';
      readonly stage: StaffStage;
      readonly typed: string;
      readonly staffId: string | null;
      readonly staffName: string | null;
    }
  | {
      readonly name: 'shift';
      readonly stage: 'reading' | 'open' | 'closing' | 'closed' | 'failed';
      readonly shift: number;
      /** `MM-DD HH:MM` on the shop's wall; '' before it is known. */
      readonly since: string;
      readonly totals: Totals | null;
    }
  | {
      readonly name: 'self-test';
      readonly rows: readonly SelfCheckRow[];
      readonly facts: TerminalFacts | null;
      readonly done: boolean;
      readonly printed: boolean;
    }
  | {
      readonly name: 'unbind';
      readonly stage: 'reading' | 'asking' | 'unbinding' | 'unbound' | 'refused';
      readonly trouble: UnbindTrouble | null;
      readonly description: string;
      readonly shopName: string;
      readonly open: number;
    }
  | {
      readonly name: 'settings';
      readonly selected: number;
      readonly managerCodeSet: boolean;
      readonly guided: boolean;
      /** The last change could not be stored. */
      readonly failed: boolean;
    }
  | { readonly name: 'support'; readonly facts: SupportFacts; readonly printed: boolean }
  | {
      readonly name: 'upgrade';
      readonly version: string;
      readonly slot: string | null;
      /** Absent: this installation has no way to upgrade itself. */
      readonly upgrade?: UpgradeShown;
    }
  | { readonly name: 'wifi-joining'; readonly ssid: string }
  | { readonly name: 'wifi-joined'; readonly ssid: string }
  | {
      readonly name: 'wifi-failed';
      readonly ssid: string;
      readonly trouble: WifiTrouble;
      /** The network that the terminal is on again; null: none. */
      readonly backOn: string | null;
    };
