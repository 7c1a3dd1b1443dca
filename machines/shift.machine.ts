import { assign, sendParent, setup } from 'xstate';
import type { Totals } from '../domain/totals.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

/** What was settled since the last hand-over, or in one closed shift. */
export interface ShiftSums {
  /** Shifts count up from 1. */
  readonly shift: number;
  /** `MM-DD HH:MM` on the shop's wall. */
  readonly since: string;
  readonly totals: Totals;
}

interface ShiftContext {
  readonly sums: ShiftSums | null;
}

type Stage = 'reading' | 'open' | 'closing' | 'closed' | 'failed';

/**
 * A hand-over: the totals of the shift, then one key that closes it durably and prints its slip.
 * A hand-over that was asked for is never cancelled: it is in the journal or it failed.
 */
export const shiftMachine = setup({
  types: { context: {} as ShiftContext, events: {} as FlowEvent },
  actors: {
    sumShift: port<ShiftSums, void>('sumShift'),
    closeShift: port<ShiftSums, void>('closeShift'),
  },
  actions: {
    remember: assign({ sums: (_, { sums }: { sums: ShiftSums }) => sums }),
    show: sendParent(({ context: { sums } }, { stage }: { stage: Stage }): FlowReport => ({
      type: 'view.changed',
      view: {
        name: 'shift',
        stage,
        shift: sums?.shift ?? 0,
        since: sums?.since ?? '',
        totals: sums?.totals ?? null,
      },
    })),
    requestSlip: sendParent(({ context }): FlowReport => {
      const report = { kind: 'shift' as const, shift: context.sums?.shift ?? 0 };
      return { type: 'slip.requested', slip: { of: 'shift', order: null, refund: null, report } };
    }),
  },
  delays: { lookingPause: 120_000 },
}).createMachine({
  id: 'shift',
  context: { sums: null },
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'show', params: { stage: 'reading' } },
      invoke: {
        src: 'sumShift',
        onDone: { target: 'open', actions: { type: 'remember', params: ({ event }) => ({ sums: event.output }) } },
        onError: 'failed',
      },
      on: { 'key.cancel': 'left' },
    },
    open: {
      entry: { type: 'show', params: { stage: 'open' } },
      after: { lookingPause: 'left' },
      on: { 'key.enter': 'closing', 'key.cancel': 'left' },
    },
    closing: {
      entry: { type: 'show', params: { stage: 'closing' } },
      invoke: {
        src: 'closeShift',
        onDone: {
          target: 'closed',
          actions: [{ type: 'remember', params: ({ event }) => ({ sums: event.output }) }, 'requestSlip'],
        },
        onError: 'failed',
      },
    },
    closed: {
      entry: { type: 'show', params: { stage: 'closed' } },
      after: { lookingPause: 'left' },
      on: { 'key.enter': 'left', 'key.cancel': 'left' },
    },
    failed: {
      entry: { type: 'show', params: { stage: 'failed' } },
      after: { lookingPause: 'left' },
      on: { 'key.enter': 'reading', 'key.cancel': 'left' },
    },
    left: { type: 'final' },
  },
});
