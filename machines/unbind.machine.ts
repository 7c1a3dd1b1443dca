import { assign, sendParent, setup } from 'xstate';
import type { UnbindTrouble } from '../domain/screens/flow-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

/** What binds the terminal now, and what would be left behind. */
export interface Binding {
  readonly configured: boolean;
  readonly shopName: string;
  /** Payments and refunds that are not at their end. */
  readonly open: number;
}

/** What came of the unbinding, at the gateway (§7.3) and on the terminal. */
export type UnbindAnswer =
  | { readonly kind: 'unbound' }
  | { readonly kind: 'refused'; readonly trouble: UnbindTrouble; readonly description: string };

interface UnbindContext extends Binding {
  readonly trouble: UnbindTrouble | null;
  readonly description: string;
}

type Stage = 'reading' | 'asking' | 'unbinding' | 'unbound' | 'refused';

/** Leaves the shop, after one more question and only when no payment or refund is open. */
export const unbindMachine = setup({
  types: { context: {} as UnbindContext, events: {} as FlowEvent },
  actors: {
    readBinding: port<Binding, void>('readBinding'),
    unbind: port<UnbindAnswer, void>('unbind'),
  },
  guards: {
    isUnconfigured: (_, { binding }: { binding: Binding }) => !binding.configured,
    hasOpenItems: (_, { binding }: { binding: Binding }) => binding.open > 0,
    isUnbound: (_, { answer }: { answer: UnbindAnswer }) => answer.kind === 'unbound',
  },
  actions: {
    rememberBinding: assign((_, { binding }: { binding: Binding }) => binding),
    rememberTrouble: assign((_, { trouble }: { trouble: UnbindTrouble }) => ({ trouble, description: '' })),
    rememberRefusal: assign((_, { answer }: { answer: UnbindAnswer }) =>
      answer.kind === 'refused' ? { trouble: answer.trouble, description: answer.description } : {},
    ),
    report: sendParent({ type: 'terminal.unbound' } satisfies FlowReport),
    show: sendParent(({ context }, { stage }: { stage: Stage }): FlowReport => ({
      type: 'view.changed',
      view: {
        name: 'unbind',
        stage,
        trouble: context.trouble,
        description: context.description,
        shopName: context.shopName,
        open: context.open,
      },
    })),
  },
  delays: { askingPause: 60_000, resultPause: 30_000 },
}).createMachine({
  id: 'unbind',
  context: { configured: false, shopName: '', open: 0, trouble: null, description: '' },
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'show', params: { stage: 'reading' } },
      invoke: {
        src: 'readBinding',
        onDone: [
          {
            guard: { type: 'isUnconfigured', params: ({ event }) => ({ binding: event.output }) },
            target: 'refused',
            actions: { type: 'rememberTrouble', params: { trouble: 'unconfigured' } },
          },
          {
            guard: { type: 'hasOpenItems', params: ({ event }) => ({ binding: event.output }) },
            target: 'refused',
            actions: [
              { type: 'rememberBinding', params: ({ event }) => ({ binding: event.output }) },
              { type: 'rememberTrouble', params: { trouble: 'open-items' } },
            ],
          },
          {
            target: 'asking',
            actions: { type: 'rememberBinding', params: ({ event }) => ({ binding: event.output }) },
          },
        ],
        onError: { target: 'refused', actions: { type: 'rememberTrouble', params: { trouble: 'storage' } } },
      },
      on: { 'key.cancel': 'left' },
    },
    asking: {
      entry: { type: 'show', params: { stage: 'asking' } },
      after: { askingPause: 'left' },
      on: { 'key.enter': 'unbinding', 'key.cancel': 'left' },
    },
    // Not cancelled: a request that is on its way may already have unbound the terminal.
    unbinding: {
      entry: { type: 'show', params: { stage: 'unbinding' } },
      invoke: {
        src: 'unbind',
        onDone: [
          {
            guard: { type: 'isUnbound', params: ({ event }) => ({ answer: event.output }) },
            target: 'unbound',
            actions: 'report',
          },
          {
            target: 'refused',
            actions: { type: 'rememberRefusal', params: ({ event }) => ({ answer: event.output }) },
          },
        ],
        onError: { target: 'refused', actions: { type: 'rememberTrouble', params: { trouble: 'storage' } } },
      },
    },
    unbound: {
      entry: { type: 'show', params: { stage: 'unbound' } },
      after: { resultPause: 'left' },
      on: { 'key.enter': 'left', 'key.cancel': 'left' },
    },
    refused: {
      entry: { type: 'show', params: { stage: 'refused' } },
      after: { resultPause: 'left' },
      on: { 'key.enter': 'left', 'key.cancel': 'left' },
    },
    left: { type: 'final' },
  },
});
