/** What a slip is about; `reprint` marks a repeated slip of any kind. */
export type SlipKind =
  'payment' | 'refund' | 'unknown' | 'summary' | 'shift' | 'reprint' | 'rehearsal' | 'self-test' | 'support';

/** For whom a slip is. */
export type SlipCopy = 'customer' | 'merchant';

/** Which copies of payment and refund slips the shop wants. */
export type SlipCopies = SlipCopy | 'both';

/** One block of a slip, from the top; already in the slip's language. */
export type SlipBlock =
  | { readonly is: 'title'; readonly text: string }
  | {
      readonly is: 'text';
      readonly text: string;
      readonly align?: 'left' | 'center' | 'right';
      readonly bold?: boolean;
    }
  | { readonly is: 'field'; readonly label: string; readonly value: string }
  | { readonly is: 'amount'; readonly label: string; readonly value: string }
  | { readonly is: 'rule' }
  | { readonly is: 'barcode'; readonly value: string }
  | { readonly is: 'qr'; readonly value: string }
  | { readonly is: 'feed'; readonly lines: number };

/** A slip as content; drivers turn it into text, ESC/POS bytes or a picture. */
export interface Slip {
  readonly kind: SlipKind;
  readonly blocks: readonly SlipBlock[];
  /** The number that the barcode carries, so that the slip can be scanned back. */
  readonly orderBarcode: string | null;
}

/** One job of the spooler. A job id is never printed twice by itself (M7). */
export interface PrintJob {
  readonly id: string;
  readonly slip: Slip;
  readonly order: string | null;
  readonly refund: string | null;
}
