import { voiceFor } from '../domain/voice/voice.ts';
import type { PaymentReport } from './payment-order.ts';
import { terminalSetup } from './terminal-setup.ts';
import type { TerminalContext } from './terminal-orders.ts';
import { paymentSlipJob, unresolvedAnnouncement, unresolvedSlipJob, verdictAnnouncement } from './terminal-tellings.ts';

type Progress = Extract<PaymentReport, { type: 'payment.progress' }>;
type Settled = Extract<PaymentReport, { type: 'payment.settled' }>;

const voiceIn = (context: TerminalContext) => voiceFor(context.locale, context.utcOffsetMinutes);
const crashOf = ({ event }: { event: { error: unknown } }) => ({ cause: event.error });

const restart = { restartDelay: 'running' } as const;

/** A child is restarted one for one; past the limit its supervisor crashes too, so that the level above acts. */
const cashierRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      invoke: {
        src: 'cashier',
        id: 'cashier',
        systemId: 'cashier',
        input: ({ context }) => ({
          status: context.status,
          domains: context.domains,
          maxAmountFen: context.maxAmountFen,
        }),
        onError: [
          {
            guard: 'isWithinLimit',
            target: 'awaitingRestart',
            actions: [
              'rememberCrash',
              'forgetCrashLater',
              { type: 'logCrash', params: ({ event }) => ({ where: 'cashier', error: event.error }) },
            ],
          },
          { actions: { type: 'escalate', params: crashOf } },
        ],
      },
    },
    awaitingRestart: { after: restart },
  },
});

const connectivityRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      invoke: {
        src: 'domainFailover',
        id: 'domainFailover',
        systemId: 'domainFailover',
        input: ({ context }) => ({ domains: context.domains, coolDownMs: context.domainCoolDownMs }),
        onError: [
          {
            guard: 'isWithinLimit',
            target: 'awaitingRestart',
            actions: [
              'rememberCrash',
              'forgetCrashLater',
              { type: 'logCrash', params: ({ event }) => ({ where: 'domainFailover', error: event.error }) },
            ],
          },
          { actions: { type: 'escalate', params: crashOf } },
        ],
      },
    },
    awaitingRestart: { after: restart },
  },
});

const voiceRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      entry: 'tellOwedByVoice',
      invoke: {
        src: 'announcer',
        id: 'announcer',
        systemId: 'announcer',
        onError: [
          {
            guard: 'isWithinLimit',
            target: 'awaitingRestart',
            actions: [
              'rememberCrash',
              'forgetCrashLater',
              { type: 'logCrash', params: ({ event }) => ({ where: 'announcer', error: event.error }) },
            ],
          },
          { actions: { type: 'escalate', params: crashOf } },
        ],
      },
    },
    awaitingRestart: { after: { restartDelay: 'rereading' } },
    // What the crashed child had queued is gone from memory, not from the journal.
    rereading: {
      invoke: {
        src: 'readOwed',
        onDone: {
          target: 'running',
          actions: { type: 'rememberOwed', params: ({ event }) => ({ owed: event.output }) },
        },
        onError: { actions: { type: 'escalate', params: crashOf } },
      },
    },
  },
});

const paperRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      entry: 'tellOwedOnPaper',
      invoke: {
        src: 'printSpooler',
        id: 'printSpooler',
        systemId: 'printSpooler',
        input: ({ context }) => ({ condition: context.status.printer }),
        onError: [
          {
            guard: 'isWithinLimit',
            target: 'awaitingRestart',
            actions: [
              'rememberCrash',
              'forgetCrashLater',
              { type: 'logCrash', params: ({ event }) => ({ where: 'printSpooler', error: event.error }) },
            ],
          },
          { actions: { type: 'escalate', params: crashOf } },
        ],
      },
    },
    awaitingRestart: { after: { restartDelay: 'rereading' } },
    // What the crashed child had queued is gone from memory, not from the journal.
    rereading: {
      invoke: {
        src: 'readOwed',
        onDone: {
          target: 'running',
          actions: { type: 'rememberOwed', params: ({ event }) => ({ owed: event.output }) },
        },
        onError: { actions: { type: 'escalate', params: crashOf } },
      },
    },
  },
});

/** M10: a failed write stops new sales, keeps queries going, and is mended only by reopening. */
const storageRegion = terminalSetup.createStateConfig({
  initial: 'open',
  states: {
    open: { on: { 'storage.failed': 'failed' } },
    failed: {
      entry: [
        { type: 'rememberStorage', params: { storage: 'failed' } },
        'shareStatus',
        'countPrompt',
        { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).storageAlarm() }) },
      ],
      after: { reopenDelay: 'reopening' },
    },
    reopening: {
      invoke: {
        src: 'reopenStorage',
        onDone: {
          target: 'open',
          actions: [{ type: 'rememberStorage', params: { storage: 'ok' } }, 'shareStatus'],
        },
        onError: 'resting',
      },
    },
    resting: { after: { reopenDelay: 'reopening' } },
  },
});

const report = <Report extends Progress | Settled>({ event }: { event: Report }): { report: Report } => ({
  report: event,
});

/** Payments are temporary children in reused slots: never restarted, always recovered from the journal. */
const ordersRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      on: {
        'sale.requested': { actions: { type: 'startSale', params: ({ event }) => ({ sale: event }) } },
        'order.left': { actions: 'unfollow' },
        'xstate.error.actor.payment.*': {
          target: 'recovering',
          actions: [
            'rememberCrash',
            'forgetCrashLater',
            {
              type: 'logCrash',
              params: ({ event }) => ({ where: event.type, error: event.error }),
            },
            'freeEndedSlot',
          ],
        },
      },
    },
    recovering: {
      invoke: {
        src: 'readOpenOrders',
        onDone: {
          target: 'running',
          actions: { type: 'resumeOrders', params: ({ event }) => ({ orders: event.output }) },
        },
        onError: { actions: { type: 'escalate', params: crashOf } },
      },
    },
  },
});

/** Root supervisor: a region each for the cashier's session, the orders, connectivity, the voice, the paper and the storage. */
export const terminalMachine = terminalSetup.createMachine({
  id: 'terminal',
  context: ({ input }) => ({
    ...input,
    status: {
      configured: false,
      shopName: '',
      staffId: null,
      connected: true,
      printer: input.printer,
      waitingSlips: 0,
      openOrders: 0,
      storage: 'ok',
    },
    recovered: null,
    slots: {},
    followed: null,
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
        onError: { actions: { type: 'escalate', params: crashOf } },
      },
    },
    running: {
      type: 'parallel',
      entry: [
        { type: 'announceReady', params: ({ context }) => ({ configured: context.status.configured }) },
        { type: 'resumeOrders', params: ({ context }) => ({ orders: context.recovered?.openOrders ?? [] }) },
        'countOpen',
      ],
      states: {
        cashier: cashierRegion,
        connectivity: connectivityRegion,
        voice: voiceRegion,
        paper: paperRegion,
        storage: storageRegion,
        orders: ordersRegion,
      },
      on: {
        'key.*': { actions: 'passToCashier' },
        'scan.*': { actions: 'passToCashier' },
        'domainCheck.*': { actions: 'passToCashier' },
        'domainCheck.requested': { actions: 'startDomainCheck' },
        'domain.answered': { actions: 'passToDomains' },
        'domain.failed': { actions: 'passToDomains' },
        'domains.changed': {
          actions: [
            { type: 'rememberConnection', params: ({ event }) => ({ connected: event.anyGood }) },
            'shareStatus',
          ],
        },
        'printer.changed': { actions: 'passToPrinter' },
        'printer.condition': {
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
                params: ({ context, event }) => ({ announcement: unresolvedAnnouncement(context, event) }),
              },
              { type: 'rememberSlip', params: ({ event }) => ({ job: unresolvedSlipJob(event.order) }) },
              { type: 'print', params: ({ event }) => ({ job: unresolvedSlipJob(event.order) }) },
              { type: 'fillSlot', params: report },
              'countOpen',
              'shareStatus',
              { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) },
            ],
          },
          {
            actions: [
              { type: 'fillSlot', params: report },
              'countOpen',
              'shareStatus',
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
                params: ({ context, event }) => ({ announcement: verdictAnnouncement(context, event) }),
              },
              { type: 'rememberSlip', params: ({ event }) => ({ job: paymentSlipJob(event.order) }) },
              { type: 'print', params: ({ event }) => ({ job: paymentSlipJob(event.order) }) },
              { type: 'passFollowed', params: ({ event }) => ({ slot: event.slot }) },
            ],
          },
          {
            actions: [
              {
                type: 'announce',
                params: ({ context, event }) => ({ announcement: verdictAnnouncement(context, event) }),
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
