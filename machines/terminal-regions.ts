import { owedAnnouncements, owedSlipJobs, withOwedOfCrashed } from './terminal-tellings.ts';
import { terminalSetup } from './terminal-setup.ts';
import { voiceIn } from './terminal-voice.ts';

type Crash = { readonly event: { readonly error: unknown } };

const causeOf = ({ event }: Crash) => ({ cause: event.error });
const whereAndWhy = (child: string) => (crash: Crash) => ({ where: child, error: crash.event.error });

/** One for one: a crashed child is restarted; past the limit its supervisor crashes too, so that the level above acts. */
const restartOrEscalate = (child: string) =>
  [
    {
      guard: 'isWithinLimit',
      target: 'awaitingRestart',
      actions: ['rememberCrash', 'forgetCrashLater', { type: 'logCrash', params: whereAndWhy(child) }],
    },
    { actions: { type: 'escalate', params: causeOf } },
  ] as const;

/** The cashier's session: it comes back empty-handed after a crash, because what it owes is in the journal. */
export const cashierRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      invoke: {
        src: 'cashier',
        id: 'cashier',
        systemId: 'cashier',
        input: ({ context: { status, given } }) => ({
          status,
          domains: given.domains,
          maxAmountFen: given.maxAmountFen,
        }),
        onError: restartOrEscalate('cashier'),
      },
    },
    awaitingRestart: { after: { restartDelay: 'running' } },
  },
});

/** The health of the domains; after a crash every domain counts as untried again. */
export const connectivityRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      invoke: {
        src: 'domainFailover',
        id: 'domainFailover',
        systemId: 'domainFailover',
        input: ({ context }) => ({ domains: context.given.domains, coolDownMs: context.given.domainCoolDownMs }),
        onError: restartOrEscalate('domainFailover'),
      },
    },
    awaitingRestart: { after: { restartDelay: 'running' } },
  },
});

/** What a crashed voice or paper had queued is gone from memory, not from the journal: it is read again before the restart. */
const rereadOwed = terminalSetup.createStateConfig({
  invoke: {
    src: 'readOwed',
    onDone: {
      target: 'running',
      actions: { type: 'rememberOwed', params: ({ event }) => ({ owed: event.output }) },
    },
    onError: { actions: { type: 'escalate', params: causeOf } },
  },
});

/**
 * The announcer: each start tells what the journal still owes, so that a crash neither loses nor repeats a result (M7).
 */
export const voiceRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      entry: 'tellOwedByVoice',
      invoke: {
        src: 'announcer',
        id: 'announcer',
        systemId: 'announcer',
        input: ({ context }) => ({ history: context.recovered?.spoken ?? [] }),
        onError: restartOrEscalate('announcer'),
      },
    },
    awaitingRestart: { after: { restartDelay: 'rereading' } },
    rereading: rereadOwed,
  },
});

/** The print spooler: each start prints what the journal still owes (M7). */
export const paperRegion = terminalSetup.createStateConfig({
  initial: 'running',
  states: {
    running: {
      entry: 'tellOwedOnPaper',
      invoke: {
        src: 'printSpooler',
        id: 'printSpooler',
        systemId: 'printSpooler',
        input: ({ context }) => ({ condition: context.status.printer, copies: context.given.copies ?? 'customer' }),
        onError: restartOrEscalate('printSpooler'),
      },
    },
    awaitingRestart: { after: { restartDelay: 'rereading' } },
    rereading: rereadOwed,
  },
});

/** After crash upon crash a terminal starts nothing new for a while; what is open it still asks about, tells and prints. */
export const tradeRegion = terminalSetup.createStateConfig({
  initial: 'deciding',
  states: {
    deciding: { always: [{ guard: 'isQueryOnly', target: 'queryOnly' }, { target: 'selling' }] },
    queryOnly: { after: { queryOnlyPause: 'selling' } },
    selling: { entry: [{ type: 'rememberStatus', params: { trade: 'selling' } }, 'shareStatus'] },
  },
});

/** M10: a failed write stops new sales, keeps queries going, and is mended only by reopening. */
export const storageRegion = terminalSetup.createStateConfig({
  initial: 'open',
  states: {
    open: { on: { 'storage.failed': 'failed' } },
    failed: {
      entry: [
        { type: 'rememberStatus', params: { storage: 'failed' } },
        'shareStatus',
        'countPrompt',
        {
          type: 'prompt',
          params: ({ context }) => ({
            sentence: voiceIn(context).storageAlarm(),
          }),
        },
      ],
      after: { reopenDelay: 'reopening' },
    },
    reopening: {
      invoke: {
        src: 'reopenStorage',
        onDone: {
          target: 'open',
          actions: [{ type: 'rememberStatus', params: { storage: 'ok' } }, 'shareStatus'],
        },
        onError: 'resting',
      },
      // It can fail again before the news that it was opened arrives here: then it is not open.
      on: { 'storage.failed': 'resting' },
    },
    resting: { after: { reopenDelay: 'reopening' } },
  },
});

/**
 * Payments are temporary children in reused slots: never restarted, always recovered from the journal. One that had its result and
 * crashed before it told it is told from the journal; one that crashes again and again escalates like any other child.
 */
export const ordersRegion = terminalSetup.createStateConfig({
  initial: 'running',
  on: {
    'sale.requested': { actions: ['hushPrompts', { type: 'startSale', params: ({ event }) => ({ sale: event }) }] },
    'order.left': { actions: 'unfollow' },
    'xstate.error.actor.payment.*': [
      {
        guard: 'isWithinLimit',
        target: '.awaitingRecovery',
        actions: [
          'rememberCrash',
          'forgetCrashLater',
          { type: 'logCrash', params: ({ event }) => ({ where: event.type, error: event.error }) },
          'freeCrashedSlot',
        ],
      },
      { actions: { type: 'escalate', params: causeOf } },
    ],
  },
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
                announcements: owedAnnouncements(withOwedOfCrashed(context, event.output.tellings)),
              }),
            },
            {
              type: 'print',
              params: ({ context, event }) => ({
                jobs: owedSlipJobs(withOwedOfCrashed(context, event.output.tellings)),
              }),
            },
            { type: 'showCrashed', params: ({ event }) => ({ owed: event.output.tellings }) },
          ],
        },
        onError: { actions: { type: 'escalate', params: causeOf } },
      },
    },
    recovering: {
      invoke: {
        src: 'readOpenOrders',
        onDone: [
          { guard: 'hasNamelessSale', target: 'awaitingRecovery' },
          {
            target: 'running',
            actions: [
              { type: 'resumeOrders', params: ({ event }) => ({ orders: event.output }) },
              'countOpen',
              'shareStatus',
            ],
          },
        ],
        onError: { actions: { type: 'escalate', params: causeOf } },
      },
    },
  },
});
