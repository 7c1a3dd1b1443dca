import type { Fen } from '../fen.ts';
import type { Platform } from '../platform.ts';
import type { SummarySpan } from '../shop-day.ts';
import type {
  JournalFilter,
  JournalRow,
  SelfCheck,
  SelfCheckRow,
  UnbindTrouble,
  UpgradeShown,
  WifiTrouble,
} from './flow-view.ts';

/** The words of the flows' screens in one language. Lines stay within 16 Chinese characters or 32 Latin ones where they can. */
export interface FlowWords {
  readonly yuan: (fen: Fen) => string;
  readonly wallet: Readonly<Record<Platform, string>>;
  readonly reading: string;
  readonly unreadable: readonly string[];
  readonly journal: {
    readonly title: string;
    readonly filter: Readonly<Record<JournalFilter, string>>;
    readonly page: (page: number) => string;
    readonly empty: string;
    readonly keys: string;
    readonly kind: Readonly<Record<JournalRow['kind'], string>>;
    readonly state: Readonly<Record<JournalRow['kind'], Readonly<Partial<Record<JournalRow['state'], string>>>>>;
    readonly order: (order: string) => string;
    readonly refund: (refund: string) => string;
    readonly staff: (staffId: string) => string;
    readonly entryKeys: string;
    readonly slip: Readonly<Record<'asked' | 'without', string>>;
  };
  readonly totals: {
    readonly paid: (who: string, count: number, amount: string) => string;
    readonly refunded: (who: string, count: number, amount: string) => string;
    readonly net: (amount: string) => string;
    readonly staff: (staffId: string | null) => string;
    readonly moreStaff: (count: number) => string;
    readonly unresolved: (count: number, amount: string) => string;
  };
  readonly summary: {
    readonly title: string;
    readonly span: Readonly<Record<SummarySpan, string>>;
    readonly gateway: Readonly<Record<'asking' | 'same' | 'unreachable' | 'unconfigured', string>>;
    readonly difference: (platform: Platform, kind: 'payment' | 'refund', count: number, amount: string) => string;
    readonly differs: string;
    readonly keys: string;
    readonly printed: string;
  };
  readonly staff: {
    readonly title: string;
    readonly current: (staffId: string | null) => string;
    readonly hint: string;
    readonly checking: string;
    readonly set: (who: string) => readonly string[];
    readonly unchecked: string;
    readonly unknown: (staffId: string) => readonly string[];
    readonly failed: readonly string[];
  };
  readonly shift: {
    readonly title: (shift: number) => string;
    readonly since: (time: string) => string;
    readonly ask: string;
    readonly closing: string;
    readonly closed: readonly string[];
    readonly failed: readonly string[];
  };
  readonly selfTest: {
    readonly title: string;
    readonly check: Readonly<Record<SelfCheck, string>>;
    readonly mark: Readonly<Record<SelfCheckRow['state'], string>>;
    readonly hint: Readonly<Partial<Record<SelfCheck, string>>>;
    readonly facts: (sn: string, version: string, deviceId: string) => readonly string[];
    readonly keys: string;
    readonly printed: string;
  };
  readonly settings: {
    readonly title: string;
    readonly managerCode: (isSet: boolean) => string;
    readonly guidance: (on: boolean) => string;
    readonly failed: string;
  };
  readonly unbind: {
    readonly title: string;
    readonly ask: (shopName: string) => readonly string[];
    readonly unbinding: string;
    readonly unbound: readonly string[];
    readonly refused: Readonly<Record<UnbindTrouble, (open: number, description: string) => readonly string[]>>;
  };
  readonly support: {
    readonly title: string;
    readonly scan: string;
    readonly nothing: string;
    readonly keys: string;
    readonly printed: string;
    /** How to get there, on the screens of failures. */
    readonly hint: string;
  };
  readonly upgrade: {
    readonly title: string;
    readonly version: (version: string) => string;
    readonly slot: (slot: string | null) => string;
    readonly noSource: readonly string[];
    readonly phase: Readonly<Record<Exclude<UpgradeShown['phase'], 'resting'>, (shown: UpgradeShown) => string>>;
    /** What happened last, while nothing goes on. */
    readonly last: Readonly<
      Record<
        'current' | 'refused' | 'failed' | 'confirmed' | 'rolled-back' | 'withdrawn',
        (shown: UpgradeShown) => readonly string[]
      >
    >;
    readonly fromServer: string;
    readonly fromMedia: string;
    readonly later: string;
  };
  readonly wifi: {
    readonly joining: (ssid: string) => readonly string[];
    readonly joined: (ssid: string) => readonly string[];
    readonly failed: string;
    readonly trouble: Readonly<Record<WifiTrouble, string>>;
    readonly backOn: (ssid: string | null) => string;
  };
}
