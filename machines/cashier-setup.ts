import { assign, raise, sendParent, sendTo, setup } from 'xstate';
import { eraseAmountKey, fenOfTyped, typeAmountKey, type Fen } from '../domain/fen.ts';
import type { Domain } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';
import type { Key } from '../domain/screen.ts';
import type { RefusalReason, ScanNote, ScreenView, TerminalStatus } from '../domain/screens/screen-view.ts';
import type { CashierEvent, CashierRequest } from './cashier-events.ts';
import {
  viewOfConfiguration,
  viewOfProgress,
  viewOfSaleCheck,
  viewOfSettled,
  type CashierContext,
  type CashierInput,
  type NotStarted,
  type Progress,
  type SaleCheck,
  type Settled,
} from './cashier-view.ts';
import { deviceConfigMachine, type DeviceConfigOutput } from './device-config.machine.ts';
import { domainCheckMachine } from './domain-check.machine.ts';
import type { FlowEvent } from './flow-events.ts';
import { journalMachine, type JournalOutput } from './journal.machine.ts';
import { menuMachine, type MenuItem, type MenuOutput } from './menu.machine.ts';
import type { WantedNumber } from './order-lookup.ts';
import { orderQueryMachine, type OrderQueryOutput } from './order-query.machine.ts';
import { port } from './port.ts';
import { settingsMachine, type SettingsOutput } from './settings.machine.ts';
import { selfTestMachine } from './self-test.machine.ts';
import { shiftMachine } from './shift.machine.ts';
import { staffMachine } from './staff.machine.ts';
import { summaryMachine } from './summary.machine.ts';
import { supportMachine } from './support.machine.ts';
import { unbindMachine } from './unbind.machine.ts';
import { upgradeStatusMachine } from './upgrade-status.machine.ts';
import { wifiJoinMachine } from './wifi-join.machine.ts';
import { refundFlowMachine } from './refund-flow.machine.ts';
import { refundPinMachine } from './refund-pin.machine.ts';

/** The words of the cashier's chart: what it may invoke, ask, show and remember. */
export const cashierSetup = setup({
  types: {
    input: {} as CashierInput,
    context: {} as CashierContext,
    events: {} as CashierEvent,
    tags: {} as 'idle',
  },
  actors: {
    checkSale: port<SaleCheck, { amountFen: Fen }>('checkSale'),
    deviceConfig: deviceConfigMachine,
    menu: menuMachine,
    domainCheck: domainCheckMachine,
    journal: journalMachine,
    summary: summaryMachine,
    staff: staffMachine,
    shift: shiftMachine,
    selfTest: selfTestMachine,
    unbind: unbindMachine,
    upgradeStatus: upgradeStatusMachine,
    support: supportMachine,
    wifiJoin: wifiJoinMachine,
    orderQuery: orderQueryMachine,
    refundFlow: refundFlowMachine,
    refundPin: refundPinMachine,
    settings: settingsMachine,
  },
  guards: {
    isConfigured: ({ context }) => context.status.configured,
    isGivenUp: (_, { status }: { status: TerminalStatus }) => !status.configured,
    isNetworkDecided: ({ context }) => ['wifi-joined', 'wifi-failed'].includes(context.view.name),
    isLastDigit: ({ context }) => context.typed.length <= 1,
    /** The terminal starts nothing new for now. */
    isQueryOnly: ({ context }) => context.status.trade === 'query-only',
    isZero: ({ context }) => fenOfTyped(context.typed) === 0,
    isOverMaximum: ({ context }) => fenOfTyped(context.typed) > context.maxAmountFen,
    isAllowed: (_, { check }: { check: SaleCheck }) => check.kind === 'ok',
    needsConfirming: (_, { check }: { check: SaleCheck }) => check.kind === 'confirm',
    isPaid: (_, { report }: { report: Settled }) => report.verdict.outcome === 'paid',
    isUnresolved: (_, { report }: { report: Progress }) => report.phase === 'unresolved',
    isChosen: (_, { output, item }: { output: MenuOutput; item: MenuItem }) => output.chosen === item,
    setsManagerCode: (_, { output }: { output: SettingsOutput }) => output.chosen === 'managerCode',
    goesToRefund: (_, { output }: { output: OrderQueryOutput }) => output.next === 'refund',
    hasRefundTrouble: ({ context: { view } }) => view.name === 'refund-failed' || view.name === 'refund-unknown',
    isAskedOrder: ({ context: { view } }, { settled }: { settled: string | null }) =>
      view.name === 'confirm' && view.order === settled,
    asksForOrder: (_, { output }: { output: JournalOutput }) => output.wanted !== null,
    isDone: (_, { output }: { output: DeviceConfigOutput }) => output.outcome === 'configured',
  },
  actions: {
    show: assign({ view: (_, { view }: { view: ScreenView }) => view }),
    /** For the state that follows. */
    takeScanAgain: raise(({ event }) => event),
    passToFlow: sendTo('flow', ({ event }) => event as FlowEvent),
    passToTerminal: sendParent(({ event }) => event as CashierRequest),
    rememberStatus: assign({ status: (_, { status }: { status: TerminalStatus }) => status }),
    showIdle: assign({
      view: ({ context }): ScreenView => ({ name: 'idle', status: context.status, note: context.note }),
    }),
    showUnconfigured: assign({ view: ({ context }): ScreenView => ({ name: 'unconfigured', note: context.note }) }),
    showConfiguring: assign({ view: { name: 'configuring' } }),
    showAmount: assign({
      view: ({ context }): ScreenView => ({ name: 'amount', typed: context.typed, note: context.note }),
    }),
    showPresentCode: assign({
      view: ({ context }): ScreenView => ({
        name: 'present-code',
        amountFen: fenOfTyped(context.typed),
        note: context.note,
      }),
    }),
    showPaying: assign({
      view: ({ context }, { platform }: { platform: Platform }): ScreenView => ({
        name: 'paying',
        reason: '',
        order: '',
        amountFen: fenOfTyped(context.typed),
        platform,
      }),
    }),
    showSaleCheck: assign({
      view: ({ context }, { check }: { check: SaleCheck }) => viewOfSaleCheck(check, fenOfTyped(context.typed)),
    }),
    showRefused: assign({
      view: ({ context }, { reason }: { reason: RefusalReason }): ScreenView => ({
        name: 'refused',
        reason,
        detail: reason === 'amount-over-maximum' ? String(context.maxAmountFen) : '',
        amountFen: fenOfTyped(context.typed),
      }),
    }),
    showProgress: assign({ view: (_, { report }: { report: Progress }) => viewOfProgress(report) }),
    showSettled: assign({ view: (_, { report }: { report: Settled }) => viewOfSettled(report) }),
    showNotStarted: assign({
      view: (_, { report }: { report: NotStarted }): ScreenView => ({
        name: 'refused',
        reason: 'not-started',
        detail: report.reason,
        amountFen: report.amountFen,
      }),
    }),
    showConfiguration: assign({
      view: ({ context }, { output }: { output: DeviceConfigOutput }) =>
        viewOfConfiguration(output, context.status.configured),
    }),
    typeKey: assign({ typed: ({ context }, { key }: { key: Key }) => typeAmountKey(context.typed, key) }),
    startTyping: assign({ typed: (_, { key }: { key: Key }) => typeAmountKey('', key) }),
    eraseKey: assign({ typed: ({ context }) => eraseAmountKey(context.typed) }),
    clearTyped: assign({ typed: '' }),
    note: assign({ note: (_, { note }: { note: ScanNote }) => note }),
    clearNote: assign({ note: 'none' }),
    want: assign({ wanted: (_, { wanted }: { wanted: WantedNumber | null }) => wanted }),
    /** The earlier order that the question on the screen is about. */
    wantAskedOrder: assign({
      wanted: ({ context: { view } }) =>
        view.name === 'confirm' ? { number: view.order, of: 'order' as const } : null,
    }),
    forgetWanted: assign({ wanted: null }),
    rememberTicket: assign({ ticket: (_, ticket: { ref: string; domain: Domain }) => ticket }),
    prepareSale: sendParent(({ context }): CashierRequest => ({
      type: 'sale.prepared',
      amountFen: fenOfTyped(context.typed),
    })),
    requestSale: sendParent(({ context }, { platform, ref }: { platform: Platform; ref: string }): CashierRequest => ({
      type: 'sale.requested',
      amountFen: fenOfTyped(context.typed),
      platform,
      codeRef: ref,
    })),
    leaveOrder: sendParent({ type: 'order.left' } satisfies CashierRequest),
    leaveRefund: sendParent({ type: 'refund.left' } satisfies CashierRequest),
    reportRepeatedCode: sendParent({ type: 'code.repeated' } satisfies CashierRequest),
    requestReplay: sendParent({ type: 'replay.requested' } satisfies CashierRequest),
    requestReprint: sendParent({ type: 'reprint.requested' } satisfies CashierRequest),
    reportConfigurationStart: sendParent({ type: 'configuration.started' } satisfies CashierRequest),
    reportConfigurationEnd: sendParent((_, { output }: { output: DeviceConfigOutput }): CashierRequest => ({
      type: 'configuration.ended',
      output,
    })),
  },
  delays: {
    typingPause: 120_000,
    presentingPause: 180_000,
    resultPause: 30_000,
    unknownPause: 60_000,
    notePause: 15_000,
  },
});
