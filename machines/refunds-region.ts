import {
  owedRefundAnnouncements,
  owedRefundSlipJobs,
  refundAnnouncements,
  refundSlipJobs,
  unknownRefundAnnouncements,
  unknownRefundSlipJobs,
  withOwedOfCrashedRefunds,
} from './refund-tellings.ts';
import type { RefundReport } from './refund-order.ts';
import { terminalSetup } from './terminal-setup.ts';
import { voiceIn } from './terminal-voice.ts';
const causeOf = ({ event }: { readonly event: { readonly error: unknown } }) => ({ cause: event.error });
const ofRefund = ({ event }: { event: RefundReport }) => ({ slot: event.slot, order: event.order });

/**
 * Refunds are temporary children in reused slots, like payments: never restarted, always taken up from the journal, and one that crashes
 * again and again escalates. And what the cashier asks of an order is answered here.
 */
export const refundsRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {},
    awaitingRecovery: { after: { restartDelay: 'rereading' } },
    rereading: {
      invoke: {
        src: 'readOwed',
        onDone: {
          target: 'recovering',
          actions: [
            'countReread',
            {
              type: 'announce',
              params: ({ context, event }) => ({
                announcements: owedRefundAnnouncements(withOwedOfCrashedRefunds(context, event.output.tellings)),
              }),
            },
            {
              type: 'print',
              params: ({ context, event }) => ({
                jobs: owedRefundSlipJobs(withOwedOfCrashedRefunds(context, event.output.tellings)),
              }),
            },
            { type: 'showCrashedRefund', params: ({ event }) => ({ owed: event.output.tellings }) },
          ],
        },
        onError: { actions: { type: 'escalate', params: causeOf } },
      },
    },
    recovering: {
      invoke: {
        src: 'readOpenRefunds',
        onDone: [
          { guard: 'hasNamelessRefund', target: 'awaitingRecovery' },
          {
            target: 'running',
            actions: [
              { type: 'resumeRefunds', params: ({ event }) => ({ refunds: event.output }) },
              'countOpen',
              'shareStatus',
            ],
          },
        ],
        onError: { actions: { type: 'escalate', params: causeOf } },
      },
    },
  },
  on: {
    'refund.requested': { actions: { type: 'startRefund', params: ({ event }) => ({ ask: event.ask }) } },
    'refund.left': { actions: 'unfollowRefund' },
    'xstate.error.actor.refund.*': [
      {
        guard: 'isWithinLimit',
        target: '.awaitingRecovery',
        actions: [
          'rememberCrash',
          'forgetCrashLater',
          { type: 'logCrash', params: ({ event }) => ({ where: event.type, error: event.error }) },
          'freeCrashedRefund',
        ],
      },
      { actions: { type: 'escalate', params: causeOf } },
    ],
    'refund.progress': [
      {
        guard: { type: 'isRefundUntold', params: ({ event }) => ({ report: event }) },
        actions: [
          { type: 'nameRefund', params: ({ event }) => ({ report: event }) },
          'countOpen',
          'shareStatus',
          {
            type: 'announce',
            params: ({ context, event }) => ({ announcements: unknownRefundAnnouncements(context, event) }),
          },
          { type: 'rememberSlips', params: ({ context, event }) => ({ jobs: unknownRefundSlipJobs(context, event) }) },
          { type: 'print', params: ({ context, event }) => ({ jobs: unknownRefundSlipJobs(context, event) }) },
          { type: 'passFollowedRefund', params: ofRefund },
        ],
      },
      {
        actions: [
          { type: 'nameRefund', params: ({ event }) => ({ report: event }) },
          'countOpen',
          'shareStatus',
          { type: 'passFollowedRefund', params: ofRefund },
        ],
      },
    ],
    'refund.accepted': {
      actions: [
        { type: 'announce', params: ({ context, event }) => ({ announcements: refundAnnouncements(context, event) }) },
        { type: 'rememberSlips', params: ({ context, event }) => ({ jobs: refundSlipJobs(context, event) }) },
        { type: 'print', params: ({ context, event }) => ({ jobs: refundSlipJobs(context, event) }) },
        { type: 'passFollowedRefund', params: ofRefund },
      ],
    },
    'refund.settled': {
      actions: [
        { type: 'announce', params: ({ context, event }) => ({ announcements: refundAnnouncements(context, event) }) },
        { type: 'rememberSlips', params: ({ context, event }) => ({ jobs: refundSlipJobs(context, event) }) },
        { type: 'print', params: ({ context, event }) => ({ jobs: refundSlipJobs(context, event) }) },
        { type: 'passFollowedRefund', params: ofRefund },
      ],
    },
    'refund.notStarted': { actions: { type: 'passFollowedRefund', params: ofRefund } },
    'xstate.done.actor.refund.*': { actions: ['freeEndedRefund', 'countOpen', 'shareStatus'] },
    'order.reconcile': { actions: { type: 'reconcileOrder', params: ({ event }) => ({ order: event.order }) } },
    'order.found': {
      actions: [
        'countPrompt',
        {
          type: 'prompt',
          params: ({ context, event }) => ({
            sentence: voiceIn(context).orderState(event.found),
            order: event.found.order,
          }),
        },
      ],
    },
    'order.missing': {
      actions: [
        'countPrompt',
        { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).orderNotFound() }) },
      ],
    },
  },
});
