import type { Fen } from '../fen.ts';
import type { FoundOrder } from '../found-order.ts';
import type { RefundOutcome } from '../journal-record.ts';
import type { Platform } from '../platform.ts';
import type { RefundAuthority } from '../refund-authority.ts';
import type { ScanNote } from './scan-note.ts';

/** One refund on its way to or at a screen that shows its end. */
export interface RefundOnScreen {
  readonly order: string;
  /** '' before it has a number. */
  readonly refund: string;
  readonly refundFen: Fen;
  readonly platform: Platform;
}

/** What the cashier is told while a number is looked up or a PIN is judged. */
export type EntryNote = ScanNote | 'looking-up';

/** What stands beside the PIN that is typed. `locked`: too many wrong tries, for so many ms. */
export type PinNote =
  | { readonly kind: 'none' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'locked'; readonly leftMs: number }
  | { readonly kind: 'too-short' }
  | { readonly kind: 'differs' }
  /** The manager's code and the PIN must not be the same. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'failed' };

/** Which PIN is asked for: before a refund, or while a new one is set. */
export type PinQuestion = 'refund' | 'old' | 'new' | 'again';

/** Views of refunds and order queries. */
export type RefundView =
  | { readonly name: 'query-scan'; readonly typed: string; readonly note: EntryNote }
  | { readonly name: 'refund-scan'; readonly typed: string; readonly note: EntryNote }
  | {
      readonly name: 'refund-amount';
      readonly order: string;
      readonly platform: Platform;
      readonly orderFen: Fen;
      readonly refundableFen: Fen;
      /** What will be sent: the refundable rest until the cashier types. */
      readonly amountFen: Fen;
      /** '' while the refundable rest stands there. */
      readonly typed: string;
    }
  /** The digits themselves never reach a view. */
  | {
      readonly name: 'refund-pin';
      readonly question: PinQuestion;
      /** Absent: the PIN. */
      readonly of?: RefundAuthority;
      /** The menu key asks for the other secret instead. */
      readonly hasOther?: boolean;
      readonly digits: number;
      readonly note: PinNote;
    }
  | { readonly name: 'refund-pin-set'; readonly of?: RefundAuthority; readonly isSet: boolean }
  | ({ readonly name: 'refunding' } & RefundOnScreen)
  | ({ readonly name: 'refund-accepted'; readonly isDone: boolean } & RefundOnScreen)
  | ({ readonly name: 'refund-failed'; readonly outcome: RefundOutcome; readonly reason: string } & RefundOnScreen)
  | ({ readonly name: 'refund-unknown'; readonly reason: string } & RefundOnScreen)
  | {
      readonly name: 'order';
      readonly found: FoundOrder;
      /** On the shop's wall; '' when unknown. */ readonly at: string;
    }
  | { readonly name: 'order-not-found'; readonly number: string };
