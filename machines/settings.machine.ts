import { assign, sendParent, setup } from 'xstate';
import type { Key } from '../domain/screen.ts';
import { SETTINGS_ITEMS, type FlowView, type SettingsItem } from '../domain/screens/flow-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

/** What a person may set on the terminal itself. */
export interface HandSettings {
  readonly managerCodeSet: boolean;
  /** Every step is spoken. */
  readonly guided: boolean;
}

/** A secret whose own flow comes next; null: the cashier left the settings. */
export type SettingsOutput = { readonly chosen: Extract<SettingsItem, 'managerCode'> | null };

interface SettingsContext extends HandSettings {
  readonly selected: number;
  readonly failed: boolean;
  readonly chosen: SettingsOutput['chosen'];
}

const itemOf = (key: Key): SettingsItem | undefined => SETTINGS_ITEMS[Number(key) - 1];

function settingsView({ selected, managerCodeSet, guided, failed }: SettingsContext): FlowView {
  return { name: 'settings', selected, managerCodeSet, guided, failed };
}

/** Switches and secrets of this terminal: the digit or enter changes the row, a secret has a flow of its own. */
export const settingsMachine = setup({
  types: { context: {} as SettingsContext, events: {} as FlowEvent, output: {} as SettingsOutput },
  actors: {
    readSettings: port<HandSettings, void>('readSettings'),
    storeGuided: port<void, { guided: boolean }>('storeGuided'),
  },
  guards: {
    isDigitOf: (_, { key, item }: { key: Key; item: SettingsItem }) => itemOf(key) === item,
    isSelected: ({ context }, { item }: { item: SettingsItem }) => SETTINGS_ITEMS[context.selected] === item,
  },
  actions: {
    remember: assign((_, { settings }: { settings: HandSettings }) => settings),
    move: assign({
      selected: ({ context }, { by }: { by: number }) =>
        (context.selected + by + SETTINGS_ITEMS.length) % SETTINGS_ITEMS.length,
    }),
    select: assign({ selected: (_, { item }: { item: SettingsItem }) => SETTINGS_ITEMS.indexOf(item) }),
    turn: assign({ guided: ({ context }) => !context.guided, failed: false }),
    noteFailure: assign({ failed: true }),
    choose: assign({ chosen: 'managerCode' }),
    show: sendParent(({ context }): FlowReport => ({ type: 'view.changed', view: settingsView(context) })),
    reportGuided: sendParent(({ context }): FlowReport => ({ type: 'guidance.set', guided: context.guided })),
  },
  delays: { settingsPause: 120_000 },
}).createMachine({
  id: 'settings',
  context: { selected: 0, managerCodeSet: false, guided: false, failed: false, chosen: null },
  initial: 'reading',
  on: { 'key.cancel': '.left' },
  states: {
    reading: {
      invoke: {
        src: 'readSettings',
        onDone: {
          target: 'choosing',
          actions: { type: 'remember', params: ({ event }) => ({ settings: event.output }) },
        },
        onError: 'left',
      },
    },
    choosing: {
      entry: 'show',
      after: { settingsPause: 'left' },
      on: {
        'key.down': { actions: [{ type: 'move', params: { by: 1 } }, 'show'] },
        'key.up': { actions: [{ type: 'move', params: { by: -1 } }, 'show'] },
        'key.enter': [
          { guard: { type: 'isSelected', params: { item: 'managerCode' } }, target: 'left', actions: 'choose' },
          { target: 'storing' },
        ],
        'key.amount': [
          {
            guard: { type: 'isDigitOf', params: ({ event }) => ({ key: event.key, item: 'managerCode' }) },
            target: 'left',
            actions: 'choose',
          },
          {
            guard: { type: 'isDigitOf', params: ({ event }) => ({ key: event.key, item: 'guidance' }) },
            target: 'storing',
            actions: { type: 'select', params: { item: 'guidance' } },
          },
        ],
      },
    },
    storing: {
      invoke: {
        src: 'storeGuided',
        input: ({ context }) => ({ guided: !context.guided }),
        onDone: { target: 'choosing', actions: ['turn', 'reportGuided'] },
        onError: { target: 'choosing', actions: 'noteFailure' },
      },
    },
    left: { type: 'final' },
  },
  output: ({ context }) => ({ chosen: context.chosen }),
});
