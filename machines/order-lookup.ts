import type { FoundOrder } from '../domain/found-order.ts';
import type { RefundAuthority } from '../domain/refund-authority.ts';
import type { RefusalReason, ScanNote } from '../domain/screens/screen-view.ts';

/** A number as it was scanned or typed. */
export interface WantedNumber {
  readonly number: string;
  readonly of: 'order' | 'refund';
}

/** What a typed number turned out to be. */
export type NumberReading =
  { readonly kind: 'wanted'; readonly wanted: WantedNumber } | { readonly kind: 'rejected'; readonly note: ScanNote };

/** What a look-up of a number came to. */
export type LookUp =
  | {
      readonly kind: 'found';
      readonly found: FoundOrder;
      /** On the shop's wall; '' when unknown. */
      readonly at: string;
      /** A refund must be allowed by the refund PIN. */
      readonly needsPin: boolean;
      /** Which secrets are set; absent: the PIN alone. */
      readonly authorities?: readonly RefundAuthority[];
    }
  | { readonly kind: 'not-found'; readonly number: string }
  /** A refund number whose order this terminal does not know. */
  | { readonly kind: 'foreign-refund' }
  /** The terminal cannot ask: it is not configured, or no gateway answers and the journal knows nothing. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/** A look-up that found the order. */
export type Found = Extract<LookUp, { kind: 'found' }>;

const TYPED_LENGTH_MAX = 32;

/** Adds a digit to a typed number; anything else changes nothing. */
export function typeNumberKey(typed: string, key: string): string {
  return /^\d$/.test(key) && typed.length < TYPED_LENGTH_MAX ? typed + key : typed;
}
