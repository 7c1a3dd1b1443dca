import { fenOfTyped } from '../domain/fen.ts';
import type { Domain } from '../domain/payment-gateway.ts';
import { flowState } from './cashier-flows.ts';
import { cashierSetup } from './cashier-setup.ts';
import type { CashierContext } from './cashier-view.ts';

/** What the screen is doing in the cashier's session. It owns no money state: leaving a screen never ends an order. */
export const cashierMachine = cashierSetup.createMachine({
  id: 'cashier',
  context: ({ input }) => ({
    ...input,
    view: { name: 'unconfigured', note: 'none' },
    typed: '',
    note: 'none',
    wanted: null,
    ticket: null,
  }),
  initial: 'home',
  on: {
    'terminal.status': { actions: { type: 'rememberStatus', params: ({ event }) => ({ status: event.status }) } },
    'configuration.started': { actions: 'reportConfigurationStart' },
    'key.replay': { actions: 'requestReplay' },
    'key.reprint': { actions: 'requestReprint' },
  },
  states: {
    home: { always: [{ guard: 'isConfigured', target: 'idle' }, { target: 'unconfigured' }] },
    unconfigured: {
      tags: 'idle',
      entry: 'showUnconfigured',
      exit: 'clearNote',
      on: {
        'terminal.status': {
          target: 'home',
          actions: { type: 'rememberStatus', params: ({ event }) => ({ status: event.status }) },
        },
        'scan.configuration': {
          target: 'configuring',
          actions: { type: 'rememberTicket', params: ({ event }) => ({ ref: event.ref, domain: event.domain }) },
        },
        'scan.wifi': 'flow.wifiJoin',
        'scan.*': { actions: [{ type: 'note', params: { note: 'not-a-configuration' } }, 'showUnconfigured'] },
        'scan.rejected': {
          actions: [{ type: 'note', params: ({ event }) => ({ note: event.note }) }, 'showUnconfigured'],
        },
        'key.menu': 'flow.menu',
      },
    },
    idle: {
      tags: 'idle',
      entry: ['clearTyped', 'showIdle'],
      exit: 'clearNote',
      on: {
        'terminal.status': [
          {
            guard: { type: 'isGivenUp', params: ({ event }) => ({ status: event.status }) },
            target: 'home',
            actions: { type: 'rememberStatus', params: ({ event }) => ({ status: event.status }) },
          },
          { actions: [{ type: 'rememberStatus', params: ({ event }) => ({ status: event.status }) }, 'showIdle'] },
        ],
        'key.amount': {
          target: 'amount',
          actions: { type: 'startTyping', params: ({ event }) => ({ key: event.key }) },
        },
        'key.cancel': { actions: ['clearNote', 'showIdle'] },
        'key.menu': 'flow.menu',
        'key.refund': { target: 'flow.goingToRefund', actions: 'forgetWanted' },
        'key.query': { target: 'flow.orderQuery', actions: 'forgetWanted' },
        'scan.order': {
          target: 'flow.orderQuery',
          actions: { type: 'want', params: ({ event }) => ({ wanted: { number: event.number, of: event.of } }) },
        },
        'scan.configuration': {
          target: 'configuring',
          actions: { type: 'rememberTicket', params: ({ event }) => ({ ref: event.ref, domain: event.domain }) },
        },
        'scan.customerCode': { target: 'amount', actions: { type: 'note', params: { note: 'enter-amount-first' } } },
        'scan.repeatedCode': { target: 'amount', actions: { type: 'note', params: { note: 'enter-amount-first' } } },
        'scan.wifi': 'flow.wifiJoin',
        'scan.rejected': { actions: [{ type: 'note', params: ({ event }) => ({ note: event.note }) }, 'showIdle'] },
      },
    },
    amount: {
      entry: 'showAmount',
      exit: 'clearNote',
      after: { typingPause: 'home' },
      on: {
        'key.amount': {
          actions: ['clearNote', { type: 'typeKey', params: ({ event }) => ({ key: event.key }) }, 'showAmount'],
        },
        'key.enter': 'judging',
        'key.cancel': 'home',
        'key.backspace': 'erasing',
        'scan.*': { actions: [{ type: 'note', params: { note: 'press-enter-first' } }, 'showAmount'] },
      },
    },
    erasing: {
      always: [
        { guard: 'isLastDigit', target: 'home' },
        { target: 'amount', actions: 'eraseKey' },
      ],
    },
    judging: {
      always: [
        {
          guard: 'isQueryOnly',
          target: 'refused',
          actions: { type: 'showRefused', params: { reason: 'query-only' } },
        },
        { guard: 'isZero', target: 'refused', actions: { type: 'showRefused', params: { reason: 'amount-zero' } } },
        {
          guard: 'isOverMaximum',
          target: 'refused',
          actions: { type: 'showRefused', params: { reason: 'amount-over-maximum' } },
        },
        { target: 'checking' },
      ],
    },
    checking: {
      invoke: {
        src: 'checkSale',
        input: ({ context }) => ({ amountFen: fenOfTyped(context.typed) }),
        onDone: [
          { guard: { type: 'isAllowed', params: ({ event }) => ({ check: event.output }) }, target: 'presentCode' },
          {
            guard: { type: 'needsConfirming', params: ({ event }) => ({ check: event.output }) },
            target: 'confirming',
            actions: { type: 'showSaleCheck', params: ({ event }) => ({ check: event.output }) },
          },
          { target: 'refused', actions: { type: 'showSaleCheck', params: ({ event }) => ({ check: event.output }) } },
        ],
        onError: { target: 'refused', actions: { type: 'showRefused', params: { reason: 'storage-failed' } } },
      },
    },
    confirming: {
      after: { typingPause: 'home' },
      on: {
        'key.enter': 'presentCode',
        'key.cancel': 'amount',
        'key.query': { target: 'flow.orderQuery', actions: 'wantAskedOrder' },
        // The order that the question is about has come to its end meanwhile: nothing is left to confirm.
        'payment.elsewhere': {
          guard: { type: 'isAskedOrder', params: ({ event }) => ({ settled: event.settled }) },
          target: 'checking',
        },
      },
    },
    presentCode: {
      entry: ['showPresentCode', 'prepareSale'],
      exit: 'clearNote',
      after: { presentingPause: 'home' },
      on: {
        'key.cancel': 'home',
        'scan.customerCode': {
          target: 'following',
          actions: [
            { type: 'showPaying', params: ({ event }) => ({ platform: event.platform }) },
            { type: 'requestSale', params: ({ event }) => ({ platform: event.platform, ref: event.ref }) },
          ],
        },
        'scan.repeatedCode': {
          actions: [{ type: 'note', params: { note: 'refresh-code' } }, 'showPresentCode', 'reportRepeatedCode'],
        },
        'scan.order': { actions: [{ type: 'note', params: { note: 'own-order-code' } }, 'showPresentCode'] },
        'scan.rejected': {
          actions: [{ type: 'note', params: ({ event }) => ({ note: event.note }) }, 'showPresentCode'],
        },
        'scan.*': { actions: [{ type: 'note', params: { note: 'not-a-customer-code' } }, 'showPresentCode'] },
      },
    },
    following: {
      on: {
        'payment.progress': [
          {
            guard: { type: 'isUnresolved', params: ({ event }) => ({ report: event }) },
            target: 'result.unknown',
            actions: { type: 'showProgress', params: ({ event }) => ({ report: event }) },
          },
          { actions: { type: 'showProgress', params: ({ event }) => ({ report: event }) } },
        ],
        'payment.settled': [
          {
            guard: { type: 'isPaid', params: ({ event }) => ({ report: event }) },
            target: 'result.paid',
            actions: { type: 'showSettled', params: ({ event }) => ({ report: event }) },
          },
          { target: 'result.failed', actions: { type: 'showSettled', params: ({ event }) => ({ report: event }) } },
        ],
        'payment.notStarted': {
          target: 'refused',
          actions: { type: 'showNotStarted', params: ({ event }) => ({ report: event }) },
        },
        // The order goes on in the background until its true end is known.
        'key.cancel': { target: 'home', actions: 'leaveOrder' },
      },
    },
    result: {
      initial: 'paid',
      exit: 'leaveOrder',
      on: {
        'key.amount': {
          target: 'amount',
          actions: { type: 'startTyping', params: ({ event }) => ({ key: event.key }) },
        },
        'key.cancel': 'home',
        'key.enter': 'home',
        'key.menu': 'flow.menu',
        'key.refund': { target: 'flow.goingToRefund', actions: 'forgetWanted' },
        'key.query': { target: 'flow.orderQuery', actions: 'forgetWanted' },
        'scan.order': {
          target: 'flow.orderQuery',
          actions: { type: 'want', params: ({ event }) => ({ wanted: { number: event.number, of: event.of } }) },
        },
      },
      states: {
        paid: { after: { resultPause: '#cashier.home' } },
        failed: { after: { resultPause: '#cashier.home' }, on: { 'key.down': '#cashier.flow.support' } },
        unknown: {
          after: { unknownPause: '#cashier.home' },
          on: {
            'key.down': '#cashier.flow.support',
            'payment.settled': [
              {
                guard: { type: 'isPaid', params: ({ event }) => ({ report: event }) },
                target: 'paid',
                actions: { type: 'showSettled', params: ({ event }) => ({ report: event }) },
              },
              { target: 'failed', actions: { type: 'showSettled', params: ({ event }) => ({ report: event }) } },
            ],
          },
        },
      },
    },
    refused: {
      after: { resultPause: 'home' },
      on: {
        'key.cancel': 'home',
        'key.enter': 'home',
        'key.amount': {
          target: 'amount',
          actions: { type: 'startTyping', params: ({ event }) => ({ key: event.key }) },
        },
      },
    },
    configuring: {
      entry: 'showConfiguring',
      invoke: {
        src: 'deviceConfig',
        id: 'deviceConfig',
        input: ({ context }) => ticketIn(context),
        onDone: [
          {
            guard: { type: 'isDone', params: ({ event }) => ({ output: event.output }) },
            target: 'configured',
            actions: [
              { type: 'showConfiguration', params: ({ event }) => ({ output: event.output }) },
              { type: 'reportConfigurationEnd', params: ({ event }) => ({ output: event.output }) },
            ],
          },
          {
            target: 'configFailed',
            actions: [
              { type: 'showConfiguration', params: ({ event }) => ({ output: event.output }) },
              { type: 'reportConfigurationEnd', params: ({ event }) => ({ output: event.output }) },
            ],
          },
        ],
        // One that crashes takes the session along: its supervisor reads what was stored by then.
      },
    },
    configured: {
      after: { notePause: 'home' },
      on: {
        'key.cancel': 'home',
        'key.enter': 'home',
        'key.amount': {
          target: 'amount',
          actions: { type: 'startTyping', params: ({ event }) => ({ key: event.key }) },
        },
      },
    },
    configFailed: {
      after: { resultPause: 'home' },
      on: {
        'key.down': 'flow.support',
        'key.cancel': 'home',
        'key.enter': 'home',
        'scan.configuration': {
          target: 'configuring',
          actions: { type: 'rememberTicket', params: ({ event }) => ({ ref: event.ref, domain: event.domain }) },
        },
        // Without network no configuration can be fetched: the next thing to be scanned is the WiFi.
        'scan.wifi': 'flow.wifiJoin',
      },
    },
    flow: flowState,
  },
});

function ticketIn(context: CashierContext): { ticketRef: string; domain: Domain } {
  if (context.ticket === null) throw new Error('no configuration was scanned');
  return { ticketRef: context.ticket.ref, domain: context.ticket.domain };
}
