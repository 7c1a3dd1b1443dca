import type { Fen } from './fen.ts';
import type { OrderState } from './payment-gateway.ts';
import type { Platform } from './platform.ts';
import type { RefundAuthority } from './refund-authority.ts';

/** M1: durable before the first byte of a pay request may leave. `codeHash` is keyed; the customer's code itself is never stored. */
export interface OrderIntent {
  readonly type: 'ORDER_INTENT';
  readonly order: string;
  readonly amountFen: Fen;
  readonly platform: Platform;
  readonly codeHash: string;
  readonly configuration: string;
  readonly staffId: string | null;
  /** Epoch ms at which the payment window of this order ends (M8). */
  readonly windowEndsAtMs: number;
}

/** How a payment ended. `not-sent`: no byte left the terminal; `denied`: the gateway kept denying the order (reconcile.notFoundFinalAfterMs). */
export type PaymentOutcome = 'paid' | 'failed' | 'not-sent' | 'denied';

/** The truth of a payment, once it is known. The first one of an order stands; later ones change nothing. */
export interface OrderResult {
  readonly type: 'ORDER_RESULT';
  readonly order: string;
  readonly outcome: PaymentOutcome;
  /** The gateway's words or ours; '' when paid. */
  readonly reason: string;
  /** The gateway's `transaction_id`, where it gave one. */
  readonly transactionId: string | null;
  /** Epoch ms, by the gateway's clock; null when it was not paid or nobody said when. */
  readonly paidAtMs: number | null;
  /** The verdict came after the payment window, or after a restart. */
  readonly late: boolean;
}

/**
 * M1 for refunds: durable before the first byte of the request leaves, and its amount is reserved from then on (M6).
 */
export interface RefundIntent {
  readonly type: 'REFUND_INTENT';
  readonly refund: string;
  readonly order: string;
  /** What was paid for the order; the gateway wants it beside the amount of the refund (§7.6). */
  readonly orderFen: Fen;
  readonly refundFen: Fen;
  readonly platform: Platform;
  /** Id of the shop configuration that it goes out under. */
  readonly configuration: string;
  readonly staffId: string | null;
  /** What was asked for before it was sent; absent or null: nothing was set. */
  readonly authorisedBy?: RefundAuthority | null | undefined;
}

/** `accepted` is not `refunded`; both, and `unknown`, keep their amount reserved (M6). `rejected`: a verified refusal, nothing was refunded. */
export type RefundOutcome = 'accepted' | 'refunded' | 'failed' | 'manual' | 'rejected' | 'not-sent';

/** How a refund stands now. `accepted` may be followed by its end; a final outcome is not. */
export interface RefundResult {
  readonly type: 'REFUND_RESULT';
  readonly refund: string;
  readonly order: string;
  readonly outcome: RefundOutcome;
  /** The gateway's words or ours; '' when refunded. */
  readonly reason: string;
}

/** M7: what has been told. `job` is the id of the announcement or print job; it is told at most once by itself. */
export interface Told {
  readonly type: 'TOLD';
  readonly job: string;
  readonly channel: 'voice' | 'slip';
  readonly order: string | null;
  readonly refund: string | null;
  /** Too many slips waited for a printer: this one was let go and can be printed again by hand. */
  readonly dropped?: boolean | undefined;
}

/** M5: numbers below `until` may have been used. */
export interface CounterBlock {
  readonly type: 'COUNTER_BLOCK';
  readonly until: number;
}

/** The terminal became one of a shop (§7.2): from here on this configuration signs and numbers what is new. */
export interface Configured {
  readonly type: 'CONFIGURED';
  /** Id under which the settings keep it; intents name it. */
  readonly configuration: string;
  readonly outShopId: string;
  readonly deviceId: string;
  /** `cloud_cashier_id`: what every order and refund number begins with. */
  readonly orderPrefix: string;
}

/** The start of one process life; `boot` counts up from 1. */
export interface Boot {
  readonly type: 'BOOT';
  readonly boot: number;
  readonly version: string;
}

/** An orderly stop. */
export interface Stopped {
  readonly type: 'STOPPED';
}

/** What another terminal's order turned out to be, when it was queried or refunded here. */
export interface OrderSeen {
  readonly type: 'ORDER_SEEN';
  readonly order: string;
  readonly amountFen: Fen;
  readonly platform: Platform;
  readonly state: OrderState;
  readonly refundedFen: Fen | null;
}

/** A process life that ended because its charts crashed too often. `reason` is for support. */
export interface Crashed {
  readonly type: 'CRASHED';
  readonly reason: string;
}

/** A hand-over: what was settled since the one before belongs to this shift. Shifts count up from 1. */
export interface ShiftClosed {
  readonly type: 'SHIFT_CLOSED';
  readonly shift: number;
  /** Who handed over. */
  readonly staffId: string | null;
  /** Payments that were still unresolved at the hand-over; they belong to the shift in which they are settled. */
  readonly unresolvedCount: number;
  readonly unresolvedFen: Fen;
}

/** Names this life of the journal to the fleet service, from the first start with a fleet link on: sequences count inside an epoch. */
export interface FleetEpoch {
  readonly type: 'FLEET_EPOCH';
  readonly epoch: string;
}

/** A step of an upgrade: what was offered, refused, tried, kept or given up, and why. */
export interface Upgrade {
  readonly type: 'UPGRADE';
  readonly step: string;
  readonly version: string;
  /** A code for it, as `UpgradeReason` lists them; absent: an earlier release, or one without a code. */
  readonly reason?: string;
  /** The same in words for support. */
  readonly why: string;
}

/** A fact of the trade, as the journal holds it. Never a snapshot, never a state name (design §4). */
export type JournalFact =
  | OrderIntent
  | OrderResult
  | RefundIntent
  | RefundResult
  | Told
  | CounterBlock
  | Configured
  | Boot
  | Stopped
  | Crashed
  | OrderSeen
  | ShiftClosed
  | FleetEpoch
  | Upgrade;

/** A fact with its place: `seq` counts up from 1 over the journal's whole life, `at` is wall-clock epoch ms. */
export type JournalEntry = JournalFact & { readonly seq: number; readonly at: number };

/** A record of a newer release: kept, carried over and skipped. */
export interface UnknownEntry {
  readonly type: string;
  readonly seq: number;
  readonly at: number;
  readonly unknown: true;
}
