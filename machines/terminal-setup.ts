import { assign, enqueueActions, raise, sendTo, setup, type AnyActorRef } from 'xstate';
import type { Sentence } from '../domain/sentence.ts';
import { announcerMachine, type QueuedAnnouncement } from './announcer.machine.ts';
import { cashierMachine } from './cashier.machine.ts';
import type { CashierEvent, CashierRequest } from './cashier-events.ts';
import type { DeviceConfigOutput } from './device-config.machine.ts';
import { owedShiftJobs } from './desk-tellings.ts';
import { domainFailoverMachine, type DomainFailoverEvent } from './domain-failover.machine.ts';
import { fleetLinkMachine } from './fleet-link.machine.ts';
import { owedRefundAnnouncements, owedRefundSlipJobs, reportOfCrashedRefund } from './refund-tellings.ts';
import { refundMachine } from './refund.machine.ts';
import type { RecoveredRefund, RefundAsk, RefundReport } from './refund-order.ts';
import { paymentMachine } from './payment.machine.ts';
import type { PaymentReport, RecoveredOrder } from './payment-order.ts';
import { port } from './port.ts';
import {
  printSpoolerMachine,
  type PrinterCondition,
  type PrintSpoolerEvent,
  type QueuedPrintJob,
} from './print-spooler.machine.ts';
import {
  freeRefundSlot,
  freeSlot,
  withoutSlot,
  type OrderInSlot,
  type Owed,
  type OwedTelling,
  type Recovered,
  type TerminalContext,
  type TerminalEvent,
  type TerminalInput,
  wasFollowed,
  wasRefundFollowed,
} from './terminal-orders.ts';
import {
  owedAnnouncements,
  owedNow,
  owedSlipJobs,
  prompt,
  reprintJobs,
  settledOfCrashed,
} from './terminal-tellings.ts';

const CRASHES_MAX = 5;
const CLOCK_OFF_MAX_MS = 300_000;

type Progress = Extract<PaymentReport, { type: 'payment.progress' }>;
type Settled = Extract<PaymentReport, { type: 'payment.settled' }>;
type RefundProgress = Extract<RefundReport, { type: 'refund.progress' }>;
type SaleRequest = Extract<CashierRequest, { type: 'sale.requested' }>;

interface Directory {
  get(id: string): AnyActorRef | undefined;
}

type Present = { readonly system: Directory; readonly self: AnyActorRef };

// A child that is just being restarted is absent, and XState throws for an absent target: its events go to nobody, on purpose.
// What the voice and the paper miss meanwhile is read from the journal again when they are back.
const toCashier = ({ system, self }: Present) => system.get('cashier') ?? self;
const toDomainFailover = ({ system, self }: Present) => system.get('domainFailover') ?? self;
const toAnnouncer = ({ system, self }: Present) => system.get('announcer') ?? self;
const toPrintSpooler = ({ system, self }: Present) => system.get('printSpooler') ?? self;

function present<Event>(system: Directory, child: string, event: Event): Event | { readonly type: 'child.absent' } {
  return system.get(child) === undefined ? { type: 'child.absent' } : event;
}

/** The words of the root supervisor's chart: what it may invoke, ask and do. */
export const terminalSetup = setup({
  types: {
    input: {} as TerminalInput,
    context: {} as TerminalContext,
    events: {} as TerminalEvent,
  },
  actors: {
    recover: port<Recovered, void>('recover'),
    readOpenOrders: port<readonly RecoveredOrder[], void>('readOpenOrders'),
    readOpenRefunds: port<readonly RecoveredRefund[], void>('readOpenRefunds'),
    readOwed: port<Owed, void>('readOwed'),
    reopenStorage: port<void, void>('reopenStorage'),
    cashier: cashierMachine,
    domainFailover: domainFailoverMachine,
    fleetLink: fleetLinkMachine,
    announcer: announcerMachine,
    printSpooler: printSpoolerMachine,
    payment: paymentMachine,
    refund: refundMachine,
  },
  guards: {
    isQueryOnly: ({ context }) => context.status.trade === 'query-only',
    hasFleet: ({ context }) => context.given.fleet != null,
    isWithinLimit: ({ context }) => context.crashes < CRASHES_MAX,
    startsPassword: ({ context }, { report }: { report: Progress }) =>
      report.phase === 'password' && context.slots[report.slot]?.phase !== 'password',
    isUntold: (_, { report }: { report: Progress }) =>
      report.phase === 'unresolved' && !(report.unresolvedTold.voice && report.unresolvedTold.slip),
    isNamed: ({ context }, { report }: { report: Progress }) => context.slots[report.slot]?.order !== report.order,
    connectionTurns: ({ context }, { connected }: { connected: boolean }) => context.status.connected !== connected,
    isRefundUntold: (_, { report }: { report: RefundProgress }) =>
      report.phase === 'unresolved' && !(report.unresolvedTold.voice && report.unresolvedTold.slip),
    /** Dates on slips would be wrong, and certificates may be refused. */
    clockTurnsWrong: ({ context }, { offMs }: { offMs: number }) =>
      Math.abs(offMs) > CLOCK_OFF_MAX_MS && context.status.clockWrong !== true,
    clockTurnsRight: ({ context }, { offMs }: { offMs: number }) =>
      Math.abs(offMs) <= CLOCK_OFF_MAX_MS && context.status.clockWrong === true,
    /** It worked until now. */
    printerFails: ({ context }, { condition }: { condition: PrinterCondition }) =>
      condition !== 'ok' && context.status.printer === 'ok',
    printerTurns: ({ context: { status } }, told: { condition: PrinterCondition; waiting: number }) =>
      status.printer !== told.condition || status.waitingSlips !== told.waiting,
    isConfigured: (_, { output }: { output: DeviceConfigOutput }) => output.outcome === 'configured',
    isPaid: (_, { report }: { report: Settled }) => report.verdict.outcome === 'paid',
    hasSlip: ({ context }) => context.lastSlip !== null,
    /** Its intent may stand in the journal already, so that it would be taken up beside its own chart. */
    hasNamelessSale: ({ context }) => Object.values(context.slots).includes(null),
    hasNamelessRefund: ({ context }) => Object.values(context.refundSlots).some(({ refund }) => refund === ''),
  },
  actions: {
    rememberRecovered: assign((_, { recovered }: { recovered: Recovered }) => ({
      recovered,
      status: recovered.status,
      lastSlip: recovered.lastSlip ?? null,
    })),
    rememberOwed: assign({
      recovered: ({ context }, { owed }: { owed: Owed }) =>
        context.recovered === null
          ? null
          : {
              ...context.recovered,
              owed: owedNow(context, owed.tellings),
              owedShift: owed.shift,
              spoken: owed.spoken ?? [],
              afterPowerCut: false,
              rereads: (context.recovered.rereads ?? 0) + 1,
            },
    }),
    /** Slips that are told from the journal again get ids of their own each time. */
    countReread: assign({
      recovered: ({ context: { recovered } }) =>
        recovered === null ? null : { ...recovered, rereads: (recovered.rereads ?? 0) + 1 },
    }),
    rememberCrash: assign({ crashes: ({ context }) => context.crashes + 1 }),
    forgetCrashLater: raise({ type: 'crash.forgotten' }, { delay: 'crashWindow' }),
    forgetCrash: assign({ crashes: ({ context }) => Math.max(0, context.crashes - 1) }),
    escalate: (_, { cause }: { cause: unknown }) => {
      throw new Error('a child crashed too often; the process must restart', { cause });
    },
    resumeOrders: assign(({ context, spawn }, { orders }: { orders: readonly RecoveredOrder[] }) => {
      const slots: Record<string, OrderInSlot | null> = { ...context.slots };
      let { followed } = context;
      const running = new Set(Object.values(slots).map((slot) => slot?.order));
      for (const recovered of orders.filter(({ order }) => !running.has(order))) {
        const slot = freeSlot(slots);
        if (wasFollowed(context, recovered.order, orders)) followed ??= slot;
        slots[slot] = {
          order: recovered.order,
          amountFen: recovered.amountFen,
          platform: recovered.platform,
          phase: 'querying',
        };
        spawn('payment', { id: slot, input: { slot, sale: null, recovered, limits: context.given.limits } });
      }
      return { slots, followed, crashed: [] };
    }),
    startSale: assign(({ context, spawn }, { sale }: { sale: SaleRequest }) => {
      const slot = freeSlot(context.slots);
      spawn('payment', { id: slot, input: { slot, sale, recovered: null, limits: context.given.limits } });
      return { slots: { ...context.slots, [slot]: null }, followed: slot };
    }),
    resumeRefunds: assign(({ context, spawn }, { refunds }: { refunds: readonly RecoveredRefund[] }) => {
      const refundSlots = { ...context.refundSlots };
      let { followedRefund } = context;
      const running = new Set(Object.values(refundSlots).map(({ refund }) => refund));
      for (const recovered of refunds.filter(({ refund }) => !running.has(refund))) {
        const slot = freeRefundSlot(refundSlots);
        if (wasRefundFollowed(context, recovered, refunds)) followedRefund ??= slot;
        refundSlots[slot] = { order: recovered.order, refund: recovered.refund, phase: null };
        spawn('refund', { id: slot, input: { slot, ask: null, recovered, limits: context.given.limits } });
      }
      return { refundSlots, followedRefund, crashedRefunds: [] };
    }),
    startRefund: assign(({ context, spawn }, { ask }: { ask: RefundAsk }) => {
      const slot = freeRefundSlot(context.refundSlots);
      spawn('refund', { id: slot, input: { slot, ask, recovered: null, limits: context.given.limits } });
      const refundSlots = { ...context.refundSlots, [slot]: { order: ask.order, refund: '', phase: null } };
      return { refundSlots, followedRefund: slot };
    }),
    nameRefund: assign({
      refundSlots: ({ context }, { report: { slot, order, refund, phase } }: { report: RefundProgress }) => ({
        ...context.refundSlots,
        [slot]: { order, refund, phase },
      }),
    }),
    freeEndedRefund: assign(({ context, event }) => {
      const ended = event.type.replace(/^xstate[.]done[.]actor[.]/, '');
      return {
        refundSlots: withoutSlot(context.refundSlots, ended),
        followedRefund: context.followedRefund === ended ? null : context.followedRefund,
      };
    }),
    /** As when it ended; who looked at it looks at it again when it is taken up from the journal. */
    freeCrashedRefund: assign(({ context, event }) => {
      const ended = event.type.replace(/^xstate[.]error[.]actor[.]/, '');
      const slot = context.refundSlots[ended];
      if (slot === undefined) return {};
      const followed = context.followedRefund === ended;
      return {
        refundSlots: withoutSlot(context.refundSlots, ended),
        followedRefund: followed ? null : context.followedRefund,
        crashedRefunds: [...context.crashedRefunds, { order: slot.order, refund: slot.refund, followed }],
      };
    }),
    unfollowRefund: assign({
      followedRefund: null,
      crashedRefunds: ({ context }) => context.crashedRefunds.map((crashed) => ({ ...crashed, followed: false })),
    }),
    /** The screen of a refund that was accepted or settled when its chart crashed. */
    showCrashedRefund: sendTo(toCashier, ({ context, system }, { owed }: { owed: readonly OwedTelling[] }) =>
      present(
        system,
        'cashier',
        reportOfCrashedRefund(context, owed) ?? { type: 'refund.elsewhere' as const, order: '' },
      ),
    ),
    /** What is open of one order is asked for at once, not at its next turn. */
    reconcileOrder: enqueueActions(({ context, enqueue }, { order }: { order: string }) => {
      for (const [slot, paying] of Object.entries(context.slots)) {
        if (paying?.order === order) enqueue.sendTo(slot, { type: 'payment.reconcile' });
      }
      for (const [slot, refunding] of Object.entries(context.refundSlots)) {
        if (refunding.order === order) enqueue.sendTo(slot, { type: 'refund.reconcile' });
      }
    }),
    tellOwedByVoice: sendTo('announcer', ({ context }) => ({
      type: 'announce' as const,
      announcements: [...owedAnnouncements(context), ...owedRefundAnnouncements(context)],
    })),
    tellOwedOnPaper: sendTo('printSpooler', ({ context }) => ({
      type: 'print' as const,
      jobs: [...owedSlipJobs(context), ...owedRefundSlipJobs(context), ...owedShiftJobs(context)],
    })),
    fillSlot: assign({
      slots: ({ context }, { report }: { report: Progress }) => ({
        ...context.slots,
        [report.slot]: {
          order: report.order,
          amountFen: report.amountFen,
          platform: report.platform,
          phase: report.phase,
        },
      }),
    }),
    /** A slot is free when its actor has ended, not when it has told: it may still have to record. */
    freeEndedSlot: assign(({ context, event }) => {
      const ended = event.type.replace(/^xstate[.](done|error)[.]actor[.]/, '');
      if (!(ended in context.slots)) return {};
      return {
        slots: withoutSlot(context.slots, ended),
        followed: context.followed === ended ? null : context.followed,
      };
    }),
    /** As when it ended; who looked at it looks at it again when it is taken up from the journal. */
    freeCrashedSlot: assign(({ context, event }) => {
      const ended = event.type.replace(/^xstate[.]error[.]actor[.]/, '');
      if (!(ended in context.slots)) return {};
      const followed = context.followed === ended;
      return {
        slots: withoutSlot(context.slots, ended),
        followed: followed ? null : context.followed,
        crashed: [...context.crashed, { order: context.slots[ended]?.order ?? null, followed }],
      };
    }),
    unfollow: assign({
      followed: null,
      crashed: ({ context }) => context.crashed.map(({ order }) => ({ order, followed: false })),
    }),
    /** The screen of a payment that had settled when its chart crashed. */
    showCrashed: sendTo(toCashier, ({ context, system }, { owed }: { owed: readonly OwedTelling[] }) =>
      present(
        system,
        'cashier',
        settledOfCrashed(context, owed) ?? { type: 'payment.elsewhere' as const, settled: null },
      ),
    ),
    countOpen: assign({
      status: ({ context }) => ({
        ...context.status,
        openOrders: Object.values(context.slots).filter((slot) => slot !== null).length,
        openRefunds: Object.values(context.refundSlots).filter(({ refund }) => refund !== '').length,
      }),
    }),
    rememberConfigured: assign({
      status: ({ context }, { output }: { output: DeviceConfigOutput }) =>
        output.outcome === 'configured'
          ? {
              ...context.status,
              configured: true,
              shopName: output.shopName,
              // Without a clerk of its own the configuration leaves the one who was set by hand.
              staffId: output.staffId ?? context.status.staffId,
            }
          : context.status,
    }),
    rememberStaff: assign({
      status: ({ context }, { staffId }: { staffId: string }) => ({ ...context.status, staffId }),
    }),
    rememberUnbound: assign({
      status: ({ context }) => ({ ...context.status, configured: false, shopName: '', staffId: null }),
    }),
    rememberConnection: assign({
      status: ({ context }, { connected }: { connected: boolean }) => ({ ...context.status, connected }),
    }),
    rememberPrinter: assign({
      status: ({ context }, { condition, waiting }: { condition: PrinterCondition; waiting: number }) => ({
        ...context.status,
        printer: condition,
        waitingSlips: waiting,
      }),
    }),
    rememberStatus: assign({
      status: ({ context: { status } }, changes: Partial<TerminalContext['status']>) => ({ ...status, ...changes }),
    }),
    rememberSlip: assign({ lastSlip: (_, { job }: { job: QueuedPrintJob }) => job }),
    /** The last of several; none leaves the reprint key as it was. */
    rememberSlips: assign({
      lastSlip: ({ context }, { jobs }: { jobs: readonly QueuedPrintJob[] }) => jobs.at(-1) ?? context.lastSlip,
    }),
    shareStatus: sendTo(toCashier, ({ context, system }) =>
      present(system, 'cashier', { type: 'terminal.status' as const, status: context.status }),
    ),
    passToCashier: sendTo(toCashier, ({ event, system }) => present(system, 'cashier', event as CashierEvent)),
    /** Only the order that the cashier looks at moves the screen. */
    passFollowed: sendTo(toCashier, ({ context, event, system }, { slot }: { slot: string }) =>
      present(system, 'cashier', context.followed === slot ? (event as CashierEvent) : elsewhere(event)),
    ),
    /** Only the refund that the cashier looks at moves the screen. */
    passFollowedRefund: sendTo(
      toCashier,
      ({ context, event, system }, { slot, order }: { slot: string; order: string }) =>
        present(
          system,
          'cashier',
          context.followedRefund === slot ? (event as CashierEvent) : { type: 'refund.elsewhere' as const, order },
        ),
    ),
    passToDomains: sendTo(toDomainFailover, ({ event, system }) =>
      present(system, 'domainFailover', event as DomainFailoverEvent),
    ),
    passToPrinter: sendTo(toPrintSpooler, ({ event, system }) =>
      present(system, 'printSpooler', event as PrintSpoolerEvent),
    ),
    announce: sendTo(toAnnouncer, ({ system }, { announcements }: { announcements: readonly QueuedAnnouncement[] }) =>
      present(system, 'announcer', { type: 'announce' as const, announcements }),
    ),
    prompt: sendTo(toAnnouncer, ({ context, system }, { sentence, order }: { sentence: Sentence; order?: string }) =>
      present(system, 'announcer', { type: 'announce' as const, announcements: [prompt(context, sentence, order)] }),
    ),
    countPrompt: assign({ prompts: ({ context }) => context.prompts + 1 }),
    print: sendTo(toPrintSpooler, ({ system }, { jobs }: { jobs: readonly QueuedPrintJob[] }) =>
      present(system, 'printSpooler', { type: 'print' as const, jobs }),
    ),
    countReprint: assign({ reprints: ({ context }) => context.reprints + 1 }),
    reprint: sendTo(toPrintSpooler, ({ context, system }) =>
      present(system, 'printSpooler', { type: 'print' as const, jobs: reprintJobs(context) }),
    ),
    hushPrompts: sendTo(toAnnouncer, ({ system }) => present(system, 'announcer', { type: 'hush' as const })),
    replay: sendTo(toAnnouncer, ({ system }) => present(system, 'announcer', { type: 'replay' as const, index: 0 })),
    startDomainCheck: sendTo(toDomainFailover, ({ system }) =>
      present(system, 'domainFailover', { type: 'domainCheck.start' as const }),
    ),
    warmUp: (_) => notProvided('warmUp'),
    logCrash: (_, _params: { where: string; error: unknown }) => notProvided('logCrash'),
    /** They count as told: the journal can print each of them again when somebody asks. */
    recordDropped: (_, _params: { jobs: readonly QueuedPrintJob[] }) => notProvided('recordDropped'),
    /** The process learns here that keys may be pressed. */
    announceReady: (_, _params: { configured: boolean }) => notProvided('announceReady'),
  },
  delays: {
    restartDelay: 500,
    crashWindow: 60_000,
    queryOnlyPause: 600_000,
    fleetRestartDelay: 60_000,
    reopenDelay: 2000,
  },
});

/** What the cashier learns of a payment that is not on the screen. */
function elsewhere(event: TerminalEvent): CashierEvent {
  return { type: 'payment.elsewhere', settled: event.type === 'payment.settled' ? event.order : null };
}

function notProvided(action: string): never {
  throw new Error(`action "${action}" was not provided`);
}
