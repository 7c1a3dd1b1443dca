import { assign, sendParent, setup } from 'xstate';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

/** The release that runs. */
export interface RunningRelease {
  readonly version: string;
  /** The slot it was started from; null when this installation has one only. */
  readonly slot: string | null;
}

/** What runs here, and that nothing is set up to bring anything newer. */
export const upgradeStatusMachine = setup({
  types: { context: {} as RunningRelease, events: {} as FlowEvent },
  actors: { readRelease: port<RunningRelease, void>('readRelease') },
  actions: {
    remember: assign((_, { release }: { release: RunningRelease }) => release),
    show: sendParent(({ context: { version, slot } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'upgrade', version, slot },
    })),
  },
  delays: { lookingPause: 60_000 },
}).createMachine({
  id: 'upgradeStatus',
  context: { version: '', slot: null },
  initial: 'reading',
  on: { 'key.cancel': '.left', 'key.enter': '.left' },
  states: {
    reading: {
      invoke: {
        src: 'readRelease',
        onDone: { target: 'shown', actions: { type: 'remember', params: ({ event }) => ({ release: event.output }) } },
        onError: 'left',
      },
    },
    shown: { entry: 'show', after: { lookingPause: 'left' } },
    left: { type: 'final' },
  },
});
