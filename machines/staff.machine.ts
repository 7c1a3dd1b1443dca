import { assign, sendParent, setup } from 'xstate';
import { isDigitKey, type Key } from '../domain/screen.ts';
import type { StaffStage } from '../domain/screens/flow-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

/** `checked` false: kept although the shop's list was out of reach. `unknown-staff`: the list does not hold it. */
export type StaffAnswer =
  | { readonly kind: 'set'; readonly name: string | null; readonly checked: boolean }
  | { readonly kind: 'unknown-staff' };

interface StaffInput {
  /** Who is set now. */
  readonly staffId: string | null;
}

interface StaffContext extends StaffInput {
  readonly typed: string;
  readonly staffName: string | null;
}

const STAFF_ID_MAX = 32;

/** Sets who works at the terminal: typed or scanned, checked against the shop's list where it can be reached (A6). */
export const staffMachine = setup({
  types: { input: {} as StaffInput, context: {} as StaffContext, events: {} as FlowEvent },
  actors: { setStaff: port<StaffAnswer, { staffId: string }>('setStaff') },
  guards: {
    isDigit: (_, { key }: { key: Key }) => isDigitKey(key),
    hasTyped: ({ context }) => context.typed !== '',
    isPlain: (_, { plain }: { plain: string | undefined }) => plain !== undefined && plain.length <= STAFF_ID_MAX,
    isUnknown: (_, { answer }: { answer: StaffAnswer }) => answer.kind === 'unknown-staff',
    isChecked: (_, { answer }: { answer: StaffAnswer }) => answer.kind === 'set' && answer.checked,
  },
  actions: {
    type: assign({
      typed: ({ context }, { key }: { key: Key }) => `${context.typed}${key}`.slice(0, STAFF_ID_MAX),
    }),
    erase: assign({ typed: ({ context }) => context.typed.slice(0, -1) }),
    clear: assign({ typed: '' }),
    takeScan: assign({ typed: (_, { plain }: { plain: string | undefined }) => plain ?? '' }),
    rememberSet: assign(({ context }, { answer }: { answer: StaffAnswer }) =>
      answer.kind === 'set' ? { staffId: context.typed, staffName: answer.name } : {},
    ),
    report: sendParent(({ context }): FlowReport => ({ type: 'staff.set', staffId: context.staffId ?? '' })),
    show: sendParent(({ context }, { stage }: { stage: StaffStage }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'staff', stage, typed: context.typed, staffId: context.staffId, staffName: context.staffName },
    })),
  },
  delays: { typingPause: 120_000, resultPause: 15_000 },
}).createMachine({
  id: 'staff',
  context: ({ input }) => ({ staffId: input.staffId, typed: '', staffName: null }),
  initial: 'typing',
  on: { 'key.cancel': '.left' },
  states: {
    typing: {
      entry: { type: 'show', params: { stage: 'typing' } },
      after: { typingPause: 'left' },
      on: {
        'key.amount': {
          guard: { type: 'isDigit', params: ({ event }) => ({ key: event.key }) },
          target: 'typing',
          reenter: true,
          actions: { type: 'type', params: ({ event }) => ({ key: event.key }) },
        },
        'key.backspace': { target: 'typing', reenter: true, actions: 'erase' },
        'key.enter': [{ guard: 'hasTyped', target: 'checking' }, { target: 'left' }],
        'scan.rejected': {
          guard: { type: 'isPlain', params: ({ event }) => ({ plain: event.plain }) },
          target: 'checking',
          actions: { type: 'takeScan', params: ({ event }) => ({ plain: event.plain }) },
        },
      },
    },
    checking: {
      entry: { type: 'show', params: { stage: 'checking' } },
      invoke: {
        src: 'setStaff',
        input: ({ context }) => ({ staffId: context.typed }),
        onDone: [
          { guard: { type: 'isUnknown', params: ({ event }) => ({ answer: event.output }) }, target: 'refused' },
          {
            guard: { type: 'isChecked', params: ({ event }) => ({ answer: event.output }) },
            target: 'set',
            actions: [
              { type: 'rememberSet', params: ({ event }) => ({ answer: event.output }) },
              'report',
              { type: 'show', params: { stage: 'set' } },
            ],
          },
          {
            target: 'set',
            actions: [
              { type: 'rememberSet', params: ({ event }) => ({ answer: event.output }) },
              'report',
              { type: 'show', params: { stage: 'set-unchecked' } },
            ],
          },
        ],
        onError: 'failed',
      },
    },
    set: { after: { resultPause: 'left' }, on: { 'key.enter': 'left' } },
    refused: {
      entry: { type: 'show', params: { stage: 'unknown-staff' } },
      exit: 'clear',
      after: { resultPause: 'typing' },
      on: {
        'key.enter': 'typing',
        'key.backspace': 'typing',
        'key.amount': {
          guard: { type: 'isDigit', params: ({ event }) => ({ key: event.key }) },
          target: 'typing',
          actions: { type: 'type', params: ({ event }) => ({ key: event.key }) },
        },
        'scan.rejected': {
          guard: { type: 'isPlain', params: ({ event }) => ({ plain: event.plain }) },
          target: 'checking',
          actions: { type: 'takeScan', params: ({ event }) => ({ plain: event.plain }) },
        },
      },
    },
    failed: {
      entry: { type: 'show', params: { stage: 'failed' } },
      after: { resultPause: 'left' },
      on: { 'key.enter': { target: 'typing', actions: 'clear' } },
    },
    left: { type: 'final' },
  },
});
