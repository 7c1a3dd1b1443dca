import { assign, sendParent, setup } from 'xstate';
import type { Key } from '../domain/screen.ts';
import type { GatewaySide } from '../domain/screens/flow-view.ts';
import { SUMMARY_SPANS, type SummarySpan } from '../domain/shop-day.ts';
import type { PlatformTakings, Totals } from '../domain/totals.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

/** The terminal's own sums of a span; instants in epoch ms, inclusive. */
export interface SpanSums {
  readonly fromMs: number;
  readonly toMs: number;
  readonly totals: Totals;
}

interface SummaryContext {
  readonly span: SummarySpan;
  readonly sums: SpanSums | null;
  readonly gateway: GatewaySide;
}

type Stage = 'reading' | 'ready' | 'failed';

const spanOf = (key: Key): SummarySpan | undefined => SUMMARY_SPANS[Number(key) - 1];

function sumsIn(context: SummaryContext): SpanSums {
  if (context.sums === null) throw new Error('nothing was summed up yet');
  return context.sums;
}

/** What was taken today, yesterday or in seven days, beside what the gateway says of it (B2). */
export const summaryMachine = setup({
  types: { context: {} as SummaryContext, events: {} as FlowEvent },
  actors: {
    sumSpan: port<SpanSums, { span: SummarySpan }>('sumSpan'),
    askOverview: port<GatewaySide, { fromMs: number; toMs: number; platforms: readonly PlatformTakings[] }>(
      'askOverview',
    ),
  },
  guards: { isSpan: (_, { key }: { key: Key }) => spanOf(key) !== undefined },
  actions: {
    choose: assign((_, { key }: { key: Key }) => ({ span: spanOf(key) ?? 'today' })),
    forget: assign({ sums: null, gateway: { kind: 'asking' } }),
    rememberSums: assign({ sums: (_, { sums }: { sums: SpanSums }) => sums }),
    rememberGateway: assign({ gateway: (_, { gateway }: { gateway: GatewaySide }) => gateway }),
    show: sendParent(({ context }, { stage, printed }: { stage: Stage; printed: boolean }): FlowReport => ({
      type: 'view.changed',
      view: {
        name: 'summary',
        stage,
        span: context.span,
        totals: context.sums?.totals ?? null,
        gateway: context.gateway,
        printed,
      },
    })),
    requestSlip: sendParent(({ context }): FlowReport => {
      const { fromMs, toMs } = sumsIn(context);
      const report = { kind: 'summary' as const, fromMs, toMs };
      return { type: 'slip.requested', slip: { of: 'summary', order: null, refund: null, report } };
    }),
  },
  delays: { lookingPause: 120_000 },
}).createMachine({
  id: 'summary',
  context: { span: 'today', sums: null, gateway: { kind: 'asking' } },
  initial: 'reading',
  on: {
    'key.cancel': '.left',
    'key.amount': {
      guard: { type: 'isSpan', params: ({ event }) => ({ key: event.key }) },
      target: '.reading',
      actions: { type: 'choose', params: ({ event }) => ({ key: event.key }) },
    },
  },
  states: {
    reading: {
      entry: ['forget', { type: 'show', params: { stage: 'reading', printed: false } }],
      invoke: {
        src: 'sumSpan',
        input: ({ context }) => ({ span: context.span }),
        onDone: {
          target: 'comparing',
          actions: { type: 'rememberSums', params: ({ event }) => ({ sums: event.output }) },
        },
        onError: 'failed',
      },
    },
    comparing: {
      entry: { type: 'show', params: { stage: 'ready', printed: false } },
      invoke: {
        src: 'askOverview',
        input: ({ context }) => {
          const { fromMs, toMs, totals } = sumsIn(context);
          return { fromMs, toMs, platforms: totals.platforms };
        },
        onDone: {
          target: 'ready',
          actions: { type: 'rememberGateway', params: ({ event }) => ({ gateway: event.output }) },
        },
        onError: {
          target: 'ready',
          actions: { type: 'rememberGateway', params: { gateway: { kind: 'unreachable' } } },
        },
      },
      on: {
        'key.enter': { actions: ['requestSlip', { type: 'show', params: { stage: 'ready', printed: true } }] },
      },
    },
    ready: {
      entry: { type: 'show', params: { stage: 'ready', printed: false } },
      after: { lookingPause: 'left' },
      on: {
        'key.enter': { actions: ['requestSlip', { type: 'show', params: { stage: 'ready', printed: true } }] },
      },
    },
    failed: {
      entry: { type: 'show', params: { stage: 'failed', printed: false } },
      after: { lookingPause: 'left' },
      on: { 'key.enter': 'reading' },
    },
    left: { type: 'final' },
  },
});
