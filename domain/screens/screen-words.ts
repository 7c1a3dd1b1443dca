import type { Fen } from '../fen.ts';
import type { PaymentOutcome } from '../journal-record.ts';
import type { Platform } from '../platform.ts';
import type { FlowWords } from './flow-words.ts';
import type { RefundWords } from './refund-words.ts';
import type { DomainCheckRow, MenuItemName, RefusalReason, ScanNote, TerminalStatus } from './screen-view.ts';

/** Every word of the screens in one language. */
export interface ScreenWords {
  readonly yuan: (fen: Fen) => string;
  readonly platform: (platform: Platform) => string;
  readonly orderNumber: (order: string) => string;
  readonly unconfigured: readonly string[];
  readonly configuring: readonly string[];
  readonly configured: (shopName: string) => readonly string[];
  readonly configFailed: string;
  readonly configTrouble: Readonly<Record<string, string>>;
  readonly configKept: string;
  readonly idle: string;
  readonly staff: (staffId: string) => string;
  readonly connection: { readonly up: string; readonly down: string };
  readonly printer: Readonly<Record<TerminalStatus['printer'], string>>;
  readonly waitingSlips: (count: number) => string;
  readonly clockWrong: string;
  readonly upgradeDue: (version: string) => string;
  readonly openOrders: (count: number) => string;
  readonly openRefunds: (count: number) => string;
  readonly storageFailed: string;
  readonly queryOnly: string;
  readonly amountHint: string;
  readonly presentCode: string;
  readonly paying: string;
  /** When the gateway closes the order, `HH:MM:SS`. */
  readonly closes: (wall: string) => string;
  readonly password: string;
  readonly paid: (platform: Platform) => string;
  readonly paidLate: string;
  readonly failed: string;
  readonly outcome: Readonly<Record<Exclude<PaymentOutcome, 'paid'>, string>>;
  readonly unknown: string;
  readonly unknownHelp: string;
  readonly unknownWarning: string;
  readonly refused: Readonly<Record<RefusalReason, (detail: string) => readonly string[]>>;
  readonly confirmSameAmount: (order: string) => readonly string[];
  readonly domainCheck: string;
  readonly domainRow: Readonly<Record<DomainCheckRow['state'], string>>;
  readonly domainChosen: (domain: string) => string;
  readonly domainNone: string;
  readonly menu: Readonly<Record<MenuItemName, string>>;
  readonly menuTitle: string;
  readonly flows: FlowWords;
  readonly refund: RefundWords;
  readonly notes: Readonly<Record<ScanNote, string>>;
}
