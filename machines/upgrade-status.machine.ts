import { assign, sendParent, setup } from 'xstate';
import type { Key } from '../domain/screen.ts';
import type { UpgradeShown } from '../domain/screens/flow-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

/** The release that runs. */
export interface RunningRelease {
  readonly version: string;
  /** The slot it was started from; null when this installation has one only. */
  readonly slot: string | null;
  /** How far an upgrade is; absent: this installation cannot upgrade itself. */
  readonly upgrade?: UpgradeShown;
}

/** What the cashier asks for: look on the server, look on the stick, restart later. */
export type UpgradeWish = 'server' | 'folder' | 'later';
const WISHES: Readonly<Partial<Record<Key, UpgradeWish>>> = { '1': 'server', '2': 'folder', '3': 'later' };

/** What runs here, how far an upgrade is, and the keys that start one or put its restart off. */
export const upgradeStatusMachine = setup({
  types: { context: {} as { readonly release: RunningRelease }, events: {} as FlowEvent },
  actors: { readRelease: port<RunningRelease, void>('readRelease') },
  guards: {
    isWish: ({ context }, { key }: { key: Key }) => context.release.upgrade !== undefined && WISHES[key] !== undefined,
  },
  actions: {
    remember: assign((_, { release }: { release: RunningRelease }) => ({ release })),
    show: sendParent(({ context: { release } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'upgrade', ...release },
    })),
    /** Passes the wish on; what comes of it is read again. */
    wish: (_, _wish: { wish: UpgradeWish | null }) => undefined,
  },
  delays: { lookingPause: 60_000, readingPause: 500 },
}).createMachine({
  id: 'upgradeStatus',
  context: { release: { version: '', slot: null } },
  initial: 'looking',
  on: { 'key.cancel': '.left', 'key.enter': '.left' },
  states: {
    looking: {
      initial: 'reading',
      after: { lookingPause: 'left' },
      on: {
        'key.amount': {
          guard: { type: 'isWish', params: ({ event }) => ({ key: event.key }) },
          target: '.reading',
          actions: { type: 'wish', params: ({ event }) => ({ wish: WISHES[event.key] ?? null }) },
        },
      },
      states: {
        reading: {
          invoke: {
            src: 'readRelease',
            onDone: {
              target: 'shown',
              actions: { type: 'remember', params: ({ event }) => ({ release: event.output }) },
            },
            onError: '#upgradeStatus.left',
          },
        },
        shown: { entry: 'show', after: { readingPause: 'reading' } },
      },
    },
    left: { type: 'final' },
  },
});
