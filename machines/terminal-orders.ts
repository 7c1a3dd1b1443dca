import type { Fen } from '../domain/fen.ts';
import type { PaymentOutcome, RefundOutcome } from '../domain/journal-record.ts';
import type { Platform } from '../domain/platform.ts';
import type { Announcement, Locale, Sentence } from '../domain/sentence.ts';
import type { SlipCopies } from '../domain/slip.ts';
import type { TerminalStatus } from '../domain/screens/screen-view.ts';
import type { Domain } from '../domain/payment-gateway.ts';
import type { CashierRequest } from './cashier-events.ts';
import type { KeyEvent, ScanEvent } from './hand-events.ts';
import type { DomainReport } from './domain-failover.machine.ts';
import type { FleetLinkInput } from './fleet-link.machine.ts';
import type { PaymentLimits, PaymentPhase, PaymentReport, RecoveredOrder } from './payment-order.ts';
import type { RecoveredRefund, RefundPhase, RefundReport } from './refund-order.ts';
import type { PrinterCondition, QueuedPrintJob } from './print-spooler.machine.ts';

/** An order of which the journal holds a result, or an unknown one, and no telling: a crash or a power cut came between (M7). */
export interface OwedOrderTelling {
  readonly order: string;
  readonly refund: null;
  /** `unresolved`: still open; told only when its payment says that its window is over. */
  readonly outcome: PaymentOutcome | 'unresolved';
  readonly platform: Platform;
  readonly amountFen: Fen;
  readonly paidAtMs: number | null;
  readonly voice: string | null;
  readonly slip: string | null;
}

/** A refund of which the journal holds a result, or an unknown one, and no telling (M7). */
export interface OwedRefundTelling {
  readonly refund: string;
  readonly order: string;
  /** `unresolved`: told only when its chart says that the cashier no longer waits for it. */
  readonly outcome: RefundOutcome | 'unresolved';
  readonly platform: Platform;
  readonly orderFen: Fen;
  readonly refundFen: Fen;
  readonly voice: string | null;
  readonly slip: string | null;
}

/** What the journal says was settled, or left unknown, and not told. */
export type OwedTelling = OwedOrderTelling | OwedRefundTelling;

/** What the journal says is still to be told. */
export interface Owed {
  readonly tellings: readonly OwedTelling[];
  /** The last hand-over, when its slip was not printed yet. */
  readonly shift: number | null;
  /** Results that were spoken, newest first, for the replay key. */
  readonly spoken?: readonly Announcement[];
}

/** What the terminal finds in its durable data when it starts. */
export interface Recovered {
  readonly status: TerminalStatus;
  readonly openOrders: readonly RecoveredOrder[];
  readonly openRefunds: readonly RecoveredRefund[];
  readonly owed: readonly OwedTelling[];
  /** The last hand-over, when its slip was not printed yet. */
  readonly owedShift?: number | null;
  /** Results that were spoken before, newest first, for the replay key. */
  readonly spoken?: readonly Announcement[];
  /** The last slip that was printed before, for the reprint key. */
  readonly lastSlip?: QueuedPrintJob | null;
  /** The last process life did not end in order. */
  readonly afterPowerCut: boolean;
  /** How often the voice or the paper crashed and what is owed was read again: their slips get ids of their own. */
  readonly rereads?: number;
  /** Counts process lives; part of the id of a slip that may already have been printed in an earlier one. */
  readonly boot: number;
}

/** What the root chart begins with; nothing of it changes while the process lives. */
export interface TerminalInput {
  readonly locale: Locale;
  /** Of the shop; 480 in China. */
  readonly utcOffsetMinutes: number;
  readonly domains: readonly Domain[];
  /** How long a domain that failed is left out of the choice. */
  readonly domainCoolDownMs: number;
  /** The most that may be typed for one payment. */
  readonly maxAmountFen: Fen;
  readonly limits: PaymentLimits;
  /** The printer's condition when the terminal started. */
  readonly printer: PrinterCondition;
  /** Null or absent: this terminal belongs to no fleet. */
  readonly fleet?: FleetLinkInput | null;
  /** The customer's alone unless said otherwise. */
  readonly copies?: SlipCopies;
}

/** A payment under way that has its number; until then its slot holds null. */
export interface OrderInSlot {
  readonly order: string;
  readonly amountFen: Fen;
  readonly platform: Platform;
  readonly phase: PaymentPhase;
}

/** A payment whose chart crashed, until it is taken up again. */
export interface CrashedPayment {
  /** Null: it crashed before its number was known here. */
  readonly order: string | null;
  /** The cashier looked at it. */
  readonly followed: boolean;
}

/** A refund under way. `refund` is '' until it has a number. */
export interface RefundInSlot {
  readonly order: string;
  readonly refund: string;
  /** Null: nothing was heard of it yet, or it is accepted and tracked. */
  readonly phase: RefundPhase | null;
}

/** A refund whose chart crashed, until it is taken up again. */
export interface CrashedRefund {
  readonly order: string;
  /** '': it crashed before its number was known here. */
  readonly refund: string;
  /** The cashier looked at it. */
  readonly followed: boolean;
}

/** At most 16 fields: an object that is copied with more becomes a slow one in V8, and every event copies this one. */
export interface TerminalContext {
  readonly given: TerminalInput;
  readonly status: TerminalStatus;
  readonly recovered: Recovered | null;
  /** Slots in use. Slot ids are reused: an actor id of its own for every order would leak (findings: 182 bytes each). */
  readonly slots: Readonly<Record<string, OrderInSlot | null>>;
  /** The slot that the cashier is looking at. */
  readonly followed: string | null;
  readonly crashed: readonly CrashedPayment[];
  readonly refundSlots: Readonly<Record<string, RefundInSlot>>;
  readonly followedRefund: string | null;
  readonly crashedRefunds: readonly CrashedRefund[];
  /** Restarts of children within the last minute. */
  readonly crashes: number;
  readonly prompts: number;
  readonly reprints: number;
  readonly lastSlip: QueuedPrintJob | null;
}

/** Everything that reaches the root: hands and scans, its children's reports, the devices, and crashes. */
export type TerminalEvent =
  | KeyEvent
  | ScanEvent
  | CashierRequest
  | PaymentReport
  | RefundReport
  | DomainReport
  | { readonly type: 'printer.changed'; readonly condition: PrinterCondition }
  | { readonly type: 'printer.condition'; readonly condition: PrinterCondition; readonly waiting: number }
  /** How far the terminal's wall clock is ahead of the gateway's. */
  | { readonly type: 'clock.compared'; readonly offMs: number }
  /** A release is staged and waits for its time; null: none does any more. */
  | { readonly type: 'upgrade.due'; readonly version: string | null }
  | { readonly type: 'slips.dropped'; readonly jobs: readonly QueuedPrintJob[] }
  | { readonly type: 'speaker.failed'; readonly job: string; readonly error: unknown }
  | { readonly type: 'domain.answered'; readonly domain: Domain; readonly latencyMs: number }
  | { readonly type: 'domain.failed'; readonly domain: Domain; readonly reason: string }
  | { readonly type: 'storage.failed'; readonly reason: string }
  | { readonly type: 'crash.reported'; readonly where: string; readonly error: unknown }
  | { readonly type: 'replay.empty' }
  /** A step that is said aloud. */
  | { readonly type: 'guidance.due'; readonly sentence: Sentence }
  | { readonly type: 'crash.forgotten' }
  /** Changes nothing: that the root takes it shows that the root lives. */
  | { readonly type: 'health.asked' }
  /** An event for a child that is just being restarted. */
  | { readonly type: 'child.absent' }
  | { readonly type: `xstate.done.actor.payment.${number}` }
  | { readonly type: `xstate.error.actor.payment.${number}`; readonly error: unknown }
  | { readonly type: `xstate.done.actor.refund.${number}` }
  | { readonly type: `xstate.error.actor.refund.${number}`; readonly error: unknown };

/** The lowest slot that is free. */
export function freeSlot(slots: TerminalContext['slots']): string {
  for (let index = 1; ; index += 1) if (!(`payment.${index}` in slots)) return `payment.${index}`;
}

/** The lowest refund slot that is free. */
export function freeRefundSlot(slots: TerminalContext['refundSlots']): string {
  for (let index = 1; ; index += 1) if (!(`refund.${index}` in slots)) return `refund.${index}`;
}

/** The part of the terminal's context that says what is under way. */
export type TradeUnderWay = Pick<TerminalContext, 'slots' | 'crashed' | 'refundSlots' | 'crashedRefunds'>;

/**
 * A payment or refund whose first answer is still awaited, or that is about to be taken up again after a crash. Nothing that can wait
 * (an upgrade, a restart, an upload) begins before it is over; what is unresolved or accepted goes on from the journal at any time.
 */
export function isTradeInHand({ slots, crashed, refundSlots, crashedRefunds }: TradeUnderWay): boolean {
  return (
    Object.values(slots).some((slot) => slot === null || slot.phase !== 'unresolved') ||
    Object.values(refundSlots).some(({ refund, phase }) => refund === '' || phase === 'submitting') ||
    crashed.length + crashedRefunds.length > 0
  );
}

/** The slots without one that was given back. */
export function withoutSlot<Kept>(slots: Readonly<Record<string, Kept>>, slot: string): Readonly<Record<string, Kept>> {
  return Object.fromEntries(Object.entries(slots).filter(([name]) => name !== slot));
}

/** Whether the cashier looked at this refund when its chart crashed; one without a number here is the newest of its order. */
export function wasRefundFollowed(
  { crashedRefunds }: TerminalContext,
  recovered: RecoveredRefund,
  open: readonly RecoveredRefund[],
): boolean {
  const followed = crashedRefunds.find((crashed) => crashed.followed);
  if (followed === undefined) return false;
  const refund =
    followed.refund !== '' ? followed.refund : open.findLast(({ order }) => order === followed.order)?.refund;
  return refund === recovered.refund;
}

/** Whether the cashier looked at this order when its chart crashed; a sale that had no number here yet is the newest one. */
export function wasFollowed(
  { crashed }: TerminalContext,
  order: string,
  open: readonly { readonly order: string }[],
): boolean {
  const followed = crashed.find((payment) => payment.followed);
  return followed !== undefined && (followed.order ?? open.at(-1)?.order) === order;
}
