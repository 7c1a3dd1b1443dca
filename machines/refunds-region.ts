import { voiceFor } from '../domain/voice/voice.ts';
import {
  refundAnnouncements,
  refundSlipJobs,
  unknownRefundAnnouncements,
  unknownRefundSlipJobs,
} from './refund-tellings.ts';
import type { RefundReport } from './refund-order.ts';
import type { TerminalContext } from './terminal-orders.ts';
import { terminalSetup } from './terminal-setup.ts';

const voiceIn = (context: TerminalContext) => voiceFor(context.locale, context.utcOffsetMinutes);
const ofRefund = ({ event }: { event: RefundReport }) => ({ slot: event.slot, order: event.order });

/** Refunds are temporary children in reused slots, like payments; and what the cashier asks of an order is answered here. */
export const refundsRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      on: {
        'refund.requested': { actions: { type: 'startRefund', params: ({ event }) => ({ ask: event.ask }) } },
        'refund.left': { actions: 'unfollowRefund' },
        'xstate.error.actor.refund.*': {
          target: 'recovering',
          actions: [
            'rememberCrash',
            'forgetCrashLater',
            { type: 'logCrash', params: ({ event }) => ({ where: event.type, error: event.error }) },
            'freeEndedRefund',
          ],
        },
      },
    },
    recovering: {
      invoke: {
        src: 'readOpenRefunds',
        onDone: {
          target: 'running',
          actions: { type: 'resumeRefunds', params: ({ event }) => ({ refunds: event.output }) },
        },
        onError: { actions: { type: 'escalate', params: ({ event }) => ({ cause: event.error }) } },
      },
    },
  },
  on: {
    'refund.progress': [
      {
        guard: { type: 'isRefundUntold', params: ({ event }) => ({ report: event }) },
        actions: [
          { type: 'nameRefund', params: ({ event }) => ({ report: event }) },
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
    'xstate.done.actor.refund.*': { actions: 'freeEndedRefund' },
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
