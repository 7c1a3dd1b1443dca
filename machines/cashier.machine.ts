import { fenOfTyped } from '../domain/fen.ts';
import type { Domain } from '../domain/payment-gateway.ts';
import type { CashierEvent } from './cashier-events.ts';
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
        'terminal.status': {
          actions: [{ type: 'rememberStatus', params: ({ event }) => ({ status: event.status }) }, 'showIdle'],
        },
        'key.amount': {
          target: 'amount',
          actions: { type: 'startTyping', params: ({ event }) => ({ key: event.key }) },
        },
        'key.cancel': { actions: ['clearNote', 'showIdle'] },
        'key.menu': 'flow.menu',
        'key.refund': { target: 'flow.refund', actions: 'forgetWanted' },
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
        'key.refund': { target: 'flow.refund', actions: 'forgetWanted' },
        'key.query': { target: 'flow.orderQuery', actions: 'forgetWanted' },
        'scan.order': {
          target: 'flow.orderQuery',
          actions: { type: 'want', params: ({ event }) => ({ wanted: { number: event.number, of: event.of } }) },
        },
      },
      states: {
        paid: { after: { resultPause: '#cashier.home' } },
        failed: { after: { resultPause: '#cashier.home' } },
        unknown: {
          after: { unknownPause: '#cashier.home' },
          on: {
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
        onError: 'home',
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
        'key.cancel': 'home',
        'key.enter': 'home',
        'scan.configuration': {
          target: 'configuring',
          actions: { type: 'rememberTicket', params: ({ event }) => ({ ref: event.ref, domain: event.domain }) },
        },
      },
    },
    /** What is not a sale is a flow: a small chart of its own that gets the keys and says what to show. */
    flow: {
      initial: 'menu',
      on: {
        'view.changed': { actions: { type: 'show', params: ({ event }) => ({ view: event.view }) } },
        'key.*': { actions: 'passToFlow' },
        'key.replay': { actions: 'requestReplay' },
        'key.reprint': { actions: 'requestReprint' },
        'scan.*': { actions: 'passToFlow' },
        'domainCheck.*': { actions: 'passToFlow' },
        'domainCheck.requested': { actions: 'passToTerminal' },
        'slip.requested': { actions: 'passToTerminal' },
        'speaker.tested': { actions: 'passToTerminal' },
        'staff.set': { actions: 'passToTerminal' },
        'terminal.unbound': { actions: 'passToTerminal' },
        'wifi.*': { actions: 'passToTerminal' },
        'refund.*': { actions: 'passToFlow' },
        'payment.elsewhere': { actions: 'passToFlow' },
        'refund.requested': { actions: 'passToTerminal' },
        'refund.left': { actions: 'passToTerminal' },
        'order.*': { actions: 'passToTerminal' },
        'crash.reported': { actions: 'passToTerminal' },
      },
      states: {
        menu: {
          invoke: {
            src: 'menu',
            id: 'flow',
            onDone: [
              {
                guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'domainCheck' }) },
                target: 'domainCheck',
              },
              {
                guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'journal' }) },
                target: 'journal',
              },
              {
                guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'summary' }) },
                target: 'summary',
              },
              {
                guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'staff' }) },
                target: 'staff',
              },
              {
                guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'shift' }) },
                target: 'shift',
              },
              {
                guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'upgrade' }) },
                target: 'upgradeStatus',
              },
              {
                guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'selfTest' }) },
                target: 'selfTest',
              },
              {
                guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'unbind' }) },
                target: 'unbind',
              },
              { target: '#cashier.home' },
            ],
          },
        },
        journal: {
          invoke: { src: 'journal', id: 'flow', onDone: '#cashier.home' },
          // The slip of the payment on the screen, not the last one.
          on: { 'key.reprint': { actions: 'passToFlow' } },
        },
        summary: { invoke: { src: 'summary', id: 'flow', onDone: '#cashier.home' } },
        staff: {
          invoke: {
            src: 'staff',
            id: 'flow',
            input: ({ context }) => ({ staffId: context.status.staffId }),
            onDone: '#cashier.home',
          },
        },
        shift: { invoke: { src: 'shift', id: 'flow', onDone: '#cashier.home' } },
        selfTest: { invoke: { src: 'selfTest', id: 'flow', onDone: '#cashier.home' } },
        unbind: { invoke: { src: 'unbind', id: 'flow', onDone: '#cashier.home' } },
        upgradeStatus: { invoke: { src: 'upgradeStatus', id: 'flow', onDone: '#cashier.home' } },
        wifiJoin: {
          invoke: { src: 'wifiJoin', id: 'flow', input: ({ event }) => networkIn(event), onDone: '#cashier.home' },
        },
        domainCheck: {
          invoke: {
            src: 'domainCheck',
            id: 'flow',
            input: ({ context }) => ({ domains: context.domains }),
            onDone: '#cashier.home',
          },
        },
        orderQuery: {
          invoke: {
            src: 'orderQuery',
            id: 'flow',
            input: ({ context }) => ({ wanted: context.wanted }),
            onDone: [
              {
                guard: { type: 'goesToRefund', params: ({ event }) => ({ output: event.output }) },
                target: 'refund',
                actions: { type: 'want', params: ({ event }) => ({ wanted: event.output.wanted }) },
              },
              { target: '#cashier.home' },
            ],
          },
          // The slip of the order on the screen, not the last one.
          on: { 'key.reprint': { actions: 'passToFlow' } },
        },
        refund: {
          invoke: {
            src: 'refundFlow',
            id: 'flow',
            input: ({ context }) => ({ wanted: context.wanted }),
            onDone: '#cashier.home',
          },
        },
      },
    },
  },
});

function ticketIn(context: CashierContext): { ticketRef: string; domain: Domain } {
  if (context.ticket === null) throw new Error('no configuration was scanned');
  return { ticketRef: context.ticket.ref, domain: context.ticket.domain };
}

function networkIn(event: CashierEvent): { ref: string; ssid: string } {
  if (event.type !== 'scan.wifi') throw new Error('no network was scanned');
  return { ref: event.ref, ssid: event.ssid };
}
