import { assign, sendParent, setup } from 'xstate';
import type { RefundAuthority } from '../domain/refund-authority.ts';
import type { Key } from '../domain/screen.ts';
import type { PinNote, PinQuestion } from '../domain/screens/refund-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';
import { pinNoteOf, type PinVerdict } from './refund-flow-setup.ts';

/** What the setting of a secret begins with. */
export interface RefundPinInput {
  /** Which secret is set. */
  readonly of: RefundAuthority;
}

/** What is set on this terminal. */
export interface PinsSet {
  readonly isSet: boolean;
  /** The secret that must be known before this one is changed; null: none is set at all. */
  readonly asks: RefundAuthority | null;
}

interface RefundPinContext extends PinsSet {
  readonly of: RefundAuthority;
  readonly question: PinQuestion;
  /** How many digits are typed; the digits themselves stay outside the charts. */
  readonly digits: number;
  readonly note: PinNote;
}

/** What came of storing the new PIN. */
export type PinStored =
  | { readonly kind: 'stored' }
  | { readonly kind: 'differs' }
  /** It is the other secret already. */
  | { readonly kind: 'taken' };

const DIGITS_MIN = 4;
const DIGITS_MAX = 8;
const keyOf = ({ event }: { event: { key: Key } }): { key: Key } => ({ key: event.key });
const crashed = ({ event }: { event: { error: unknown } }): { error: unknown } => ({ error: event.error });

/** Sets the refund PIN or the manager's code: the old one where there is one, the new one twice; an empty new one removes it. */
export const refundPinMachine = setup({
  types: { input: {} as RefundPinInput, context: {} as RefundPinContext, events: {} as FlowEvent },
  actors: {
    readPins: port<PinsSet, { of: RefundAuthority }>('readPins'),
    checkPin: port<PinVerdict, { of: RefundAuthority }>('checkPin'),
    /** Compares the second typing with the first, and stores it when they agree. */
    storePin: port<PinStored, { of: RefundAuthority }>('storePin'),
    removePin: port<void, { of: RefundAuthority }>('removePin'),
  },
  guards: {
    asksOld: (_, { pins }: { pins: PinsSet }) => pins.asks !== null,
    takesCode: ({ context }, { code }: { code: string | undefined }) =>
      askedIn(context) === 'manager' && code !== undefined && /^[\w-]{4,32}$/.test(code),
    isPinRight: (_, { verdict }: { verdict: PinVerdict }) => verdict.kind === 'right',
    isStored: (_, { stored }: { stored: PinStored }) => stored.kind === 'stored',
    hasEnoughDigits: ({ context }) => context.digits >= DIGITS_MIN,
    hasRoomForDigit: ({ context }, { key }: { key: Key }) => /^\d$/.test(key) && context.digits < DIGITS_MAX,
    hasDigit: ({ context }) => context.digits > 0,
    removes: ({ context }) => context.isSet && context.question === 'new' && context.digits === 0,
    asks: ({ context }, { question }: { question: PinQuestion }) => context.question === question,
  },
  actions: {
    /** The digit itself goes to the pad outside the charts. */
    typePinDigit: (_, _params: { key: Key }) => notProvided('typePinDigit'),
    erasePinDigit: () => notProvided('erasePinDigit'),
    forgetPin: () => notProvided('forgetPin'),
    /** A badge's text goes to the pad as well. */
    scanPin: (_, _params: { code: string }) => notProvided('scanPin'),
    /** The pad keeps the first typing of the new PIN for the comparison. */
    keepPin: () => notProvided('keepPin'),
    countDigit: assign({ digits: ({ context }) => context.digits + 1, note: { kind: 'none' } }),
    uncountDigit: assign({ digits: ({ context }) => context.digits - 1 }),
    ask: assign({ question: (_, { question }: { question: PinQuestion }) => question, digits: 0 }),
    rememberSet: assign({ isSet: (_, { isSet }: { isSet: boolean }) => isSet }),
    rememberPins: assign((_, { pins }: { pins: PinsSet }) => pins),
    note: assign({ note: (_, { note }: { note: PinNote }) => note, digits: 0 }),
    show: sendParent(({ context }): FlowReport => ({
      type: 'view.changed',
      view: {
        name: 'refund-pin',
        question: context.question,
        of: askedIn(context),
        digits: context.digits,
        note: context.note,
      },
    })),
    showSet: sendParent(({ context: { isSet, of } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'refund-pin-set', of, isSet },
    })),
    reportCrash: sendParent((_, { error }: { error: unknown }) => ({
      type: 'crash.reported' as const,
      where: 'refundPin',
      error,
    })),
  },
  delays: { typingPause: 120_000, resultPause: 15_000 },
}).createMachine({
  id: 'refundPin',
  context: ({ input }) => ({
    of: input.of,
    isSet: false,
    asks: null,
    question: 'new',
    digits: 0,
    note: { kind: 'none' },
  }),
  initial: 'reading',
  on: { 'key.cancel': '.left' },
  states: {
    reading: {
      // A flow that crashed may have left digits on the pad.
      entry: 'forgetPin',
      invoke: {
        src: 'readPins',
        input: ({ context }) => ({ of: context.of }),
        onDone: [
          {
            guard: { type: 'asksOld', params: ({ event }) => ({ pins: event.output }) },
            target: 'typing',
            actions: [
              { type: 'rememberPins', params: ({ event }) => ({ pins: event.output }) },
              { type: 'ask', params: { question: 'old' } },
            ],
          },
          { target: 'typing' },
        ],
        onError: { target: 'left', actions: { type: 'reportCrash', params: crashed } },
      },
    },
    typing: {
      entry: 'show',
      after: { typingPause: 'left' },
      on: {
        'key.amount': {
          guard: { type: 'hasRoomForDigit', params: keyOf },
          actions: [{ type: 'typePinDigit', params: keyOf }, 'countDigit', 'show'],
        },
        'key.backspace': { guard: 'hasDigit', actions: ['erasePinDigit', 'uncountDigit', 'show'] },
        'key.enter': [
          { guard: 'removes', target: 'removing' },
          { guard: 'hasEnoughDigits', target: 'judging' },
          { actions: ['forgetPin', { type: 'note', params: { note: { kind: 'too-short' } } }, 'show'] },
        ],
        'scan.rejected': {
          guard: { type: 'takesCode', params: ({ event }) => ({ code: event.plain }) },
          target: 'judging',
          actions: { type: 'scanPin', params: ({ event }) => ({ code: event.plain ?? '' }) },
        },
      },
    },
    judging: {
      always: [
        { guard: { type: 'asks', params: { question: 'old' } }, target: 'checking' },
        {
          guard: { type: 'asks', params: { question: 'new' } },
          target: 'typing',
          actions: ['keepPin', { type: 'ask', params: { question: 'again' } }],
        },
        { target: 'storing' },
      ],
    },
    checking: {
      invoke: {
        src: 'checkPin',
        input: ({ context }) => ({ of: askedIn(context) }),
        onDone: [
          {
            guard: { type: 'isPinRight', params: ({ event }) => ({ verdict: event.output }) },
            target: 'typing',
            actions: [
              { type: 'note', params: { note: { kind: 'none' } } },
              { type: 'ask', params: { question: 'new' } },
            ],
          },
          { target: 'typing', actions: { type: 'note', params: ({ event }) => ({ note: pinNoteOf(event.output) }) } },
        ],
        onError: {
          target: 'typing',
          actions: [
            { type: 'note', params: { note: { kind: 'failed' } } },
            { type: 'reportCrash', params: crashed },
          ],
        },
      },
    },
    storing: {
      invoke: {
        src: 'storePin',
        input: ({ context }) => ({ of: context.of }),
        onDone: [
          {
            guard: { type: 'isStored', params: ({ event }) => ({ stored: event.output }) },
            target: 'changed',
            actions: { type: 'rememberSet', params: { isSet: true } },
          },
          {
            target: 'typing',
            actions: [
              { type: 'note', params: ({ event }) => ({ note: noteOfStored(event.output) }) },
              { type: 'ask', params: { question: 'new' } },
            ],
          },
        ],
        onError: {
          target: 'typing',
          actions: [
            { type: 'note', params: { note: { kind: 'failed' } } },
            { type: 'ask', params: { question: 'new' } },
            { type: 'reportCrash', params: crashed },
          ],
        },
      },
    },
    removing: {
      invoke: {
        src: 'removePin',
        input: ({ context }) => ({ of: context.of }),
        onDone: { target: 'changed', actions: { type: 'rememberSet', params: { isSet: false } } },
        onError: {
          target: 'typing',
          actions: [
            { type: 'note', params: { note: { kind: 'failed' } } },
            { type: 'reportCrash', params: crashed },
          ],
        },
      },
    },
    changed: { entry: 'showSet', after: { resultPause: 'left' }, on: { 'key.enter': 'left' } },
    left: { type: 'final', entry: 'forgetPin' },
  },
});

/** The secret that the question on the screen is about. */
function askedIn({ question, asks, of }: RefundPinContext): RefundAuthority {
  return question === 'old' ? (asks ?? of) : of;
}

function noteOfStored(stored: PinStored): PinNote {
  return { kind: stored.kind === 'taken' ? 'taken' : 'differs' };
}

function notProvided(action: string): never {
  throw new Error(`action "${action}" was not provided`);
}
