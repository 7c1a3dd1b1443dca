import { assign, sendParent, setup } from 'xstate';
import type { Key } from '../domain/screen.ts';
import type { ScreenView } from '../domain/screens/screen-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';

/** The menu's items in the order of their digits; each is a flow of its own. */
export const MENU_ITEMS = [
  'journal',
  'summary',
  'domainCheck',
  'staff',
  'shift',
  'upgrade',
  'selfTest',
  'unbind',
  'refundPin',
  'settings',
] as const;

/** A row of the menu, each a flow of its own. */
export type MenuItem = (typeof MENU_ITEMS)[number];
/** The digit of each item (headless interface). */
export const MENU_DIGITS: Readonly<Record<MenuItem, number>> = {
  journal: 1,
  summary: 2,
  domainCheck: 3,
  staff: 4,
  shift: 5,
  upgrade: 6,
  selfTest: 7,
  unbind: 8,
  refundPin: 9,
  settings: 0,
};

/** The row that was chosen; null: the cashier left the menu. */
export type MenuOutput = { readonly chosen: MenuItem | null };

interface MenuContext {
  readonly selected: number;
  readonly chosen: MenuItem | null;
}

const viewOf = (context: MenuContext): ScreenView => ({
  name: 'menu',
  selected: context.selected,
  items: MENU_ITEMS.map((item) => ({ item, digit: MENU_DIGITS[item] })),
});

/** The menu: one item a line with its digit; the digit chooses, as do up, down and enter. */
export const menuMachine = setup({
  types: { context: {} as MenuContext, events: {} as FlowEvent, output: {} as MenuOutput },
  guards: {
    isItemDigit: (_, { key }: { key: Key }) => MENU_ITEMS.some((item) => String(MENU_DIGITS[item]) === key),
  },
  actions: {
    show: sendParent(({ context }): FlowReport => ({ type: 'view.changed', view: viewOf(context) })),
    move: assign({
      selected: ({ context }, { by }: { by: number }) =>
        (context.selected + by + MENU_ITEMS.length) % MENU_ITEMS.length,
    }),
    chooseDigit: assign({
      chosen: (_, { key }: { key: Key }) => MENU_ITEMS.find((item) => String(MENU_DIGITS[item]) === key) ?? null,
    }),
    chooseSelected: assign({ chosen: ({ context }) => MENU_ITEMS[context.selected] ?? null }),
  },
  delays: { menuPause: 120_000 },
}).createMachine({
  id: 'menu',
  context: { selected: 0, chosen: null },
  initial: 'choosing',
  states: {
    choosing: {
      entry: 'show',
      after: { menuPause: 'left' },
      on: {
        'key.cancel': 'left',
        'key.down': { actions: [{ type: 'move', params: { by: 1 } }, 'show'] },
        'key.up': { actions: [{ type: 'move', params: { by: -1 } }, 'show'] },
        'key.enter': { target: 'left', actions: 'chooseSelected' },
        'key.amount': {
          guard: { type: 'isItemDigit', params: ({ event }) => ({ key: event.key }) },
          target: 'left',
          actions: { type: 'chooseDigit', params: ({ event }) => ({ key: event.key }) },
        },
      },
    },
    left: { type: 'final' },
  },
  output: ({ context }) => ({ chosen: context.chosen }),
});
