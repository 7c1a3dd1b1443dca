import { assign, sendParent, setup } from 'xstate';
import type { ScreenView } from '../domain/screens/screen-view.ts';
import type { SupportFacts, SupportSubject } from '../domain/support-facts.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

interface SupportContext {
  readonly about: SupportSubject;
  readonly facts: SupportFacts | null;
}

function factsIn({ facts }: SupportContext): SupportFacts {
  if (facts === null) throw new Error('no facts were read yet');
  return facts;
}

/** Which payment or refund a screen is about, for the support code that follows it. */
export function subjectOf(view: ScreenView): SupportSubject {
  switch (view.name) {
    case 'failed':
    case 'unknown':
      return { order: view.order === '' ? null : view.order, refund: null };
    case 'refund-failed':
    case 'refund-unknown':
      return { order: view.order, refund: view.refund === '' ? null : view.refund };
    default:
      return { order: null, refund: null };
  }
}

/** After a failure: what the service provider needs to know, for a phone to scan or on paper. */
export const supportMachine = setup({
  types: { input: {} as { about: SupportSubject }, context: {} as SupportContext, events: {} as FlowEvent },
  actors: { readSupport: port<SupportFacts, { about: SupportSubject }>('readSupport') },
  actions: {
    remember: assign({ facts: (_, { facts }: { facts: SupportFacts }) => facts }),
    show: sendParent(({ context }, { printed }: { printed: boolean }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'support', facts: factsIn(context), printed },
    })),
    requestSlip: sendParent(({ context }): FlowReport => {
      const report = { kind: 'support' as const, facts: factsIn(context) };
      return { type: 'slip.requested', slip: { of: 'support', order: null, refund: null, report } };
    }),
  },
  delays: { scanningPause: 120_000 },
}).createMachine({
  id: 'support',
  context: ({ input }) => ({ about: input.about, facts: null }),
  initial: 'reading',
  on: { 'key.cancel': '.left' },
  states: {
    reading: {
      invoke: {
        src: 'readSupport',
        input: ({ context }) => ({ about: context.about }),
        onDone: { target: 'shown', actions: { type: 'remember', params: ({ event }) => ({ facts: event.output }) } },
        onError: 'left',
      },
    },
    shown: {
      entry: { type: 'show', params: { printed: false } },
      after: { scanningPause: 'left' },
      on: { 'key.enter': 'printed' },
    },
    printed: {
      entry: ['requestSlip', { type: 'show', params: { printed: true } }],
      after: { scanningPause: 'left' },
      on: { 'key.enter': 'left' },
    },
    left: { type: 'final' },
  },
});
