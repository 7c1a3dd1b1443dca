import { assign, sendParent, setup } from 'xstate';
import { eraseAmountKey, fenOfTyped, typeAmountKey, type Fen } from '../domain/fen.ts';
import type { FoundOrder } from '../domain/found-order.ts';
import type { RefundAuthority } from '../domain/refund-authority.ts';
import { judgeRefund, type RefundVerdict as AmountVerdict } from '../domain/refund-arithmetic.ts';
import type { Key } from '../domain/screen.ts';
import type { EntryNote, PinNote, RefundOnScreen } from '../domain/screens/refund-view.ts';
import type { RefusalReason, ScreenView } from '../domain/screens/screen-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { typeNumberKey, type Found, type LookUp, type NumberReading, type WantedNumber } from './order-lookup.ts';
import { port } from './port.ts';
import type { RefundReport } from './refund-order.ts';

/** What the refund flow begins with. */
export interface RefundFlowInput {
  /** Null: the number is asked for. */
  readonly wanted: WantedNumber | null;
}

/** What the refund PIN's judge says. */
export type PinVerdict =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'locked'; readonly leftMs: number };

interface RefundFlowContext {
  readonly wanted: WantedNumber | null;
  readonly typed: string;
  readonly note: EntryNote;
  readonly found: Found | null;
  /** '' while the refundable rest stands there. */
  readonly amountTyped: string;
  /** How many digits of the PIN are typed; the digits themselves stay outside the charts. */
  readonly pinDigits: number;
  readonly pinNote: PinNote;
  /** Which secret is being asked for. */
  readonly pinOf: RefundAuthority;
  /** Who has allowed this refund. */
  readonly authorisedBy: RefundAuthority | null;
}

type Progress = Extract<RefundReport, { type: 'refund.progress' }>;
type Accepted = Extract<RefundReport, { type: 'refund.accepted' }>;
type Settled = Extract<RefundReport, { type: 'refund.settled' }>;
type NotStarted = Extract<RefundReport, { type: 'refund.notStarted' }>;

const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 8;

/** The words of the refund flow's chart: what it may ask, show and remember. */
export const refundFlowSetup = setup({
  types: {
    input: {} as RefundFlowInput,
    context: {} as RefundFlowContext,
    events: {} as FlowEvent,
  },
  actors: {
    readNumber: port<NumberReading, { typed: string }>('readNumber'),
    lookUp: port<LookUp, { wanted: WantedNumber; forRefund: boolean }>('lookUp'),
    checkPin: port<PinVerdict, { of: RefundAuthority }>('checkPin'),
  },
  guards: {
    isWanted: ({ context }) => context.wanted !== null,
    isTyped: ({ context }) => context.typed !== '',
    isRead: (_, { reading }: { reading: NumberReading }) => reading.kind === 'wanted',
    isNotFound: (_, { lookUp }: { lookUp: LookUp }) => lookUp.kind === 'not-found',
    isForeignRefund: (_, { lookUp }: { lookUp: LookUp }) => lookUp.kind === 'foreign-refund',
    /** Only what the gateway itself says just now may be refunded. */
    isRefundable: (_, { lookUp }: { lookUp: LookUp }) =>
      lookUp.kind === 'found' && lookUp.found.isRefundable && lookUp.found.source === 'gateway',
    isUsedUp: (_, { lookUp }: { lookUp: LookUp }) =>
      lookUp.kind === 'found' &&
      lookUp.found.isRefundable &&
      lookUp.found.source === 'gateway' &&
      lookUp.found.refundableFen === 0,
    /** §8.3: without the detail query nobody knows what was refunded elsewhere. */
    isUnverified: (_, { lookUp }: { lookUp: LookUp }) =>
      lookUp.kind === 'found' &&
      lookUp.found.isRefundable &&
      lookUp.found.source === 'gateway' &&
      lookUp.found.gatewayRefundedFen === null,
    isAmount: ({ context }, { verdict }: { verdict: AmountVerdict }) =>
      judgeRefund(amountIn(context), orderIn(context).refundableFen) === verdict,
    needsPin: ({ context }) => context.found?.needsPin === true,
    hasBothAuthorities: ({ context }) => authoritiesIn(context).length > 1,
    takesCode: ({ context }, { code }: { code: string | undefined }) =>
      authoritiesIn(context).includes('manager') && code !== undefined && /^[\w-]{4,32}$/.test(code),
    hasEnoughDigits: ({ context }) => context.pinDigits >= PIN_DIGITS_MIN,
    hasRoomForDigit: ({ context }, { key }: { key: Key }) => /^\d$/.test(key) && context.pinDigits < PIN_DIGITS_MAX,
    hasDigit: ({ context }) => context.pinDigits > 0,
    isPinRight: (_, { verdict }: { verdict: PinVerdict }) => verdict.kind === 'right',
    isUnresolved: (_, { report }: { report: Progress }) => report.phase === 'unresolved',
    isRefunded: (_, { report }: { report: Settled }) => report.verdict.outcome === 'refunded',
  },
  actions: {
    typeKey: assign({ typed: ({ context }, { key }: { key: Key }) => typeNumberKey(context.typed, key), note: 'none' }),
    eraseKey: assign({ typed: ({ context }) => context.typed.slice(0, -1), note: 'none' }),
    startOver: assign({ typed: '', note: 'none', wanted: null, found: null }),
    note: assign({ note: (_, { note }: { note: EntryNote }) => note }),
    noteReading: assign({
      note: (_, { reading }: { reading: NumberReading }) => (reading.kind === 'rejected' ? reading.note : 'none'),
    }),
    want: assign({ wanted: (_, { wanted }: { wanted: WantedNumber }) => wanted, typed: '' }),
    wantTyped: assign({
      wanted: (_, { reading }: { reading: NumberReading }) => (reading.kind === 'wanted' ? reading.wanted : null),
    }),
    rememberFound: assign({
      found: (_, { lookUp }: { lookUp: LookUp }) => (lookUp.kind === 'found' ? lookUp : null),
      amountTyped: '',
    }),
    typeAmount: assign({
      amountTyped: ({ context }, { key }: { key: Key }) => typeAmountKey(context.amountTyped, key),
    }),
    startAmount: assign({ amountTyped: (_, { key }: { key: Key }) => typeAmountKey('', key) }),
    eraseAmount: assign({ amountTyped: ({ context }) => eraseAmountKey(context.amountTyped) }),
    /** The digit itself goes to the pad outside the charts. */
    typePinDigit: (_, _params: { key: Key }) => notProvided('typePinDigit'),
    erasePinDigit: () => notProvided('erasePinDigit'),
    forgetPin: () => notProvided('forgetPin'),
    /** A badge's text goes to the pad outside the charts as well. */
    scanPin: (_, _params: { code: string }) => notProvided('scanPin'),
    askFirst: assign({ pinOf: ({ context }) => authoritiesIn(context)[0] ?? 'pin', pinNote: { kind: 'none' } }),
    askOther: assign({
      pinOf: ({ context }) => (context.pinOf === 'pin' ? 'manager' : 'pin'),
      pinNote: { kind: 'none' },
    }),
    askManager: assign({ pinOf: 'manager' }),
    authorise: assign({ authorisedBy: ({ context }) => context.pinOf }),
    countPinDigit: assign({ pinDigits: ({ context }) => context.pinDigits + 1, pinNote: { kind: 'none' } }),
    uncountPinDigit: assign({ pinDigits: ({ context }) => context.pinDigits - 1 }),
    clearPinDigits: assign({ pinDigits: 0 }),
    notePin: assign({ pinNote: (_, { note }: { note: PinNote }) => note }),
    showEntry: sendParent(({ context: { typed, note } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'refund-scan', typed, note },
    })),
    showLookingUp: sendParent(({ context }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'refund-scan', typed: context.wanted?.number ?? '', note: 'looking-up' },
    })),
    showNotFound: sendParent((_, { lookUp }: { lookUp: LookUp }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'order-not-found', number: lookUp.kind === 'not-found' ? lookUp.number : '' },
    })),
    showNoRefund: sendParent((_, { lookUp }: { lookUp: LookUp }): FlowReport => ({
      type: 'view.changed',
      view: noRefundView(lookUp),
    })),
    showUnreachable: sendParent((): FlowReport => ({
      type: 'view.changed',
      view: refusedView('gateway-unreachable', '', null),
    })),
    showConfirm: sendParent(({ context }): FlowReport => {
      const { order, amountFen } = orderIn(context);
      return { type: 'view.changed', view: { name: 'confirm', question: 'refund-unverified', order, amountFen } };
    }),
    showAmount: sendParent(({ context }): FlowReport => ({ type: 'view.changed', view: amountView(context) })),
    showRefused: sendParent(({ context }, { reason }: { reason: RefusalReason }): FlowReport => {
      const detail = reason === 'over-refundable' ? String(orderIn(context).refundableFen) : '';
      return { type: 'view.changed', view: refusedView(reason, detail, amountIn(context)) };
    }),
    showPin: sendParent(({ context }): FlowReport => ({
      type: 'view.changed',
      view: {
        name: 'refund-pin',
        question: 'refund',
        of: context.pinOf,
        hasOther: authoritiesIn(context).length > 1,
        digits: context.pinDigits,
        note: context.pinNote,
      },
    })),
    showRefunding: sendParent(({ context }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'refunding', ...askedOnScreen(context) },
    })),
    showProgress: sendParent((_, { report }: { report: Progress }): FlowReport => ({
      type: 'view.changed',
      view:
        report.phase === 'unresolved'
          ? { name: 'refund-unknown', reason: report.reason, ...onScreen(report) }
          : { name: 'refunding', ...onScreen(report) },
    })),
    showAccepted: sendParent((_, { report }: { report: Accepted | Settled }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'refund-accepted', isDone: report.type === 'refund.settled', ...onScreen(report) },
    })),
    showFailed: sendParent((_, { report: { verdict, ...about } }: { report: Settled }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'refund-failed', outcome: verdict.outcome, reason: verdict.reason, ...onScreen(about) },
    })),
    showNotStarted: sendParent((_, { report }: { report: NotStarted }): FlowReport => ({
      type: 'view.changed',
      view: refusedView('refund-not-started', report.reason, report.refundFen),
    })),
    sayNotFound: sendParent({ type: 'order.missing' } satisfies FlowReport),
    requestRefund: sendParent(({ context }): FlowReport => {
      const { order, amountFen, platform, gatewayRefundedFen } = orderIn(context);
      const refundFen = amountIn(context);
      const { authorisedBy } = context;
      const ask = { order, orderFen: amountFen, refundFen, platform, gatewayRefundedFen, authorisedBy };
      return { type: 'refund.requested', ask };
    }),
    leaveRefund: sendParent({ type: 'refund.left' } satisfies FlowReport),
    reportCrash: sendParent((_, { error }: { error: unknown }) => ({
      type: 'crash.reported' as const,
      where: 'refundFlow',
      error,
    })),
  },
  delays: { entryPause: 120_000, resultPause: 60_000, sendingPause: 90_000 },
});

function notProvided(action: string): never {
  throw new Error(`action "${action}" was not provided`);
}

/** The note beside the PIN for a verdict on it; a right one needs none. */
export function pinNoteOf(verdict: PinVerdict): PinNote {
  return verdict.kind === 'right' ? { kind: 'none' } : verdict;
}

function refusedView(reason: RefusalReason, detail: string, amountFen: Fen | null): ScreenView {
  return { name: 'refused', reason, detail, amountFen };
}

/** Why the order that was looked up has nothing to refund. */
function noRefundView(lookUp: LookUp): ScreenView {
  if (lookUp.kind === 'refused') return refusedView(lookUp.reason, '', null);
  if (lookUp.kind !== 'found' || lookUp.found.source === 'journal') return refusedView('gateway-unreachable', '', null);
  const { found } = lookUp;
  if (found.isRefundable) return refusedView('over-refundable', String(found.refundableFen), found.amountFen);
  const isPaid = found.state === 'paid' || found.state === 'partly-refunded' || found.state === 'fully-refunded';
  return refusedView('not-refundable', isPaid ? 'finished' : found.state, found.amountFen);
}

function amountView(context: RefundFlowContext): ScreenView {
  const { order, platform, amountFen, refundableFen } = orderIn(context);
  return {
    name: 'refund-amount',
    order,
    platform,
    orderFen: amountFen,
    refundableFen,
    amountFen: amountIn(context),
    typed: context.amountTyped,
  };
}

function onScreen({ order, refund, refundFen, platform }: RefundOnScreen): RefundOnScreen {
  return { order, refund, refundFen, platform };
}

function askedOnScreen(context: RefundFlowContext): RefundOnScreen {
  const { order, platform } = orderIn(context);
  return { order, refund: '', refundFen: amountIn(context), platform };
}

/** What will be sent: the refundable rest until the cashier types. */
function amountIn(context: RefundFlowContext): Fen {
  return context.amountTyped === '' ? orderIn(context).refundableFen : fenOfTyped(context.amountTyped);
}

function orderIn(context: RefundFlowContext): FoundOrder {
  if (context.found === null) throw new Error('no order was looked up');
  return context.found.found;
}

/** The secrets that are set, in the order in which they are asked for. */
function authoritiesIn({ found }: RefundFlowContext): readonly RefundAuthority[] {
  return found?.authorities ?? ['pin'];
}

/** The number that is looked up. @throws Error when there is none: the chart went where it never may */
export function wantedIn(context: RefundFlowContext): WantedNumber {
  if (context.wanted === null) throw new Error('no number is wanted');
  return context.wanted;
}
