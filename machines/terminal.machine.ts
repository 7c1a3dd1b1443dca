import type { PaymentReport } from './payment-order.ts';
import {
  cashierRegion,
  connectivityRegion,
  ordersRegion,
  paperRegion,
  storageRegion,
  tradeRegion,
  voiceRegion,
} from './terminal-regions.ts';
import { fleetRegion } from './fleet-region.ts';
import { refundsRegion } from './refunds-region.ts';
import { deskRegion } from './desk-region.ts';
import { terminalSetup } from './terminal-setup.ts';
import {
  paymentSlipJob,
  unresolvedAnnouncements,
  unresolvedSlipJob,
  unresolvedSlipJobs,
  verdictAnnouncement,
} from './terminal-tellings.ts';
import { voiceIn } from './terminal-voice.ts';

type Progress = Extract<PaymentReport, { type: 'payment.progress' }>;
type Settled = Extract<PaymentReport, { type: 'payment.settled' }>;

const report = <Report extends Progress | Settled>({ event }: { event: Report }): { report: Report } => ({
  report: event,
});

/** Root supervisor: a region each for the cashier's session, the orders, connectivity, the voice, the paper, the storage and the fleet. */
export const terminalMachine = terminalSetup.createMachine({
  id: 'terminal',
  context: ({ input }) => ({
    given: input,
    status: {
      configured: false,
      shopName: '',
      staffId: null,
      connected: true,
      printer: input.printer,
      waitingSlips: 0,
      openOrders: 0,
      openRefunds: 0,
      storage: 'ok',
      trade: 'selling',
    },
    recovered: null,
    slots: {},
    followed: null,
    crashed: [],
    refundSlots: {},
    followedRefund: null,
    crashedRefunds: [],
    crashes: 0,
    prompts: 0,
    reprints: 0,
    lastSlip: null,
  }),
  initial: 'recovering',
  states: {
    recovering: {
      invoke: {
        src: 'recover',
        onDone: {
          target: 'running',
          actions: { type: 'rememberRecovered', params: ({ event }) => ({ recovered: event.output }) },
        },
        // Without its durable facts a terminal must not sell: the process ends and says why.
        onError: { actions: { type: 'escalate', params: ({ event }) => ({ cause: event.error }) } },
      },
    },
    running: {
      type: 'parallel',
      entry: [
        { type: 'announceReady', params: ({ context }) => ({ configured: context.status.configured }) },
        { type: 'resumeOrders', params: ({ context }) => ({ orders: context.recovered?.openOrders ?? [] }) },
        { type: 'resumeRefunds', params: ({ context }) => ({ refunds: context.recovered?.openRefunds ?? [] }) },
        'countOpen',
      ],
      states: {
        cashier: cashierRegion,
        connectivity: connectivityRegion,
        voice: voiceRegion,
        paper: paperRegion,
        storage: storageRegion,
        trade: tradeRegion,
        orders: ordersRegion,
        refunds: refundsRegion,
        desk: deskRegion,
        fleet: fleetRegion,
      },
      on: {
        'key.*': { actions: 'passToCashier' },
        'scan.*': { actions: 'passToCashier' },
        'domainCheck.*': { actions: 'passToCashier' },
        'domainCheck.requested': { actions: 'startDomainCheck' },
        'domain.answered': { actions: 'passToDomains' },
        'domain.failed': { actions: 'passToDomains' },
        'domains.changed': {
          // Another choice is reported too; the cashier cares whether any is good.
          guard: { type: 'connectionTurns', params: ({ event }) => ({ connected: event.anyGood }) },
          actions: [
            { type: 'rememberConnection', params: ({ event }) => ({ connected: event.anyGood }) },
            'shareStatus',
          ],
        },
        // Remembered and shown here too: a spooler that is just being restarted begins with it, and tells nobody.
        'printer.changed': [
          {
            guard: { type: 'printerFails', params: ({ event }) => ({ condition: event.condition }) },
            actions: [
              {
                type: 'rememberPrinter',
                params: ({ context, event }) => ({ condition: event.condition, waiting: context.status.waitingSlips }),
              },
              'shareStatus',
              'passToPrinter',
              'countPrompt',
              {
                type: 'prompt',
                params: ({ context, event }) => ({
                  sentence:
                    event.condition === 'out-of-paper'
                      ? voiceIn(context).printerOutOfPaper()
                      : voiceIn(context).printerFault(),
                }),
              },
            ],
          },
          {
            actions: [
              {
                type: 'rememberPrinter',
                params: ({ context, event }) => ({ condition: event.condition, waiting: context.status.waitingSlips }),
              },
              'shareStatus',
              'passToPrinter',
            ],
          },
        ],
        'printer.condition': {
          // Every slip reports; most of them that all is as it was.
          guard: { type: 'printerTurns', params: ({ event }) => event },
          actions: [
            {
              type: 'rememberPrinter',
              params: ({ event }) => ({ condition: event.condition, waiting: event.waiting }),
            },
            'shareStatus',
          ],
        },
        'sale.prepared': {
          actions: [
            'warmUp',
            'countPrompt',
            {
              type: 'prompt',
              params: ({ context, event }) => ({ sentence: voiceIn(context).presentCode(event.amountFen) }),
            },
          ],
        },
        'code.repeated': {
          actions: [
            'countPrompt',
            { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).refreshCode() }) },
          ],
        },
        'payment.progress': [
          {
            guard: { type: 'startsPassword', params: report },
            actions: [
              'countPrompt',
              { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).password() }) },
              { type: 'fillSlot', params: report },
              { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) },
            ],
          },
          {
            guard: { type: 'isUntold', params: report },
            actions: [
              {
                type: 'announce',
                params: ({ context, event }) => ({ announcements: unresolvedAnnouncements(context, event) }),
              },
              { type: 'rememberSlip', params: ({ context, event }) => ({ job: unresolvedSlipJob(context, event) }) },
              { type: 'print', params: ({ context, event }) => ({ jobs: unresolvedSlipJobs(context, event) }) },
              { type: 'fillSlot', params: report },
              'countOpen',
              'shareStatus',
              { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) },
            ],
          },
          {
            // Its number is new here: one more is open.
            guard: { type: 'isNamed', params: report },
            actions: [
              { type: 'fillSlot', params: report },
              'countOpen',
              'shareStatus',
              { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) },
            ],
          },
          {
            actions: [
              { type: 'fillSlot', params: report },
              { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) },
            ],
          },
        ],
        'payment.settled': [
          {
            guard: { type: 'isPaid', params: report },
            actions: [
              {
                type: 'announce',
                params: ({ context, event }) => ({ announcements: [verdictAnnouncement(context, event)] }),
              },
              { type: 'rememberSlip', params: ({ context, event }) => ({ job: paymentSlipJob(context, event) }) },
              { type: 'print', params: ({ context, event }) => ({ jobs: [paymentSlipJob(context, event)] }) },
              { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) },
            ],
          },
          {
            actions: [
              {
                type: 'announce',
                params: ({ context, event }) => ({ announcements: [verdictAnnouncement(context, event)] }),
              },
              { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) },
            ],
          },
        ],
        'payment.notStarted': { actions: { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) } },
        'xstate.done.actor.payment.*': { actions: ['freeEndedSlot', 'countOpen', 'shareStatus'] },
        'configuration.started': {
          actions: [
            'countPrompt',
            { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).configuring() }) },
          ],
        },
        'configuration.ended': [
          {
            guard: { type: 'isConfigured', params: ({ event }) => ({ output: event.output }) },
            actions: [
              { type: 'rememberConfigured', params: ({ event }) => ({ output: event.output }) },
              'shareStatus',
              'countPrompt',
              { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).configured() }) },
            ],
          },
          {
            actions: [
              'countPrompt',
              {
                type: 'prompt',
                params: ({ context }) => ({
                  sentence: voiceIn(context).configurationFailed(context.status.configured),
                }),
              },
            ],
          },
        ],
        'replay.requested': { actions: 'replay' },
        'replay.empty': {
          actions: [
            'countPrompt',
            { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).nothingToReplay() }) },
          ],
        },
        'reprint.requested': { guard: 'hasSlip', actions: ['countReprint', 'reprint'] },
        'crash.forgotten': { actions: 'forgetCrash' },
        'crash.reported': {
          actions: { type: 'logCrash', params: ({ event }) => ({ where: event.where, error: event.error }) },
        },
        'speaker.failed': {
          actions: { type: 'logCrash', params: ({ event }) => ({ where: 'speaker', error: event.error }) },
        },
      },
    },
  },
});
