import type { CashierEvent } from './cashier-events.ts';
import { cashierSetup } from './cashier-setup.ts';
import { subjectOf } from './support.machine.ts';

/** What is not a sale is a flow: a small chart of its own that gets the keys and says what to show. */
export const flowState = cashierSetup.createStateConfig({
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
    'domains.checked': { actions: 'passToTerminal' },
    'guidance.set': { actions: 'passToTerminal' },
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
          {
            guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'refundPin' }) },
            target: 'refundPin',
          },
          {
            guard: { type: 'isChosen', params: ({ event }) => ({ output: event.output, item: 'settings' }) },
            target: 'settings',
          },
          { target: '#cashier.home' },
        ],
      },
    },
    journal: {
      invoke: {
        src: 'journal',
        id: 'flow',
        onDone: [
          {
            guard: { type: 'asksForOrder', params: ({ event }) => ({ output: event.output }) },
            target: 'orderQuery',
            actions: { type: 'want', params: ({ event }) => ({ wanted: event.output.wanted }) },
          },
          { target: '#cashier.home' },
        ],
      },
      // The slip of the payment on the screen, not the last one.
      on: { 'key.reprint': { actions: 'passToFlow' } },
    },
    refundPin: { invoke: { src: 'refundPin', id: 'flow', input: { of: 'pin' }, onDone: '#cashier.home' } },
    managerCode: { invoke: { src: 'refundPin', id: 'flow', input: { of: 'manager' }, onDone: '#cashier.home' } },
    settings: {
      invoke: {
        src: 'settings',
        id: 'flow',
        onDone: [
          {
            guard: { type: 'setsManagerCode', params: ({ event }) => ({ output: event.output }) },
            target: 'managerCode',
          },
          { target: '#cashier.home' },
        ],
      },
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
      // On a new box the configuration is scanned as soon as the network is there.
      on: {
        'scan.*': [
          { guard: 'isNetworkDecided', target: '#cashier.home', actions: 'takeScanAgain' },
          { actions: 'passToFlow' },
        ],
      },
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
            target: 'goingToRefund',
            actions: { type: 'want', params: ({ event }) => ({ wanted: event.output.wanted }) },
          },
          { target: '#cashier.home' },
        ],
      },
      // The slip of the order on the screen, not the last one.
      on: { 'key.reprint': { actions: 'passToFlow' } },
    },
    goingToRefund: {
      always: [
        {
          guard: 'isQueryOnly',
          target: '#cashier.refused',
          actions: { type: 'showRefused', params: { reason: 'query-only' } },
        },
        { target: 'refund' },
      ],
    },
    refund: {
      invoke: {
        src: 'refundFlow',
        id: 'flow',
        input: ({ context }) => ({ wanted: context.wanted }),
        onDone: '#cashier.home',
      },
      // The refund itself goes on in the background until its end is known.
      on: { 'key.down': { guard: 'hasRefundTrouble', target: 'support', actions: 'leaveRefund' } },
    },
    support: {
      invoke: {
        src: 'support',
        id: 'flow',
        input: ({ context }) => ({ about: subjectOf(context.view) }),
        onDone: '#cashier.home',
      },
    },
  },
});

function networkIn(event: CashierEvent): { ref: string; ssid: string } {
  if (event.type !== 'scan.wifi') throw new Error('no network was scanned');
  return { ref: event.ref, ssid: event.ssid };
}
