import { keyOf, numberEntryStates } from './number-entry.ts';
import type { LookUp } from './order-lookup.ts';
import { pinNoteOf, refundFlowSetup, wantedIn } from './refund-flow-setup.ts';

const lookedUp = ({ event }: { event: { output: LookUp } }): { lookUp: LookUp } => ({ lookUp: event.output });
const reportOf = <Report>({ event }: { event: Report }): { report: Report } => ({ report: event });

/**
 * A refund at the counter: which order, how much, the PIN where one is set, then the refund itself, which is a child of the terminal.
 * Leaving never ends it.
 */
export const refundFlowMachine = refundFlowSetup.createMachine({
  id: 'refundFlow',
  context: ({ input }) => ({
    wanted: input.wanted,
    typed: '',
    note: 'none',
    found: null,
    amountTyped: '',
    pinDigits: 0,
    pinNote: { kind: 'none' },
    pinOf: 'pin',
    authorisedBy: null,
  }),
  initial: 'starting',
  on: { 'key.cancel': '.left' },
  states: {
    starting: { always: [{ guard: 'isWanted', target: 'lookingUp' }, { target: 'entering' }] },
    ...numberEntryStates,
    lookingUp: {
      entry: 'showLookingUp',
      invoke: {
        src: 'lookUp',
        input: ({ context }) => ({ wanted: wantedIn(context), forRefund: true }),
        onDone: [
          {
            guard: { type: 'isUsedUp', params: lookedUp },
            target: 'ended',
            actions: { type: 'showNoRefund', params: lookedUp },
          },
          {
            guard: { type: 'isUnverified', params: lookedUp },
            target: 'confirming',
            actions: { type: 'rememberFound', params: lookedUp },
          },
          {
            guard: { type: 'isRefundable', params: lookedUp },
            target: 'amount',
            actions: { type: 'rememberFound', params: lookedUp },
          },
          {
            guard: { type: 'isNotFound', params: lookedUp },
            target: 'ended',
            actions: [{ type: 'showNotFound', params: lookedUp }, 'sayNotFound'],
          },
          {
            guard: { type: 'isForeignRefund', params: lookedUp },
            target: 'entering',
            actions: ['startOver', { type: 'note', params: { note: 'foreign-refund' } }],
          },
          { target: 'ended', actions: { type: 'showNoRefund', params: lookedUp } },
        ],
        onError: {
          target: 'ended',
          actions: ['showUnreachable', { type: 'reportCrash', params: ({ event }) => ({ error: event.error }) }],
        },
      },
    },
    confirming: {
      entry: 'showConfirm',
      after: { entryPause: 'left' },
      on: { 'key.enter': 'amount' },
    },
    amount: {
      entry: 'showAmount',
      after: { entryPause: 'left' },
      on: {
        'key.amount': { actions: [{ type: 'typeAmount', params: keyOf }, 'showAmount'] },
        'key.backspace': { actions: ['eraseAmount', 'showAmount'] },
        'key.enter': 'judging',
      },
    },
    judging: {
      always: [
        {
          guard: { type: 'isAmount', params: { verdict: 'zero' } },
          target: 'refused',
          actions: { type: 'showRefused', params: { reason: 'amount-zero' } },
        },
        {
          guard: { type: 'isAmount', params: { verdict: 'over-refundable' } },
          target: 'refused',
          actions: { type: 'showRefused', params: { reason: 'over-refundable' } },
        },
        { guard: 'needsPin', target: 'pin' },
        { target: 'sending' },
      ],
    },
    refused: {
      after: { resultPause: 'left' },
      on: {
        'key.enter': 'amount',
        'key.backspace': 'amount',
        'key.amount': { target: 'amount', actions: { type: 'startAmount', params: keyOf } },
      },
    },
    pin: {
      initial: 'typing',
      // A flow that crashed may have left digits on the pad.
      entry: ['forgetPin', 'askFirst'],
      exit: ['forgetPin', 'clearPinDigits'],
      states: {
        typing: {
          entry: 'showPin',
          after: { entryPause: '#refundFlow.left' },
          on: {
            'key.amount': {
              guard: { type: 'hasRoomForDigit', params: keyOf },
              actions: [{ type: 'typePinDigit', params: keyOf }, 'countPinDigit', 'showPin'],
            },
            'key.backspace': { guard: 'hasDigit', actions: ['erasePinDigit', 'uncountPinDigit', 'showPin'] },
            'key.enter': [
              { guard: 'hasEnoughDigits', target: 'checking' },
              { actions: [{ type: 'notePin', params: { note: { kind: 'too-short' } } }, 'showPin'] },
            ],
            'key.menu': {
              guard: 'hasBothAuthorities',
              target: 'typing',
              reenter: true,
              actions: ['forgetPin', 'clearPinDigits', 'askOther'],
            },
            // The manager's badge: whatever was typed before.
            'scan.rejected': {
              guard: { type: 'takesCode', params: ({ event }) => ({ code: event.plain }) },
              target: 'checking',
              actions: ['askManager', { type: 'scanPin', params: ({ event }) => ({ code: event.plain ?? '' }) }],
            },
          },
        },
        checking: {
          entry: [{ type: 'notePin', params: { note: { kind: 'checking' } } }, 'showPin'],
          invoke: {
            src: 'checkPin',
            input: ({ context }) => ({ of: context.pinOf }),
            onDone: [
              {
                guard: { type: 'isPinRight', params: ({ event }) => ({ verdict: event.output }) },
                target: '#refundFlow.sending',
                actions: 'authorise',
              },
              {
                target: 'typing',
                actions: [
                  'clearPinDigits',
                  { type: 'notePin', params: ({ event }) => ({ note: pinNoteOf(event.output) }) },
                ],
              },
            ],
            onError: {
              target: 'typing',
              actions: [
                'clearPinDigits',
                { type: 'notePin', params: { note: { kind: 'failed' } } },
                { type: 'reportCrash', params: ({ event }) => ({ error: event.error }) },
              ],
            },
          },
        },
      },
    },
    sending: {
      entry: ['showRefunding', 'requestRefund'],
      // A refund that crashed is taken up again from the journal, and reports to nobody here.
      after: { sendingPause: 'left' },
      on: {
        'refund.progress': [
          {
            guard: { type: 'isUnresolved', params: reportOf },
            target: 'followed',
            actions: { type: 'showProgress', params: reportOf },
          },
          { actions: { type: 'showProgress', params: reportOf } },
        ],
        'refund.accepted': { target: 'followed', actions: { type: 'showAccepted', params: reportOf } },
        'refund.settled': [
          {
            guard: { type: 'isRefunded', params: reportOf },
            target: 'ended',
            actions: { type: 'showAccepted', params: reportOf },
          },
          { target: 'ended', actions: { type: 'showFailed', params: reportOf } },
        ],
        'refund.notStarted': { target: 'ended', actions: { type: 'showNotStarted', params: reportOf } },
      },
    },
    /** Accepted or unknown: the screen goes on with the refund as long as the cashier looks at it. */
    followed: {
      after: { resultPause: 'left' },
      on: {
        'key.enter': 'left',
        'refund.accepted': { target: 'followed', reenter: true, actions: { type: 'showAccepted', params: reportOf } },
        'refund.settled': [
          {
            guard: { type: 'isRefunded', params: reportOf },
            target: 'ended',
            actions: { type: 'showAccepted', params: reportOf },
          },
          { target: 'ended', actions: { type: 'showFailed', params: reportOf } },
        ],
      },
    },
    ended: {
      after: { resultPause: 'left' },
      on: { 'key.enter': 'left' },
    },
    left: { type: 'final', entry: 'leaveRefund' },
  },
});
