import { assign, sendParent, setup } from 'xstate';
import type { Key } from '../domain/screen.ts';
import type { EntryNote } from '../domain/screens/refund-view.ts';
import type { RefusalReason, ScreenView } from '../domain/screens/screen-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { numberEntryStates, wantedOf } from './number-entry.ts';
import { typeNumberKey, type Found, type LookUp, type NumberReading, type WantedNumber } from './order-lookup.ts';
import { port } from './port.ts';

/** What an order query begins with. */
export interface OrderQueryInput {
  /** Null: the number is asked for. */
  readonly wanted: WantedNumber | null;
}

interface OrderQueryContext {
  readonly wanted: WantedNumber | null;
  readonly typed: string;
  readonly note: EntryNote;
  readonly found: Found | null;
  readonly next: 'home' | 'refund';
}

/** `refund`: the cashier goes on to refund the order that was found. */
export interface OrderQueryOutput {
  readonly next: 'home' | 'refund';
  readonly wanted: WantedNumber | null;
}

const lookedUp = ({ event }: { event: { output: LookUp } }): { lookUp: LookUp } => ({ lookUp: event.output });

/** What became of an order: scanned or typed, asked at the gateway, shown with every refund of it (A5). */
export const orderQueryMachine = setup({
  types: {
    input: {} as OrderQueryInput,
    context: {} as OrderQueryContext,
    events: {} as FlowEvent,
    output: {} as OrderQueryOutput,
  },
  actors: {
    readNumber: port<NumberReading, { typed: string }>('readNumber'),
    lookUp: port<LookUp, { wanted: WantedNumber; forRefund: boolean }>('lookUp'),
  },
  guards: {
    isWanted: ({ context }) => context.wanted !== null,
    // Of an order that nobody paid there is nothing to print.
    hasSlip: ({ context }) => !['unpaid', 'closed'].includes(context.found?.found.state ?? 'unpaid'),
    isTyped: ({ context }) => context.typed !== '',
    isRead: (_, { reading }: { reading: NumberReading }) => reading.kind === 'wanted',
    isFound: (_, { lookUp }: { lookUp: LookUp }) => lookUp.kind === 'found',
    isNotFound: (_, { lookUp }: { lookUp: LookUp }) => lookUp.kind === 'not-found',
    isForeignRefund: (_, { lookUp }: { lookUp: LookUp }) => lookUp.kind === 'foreign-refund',
    isShown: ({ context }, { order }: { order: string | null }) =>
      order !== null && context.found?.found.order === order,
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
    }),
    goOnToRefund: assign({ next: 'refund' }),
    showEntry: sendParent(({ context: { typed, note } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'query-scan', typed, note },
    })),
    showLookingUp: sendParent(({ context }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'query-scan', typed: context.wanted?.number ?? '', note: 'looking-up' },
    })),
    showOrder: sendParent(({ context }): FlowReport => {
      const { found, at } = foundIn(context);
      return { type: 'view.changed', view: { name: 'order', found, at } };
    }),
    showNotFound: sendParent((_, { lookUp }: { lookUp: LookUp }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'order-not-found', number: lookUp.kind === 'not-found' ? lookUp.number : '' },
    })),
    showRefused: sendParent((_, { lookUp }: { lookUp: LookUp }): FlowReport => ({
      type: 'view.changed',
      view: refusedView(lookUp.kind === 'refused' ? lookUp.reason : 'gateway-unreachable'),
    })),
    showUnreachable: sendParent((): FlowReport => ({ type: 'view.changed', view: refusedView('gateway-unreachable') })),
    say: sendParent(({ context }): FlowReport => ({ type: 'order.found', found: foundIn(context).found })),
    sayNotFound: sendParent({ type: 'order.missing' } satisfies FlowReport),
    reconcile: sendParent(({ context }): FlowReport => ({
      type: 'order.reconcile',
      order: foundIn(context).found.order,
    })),
    requestSlip: sendParent(({ context }): FlowReport => {
      const { order, state } = foundIn(context).found;
      const of = state === 'unresolved' ? 'unknown' : 'payment';
      return { type: 'slip.requested', slip: { of, order, refund: null, report: null } };
    }),
    reportCrash: sendParent((_, { error }: { error: unknown }) => ({
      type: 'crash.reported' as const,
      where: 'orderQuery',
      error,
    })),
  },
  delays: { entryPause: 120_000, resultPause: 120_000 },
}).createMachine({
  id: 'orderQuery',
  context: ({ input }) => ({ wanted: input.wanted, typed: '', note: 'none', found: null, next: 'home' }),
  initial: 'starting',
  on: { 'key.cancel': '.left' },
  states: {
    starting: { always: [{ guard: 'isWanted', target: 'lookingUp' }, { target: 'entering' }] },
    ...numberEntryStates,
    lookingUp: {
      entry: 'showLookingUp',
      invoke: {
        src: 'lookUp',
        input: ({ context }) => ({ wanted: wantedIn(context), forRefund: false }),
        onDone: [
          {
            guard: { type: 'isFound', params: lookedUp },
            target: 'found',
            actions: [{ type: 'rememberFound', params: lookedUp }, 'say'],
          },
          {
            guard: { type: 'isNotFound', params: lookedUp },
            target: 'missing',
            actions: [{ type: 'showNotFound', params: lookedUp }, 'sayNotFound'],
          },
          {
            guard: { type: 'isForeignRefund', params: lookedUp },
            target: 'entering',
            actions: ['startOver', { type: 'note', params: { note: 'foreign-refund' } }],
          },
          { target: 'missing', actions: { type: 'showRefused', params: lookedUp } },
        ],
        onError: {
          target: 'missing',
          actions: ['showUnreachable', { type: 'reportCrash', params: ({ event }) => ({ error: event.error }) }],
        },
      },
    },
    found: {
      // Our own sale or refund is asked for at once, not at its next turn; when it moves, the screen learns of it.
      entry: ['showOrder', 'reconcile'],
      after: { resultPause: 'left' },
      on: {
        'key.enter': 'left',
        'key.query': { target: 'entering', actions: 'startOver' },
        'key.refund': { target: 'left', actions: 'goOnToRefund' },
        'key.reprint': { guard: 'hasSlip', actions: 'requestSlip' },
        'scan.order': { target: 'lookingUp', actions: { type: 'want', params: wantedOf } },
        'payment.elsewhere': {
          guard: { type: 'isShown', params: ({ event }) => ({ order: event.settled }) },
          target: 'lookingAgain',
        },
        'refund.elsewhere': {
          guard: { type: 'isShown', params: ({ event }) => ({ order: event.order }) },
          target: 'lookingAgain',
        },
      },
    },
    /** The voice has told already what moved. */
    lookingAgain: {
      invoke: {
        src: 'lookUp',
        input: ({ context }) => ({ wanted: wantedIn(context), forRefund: false }),
        onDone: [
          {
            guard: { type: 'isFound', params: lookedUp },
            target: 'found',
            actions: { type: 'rememberFound', params: lookedUp },
          },
          { target: 'found' },
        ],
        onError: {
          target: 'found',
          actions: { type: 'reportCrash', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    missing: {
      after: { resultPause: 'left' },
      on: {
        'key.enter': 'left',
        'key.query': { target: 'entering', actions: 'startOver' },
        'scan.order': { target: 'lookingUp', actions: { type: 'want', params: wantedOf } },
      },
    },
    left: { type: 'final' },
  },
  output: ({ context }) => ({
    next: context.next,
    wanted: context.found === null ? null : { number: context.found.found.order, of: 'order' },
  }),
});

function refusedView(reason: RefusalReason): ScreenView {
  return { name: 'refused', reason, detail: '', amountFen: null };
}

function foundIn(context: OrderQueryContext): Found {
  if (context.found === null) throw new Error('no order was found');
  return context.found;
}

function wantedIn(context: OrderQueryContext): WantedNumber {
  if (context.wanted === null) throw new Error('no number is wanted');
  return context.wanted;
}
