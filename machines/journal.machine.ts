import { assign, sendParent, setup } from 'xstate';
import type { Key } from '../domain/screen.ts';
import { JOURNAL_FILTERS, type FlowView, type JournalFilter, type JournalRow } from '../domain/screens/flow-view.ts';
import type { SlipKind } from '../domain/slip.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import type { WantedNumber } from './order-lookup.ts';
import { port } from './port.ts';

/** A stretch of the list, newest first. */
export interface JournalPage {
  readonly rows: readonly JournalRow[];
  readonly hasMore: boolean;
}

/** Which stretch of the list a screen wants. */
export interface JournalPageQuery {
  readonly filter: JournalFilter;
  /** Rows before it that are left out. */
  readonly skip: number;
  readonly take: number;
}

/** `wanted`: the order that is to be asked for at the gateway. */
export type JournalOutput = { readonly wanted: WantedNumber | null };

interface JournalContext extends JournalPage {
  readonly wanted: WantedNumber | null;
  readonly filter: JournalFilter;
  readonly page: number;
  readonly selected: number;
}

const ROWS_A_PAGE = 5;

const filterOf = (key: Key): JournalFilter | undefined => JOURNAL_FILTERS[Number(key) - 1];
const selectedIn = (context: JournalContext): JournalRow | undefined => context.rows[context.selected];

/** The slip that belongs to a row; null where nothing was charged or given back, so that there is nothing to prove. */
export function slipKindOf(row: JournalRow): SlipKind | null {
  if (row.state === 'not-sent' || row.state === 'rejected' || row.state === 'denied') return null;
  if (row.kind === 'refund') return 'refund';
  if (row.state === 'paid') return 'payment';
  return row.state === 'unresolved' ? 'unknown' : null;
}

function listView(context: JournalContext, stage: 'reading' | 'ready' | 'failed'): FlowView {
  const { filter, rows, selected, page, hasMore } = context;
  return { name: 'journal', shows: 'list', filter, rows, selected, page, hasMore, stage };
}

/** Payments and refunds of this terminal, read from its own journal page by page: it needs no network (B1). */
export const journalMachine = setup({
  types: { context: {} as JournalContext, events: {} as FlowEvent, output: {} as JournalOutput },
  actors: { readPage: port<JournalPage, JournalPageQuery>('readPage') },
  guards: {
    isFilter: (_, { key }: { key: Key }) => filterOf(key) !== undefined,
    hasRows: ({ context }) => context.rows.length > 0,
    isFirstRow: ({ context }) => context.selected === 0,
    isFirstPage: ({ context }) => context.page === 1,
    isLastRow: ({ context }) => context.selected >= context.rows.length - 1,
    isLastPage: ({ context }) => !context.hasMore,
    hasSlip: ({ context }) => {
      const row = selectedIn(context);
      return row !== undefined && slipKindOf(row) !== null;
    },
  },
  actions: {
    showReading: sendParent(({ context }): FlowReport => ({
      type: 'view.changed',
      view: listView(context, 'reading'),
    })),
    showList: sendParent(({ context }): FlowReport => ({ type: 'view.changed', view: listView(context, 'ready') })),
    showFailed: sendParent(({ context }): FlowReport => ({ type: 'view.changed', view: listView(context, 'failed') })),
    showEntry: sendParent(({ context }, { slip }: { slip: 'none' | 'asked' | 'without' }): FlowReport => {
      const row = selectedIn(context);
      if (row === undefined) return { type: 'view.changed', view: listView(context, 'ready') };
      return { type: 'view.changed', view: { name: 'journal', shows: 'entry', row, slip } };
    }),
    choose: assign((_, { key }: { key: Key }) => ({ filter: filterOf(key) ?? 'all', page: 1, selected: 0 })),
    move: assign({ selected: ({ context }, { by }: { by: number }) => context.selected + by }),
    turnOn: assign({ page: ({ context }) => context.page + 1, selected: 0 }),
    turnBack: assign({ page: ({ context }) => context.page - 1, selected: ROWS_A_PAGE - 1 }),
    remember: assign(({ context }, { page }: { page: JournalPage }) => ({
      ...page,
      selected: Math.max(0, Math.min(context.selected, page.rows.length - 1)),
    })),
    wantOrder: assign({
      wanted: ({ context }) => {
        const row = selectedIn(context);
        return row === undefined ? null : { number: row.order, of: 'order' as const };
      },
    }),
    requestSlip: sendParent(({ context }): FlowReport => {
      const row = selectedIn(context);
      const of = row === undefined ? null : slipKindOf(row);
      if (row === undefined || of === null) throw new Error('a row without a slip was to be printed');
      return { type: 'slip.requested', slip: { of, order: row.order, refund: row.refund, report: null } };
    }),
  },
  delays: { browsingPause: 120_000 },
}).createMachine({
  id: 'journal',
  context: { wanted: null, filter: 'all', rows: [], hasMore: false, page: 1, selected: 0 },
  initial: 'opening',
  states: {
    opening: { entry: 'showReading', always: 'reading' },
    reading: {
      invoke: {
        src: 'readPage',
        input: ({ context }) => ({
          filter: context.filter,
          skip: (context.page - 1) * ROWS_A_PAGE,
          take: ROWS_A_PAGE,
        }),
        onDone: {
          target: 'listing',
          actions: { type: 'remember', params: ({ event }) => ({ page: event.output }) },
        },
        onError: 'failed',
      },
      on: { 'key.cancel': 'left' },
    },
    listing: {
      entry: 'showList',
      after: { browsingPause: 'left' },
      on: {
        'key.cancel': 'left',
        'key.amount': {
          guard: { type: 'isFilter', params: ({ event }) => ({ key: event.key }) },
          target: 'opening',
          actions: { type: 'choose', params: ({ event }) => ({ key: event.key }) },
        },
        'key.down': [
          { guard: 'isLastRow', target: 'turningOn' },
          { target: 'listing', reenter: true, actions: { type: 'move', params: { by: 1 } } },
        ],
        'key.up': [
          { guard: 'isFirstRow', target: 'turningBack' },
          { target: 'listing', reenter: true, actions: { type: 'move', params: { by: -1 } } },
        ],
        'key.enter': { guard: 'hasRows', target: 'looking' },
        'key.reprint': { guard: 'hasSlip', target: 'looking.asked', actions: 'requestSlip' },
      },
    },
    turningOn: {
      always: [
        { guard: 'isLastPage', target: 'listing' },
        { target: 'reading', actions: 'turnOn' },
      ],
    },
    turningBack: {
      always: [
        { guard: 'isFirstPage', target: 'listing' },
        { target: 'reading', actions: 'turnBack' },
      ],
    },
    looking: {
      initial: 'at',
      after: { browsingPause: 'left' },
      on: {
        'key.cancel': 'listing',
        'key.enter': 'listing',
        'key.query': { target: 'left', actions: 'wantOrder' },
        'key.reprint': [{ guard: 'hasSlip', target: '.asked', actions: 'requestSlip' }, { target: '.without' }],
      },
      states: {
        at: { entry: { type: 'showEntry', params: { slip: 'none' } } },
        asked: { entry: { type: 'showEntry', params: { slip: 'asked' } } },
        without: { entry: { type: 'showEntry', params: { slip: 'without' } } },
      },
    },
    failed: {
      entry: 'showFailed',
      after: { browsingPause: 'left' },
      on: { 'key.cancel': 'left', 'key.enter': 'opening' },
    },
    left: { type: 'final' },
  },
  output: ({ context }) => ({ wanted: context.wanted }),
});
