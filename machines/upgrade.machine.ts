import { assign, setup } from 'xstate';
import { causeOf, NO_CAUSE, type UpgradeCause } from '../domain/upgrade-trouble.ts';
import type { UpgradeStep } from '../domain/upgrade-step.ts';
import { port } from './port.ts';
import type {
  Errand,
  FetchedRelease,
  UpgradeContext,
  UpgradeEvent,
  UpgradeLimits,
  UpgradeOffer,
  UpgradeSource,
  UpgradeStart,
} from './upgrade-errand.ts';

const RETRY_MS = 30_000;
/** Longer than any payment: a release that was given up may also be one that never comes to rest. */
const LEAVING_MS = 600_000;

/** What is told of a step: the release, and why, where something went wrong. */
type Told = { readonly step: UpgradeStep; readonly version: string } & UpgradeCause;

const offerOf = ({ version, release }: UpgradeContext): UpgradeOffer => ({ version, release });

/** Before the switch a withdrawal leaves everything as it was. */
const WITHDRAWAL = {
  target: 'withdrawn',
  actions: {
    type: 'rememberCause',
    params: ({ event }: { event: UpgradeCause }) => ({ reason: event.reason, why: event.why }),
  },
} as const;
/** A trial that is withdrawn goes back: the commit is the confirmation. */
const WITHDRAWAL_ON_TRIAL = { ...WITHDRAWAL, target: 'rollingBack' } as const;

/**
 * The upgrade of the terminal: offered, downloaded while sales go on, verified, staged in the other slot, started when nobody is
 * served, tried, and kept or rolled back.
 * Invariant: nothing is installed whose signatures, length and hash were not verified, and the running release stays startable until
 * the new one is confirmed.
 */
export const upgradeMachine = setup({
  types: {
    input: {} as { readonly limits: UpgradeLimits },
    context: {} as UpgradeContext,
    events: {} as UpgradeEvent,
  },
  actors: {
    readStart: port<UpgradeStart, void>('readStart'),
    check: port<UpgradeOffer | null, Errand>('check'),
    fetch: port<FetchedRelease, UpgradeOffer & { readonly source: UpgradeSource }>('fetch'),
    stage: port<void, UpgradeOffer>('stage'),
    waitForIdle: port<void, { readonly byHand: boolean }>('waitForIdle'),
    switchOver: port<void, UpgradeOffer>('switchOver'),
    selfTest: port<void, void>('selfTest'),
    confirm: port<void, void>('confirm'),
    /** Resolves when nobody's word is awaited, or it has come: what was taken back arrives as an event before. */
    awaitWord: port<void, void>('awaitWord'),
    rollBack: port<void, UpgradeCause>('rollBack'),
    forgetRollback: port<void, void>('forgetRollback'),
  },
  actions: {
    rememberErrand: assign((_, { source, byHand, wanted }: Errand) => ({ source, byHand, wanted })),
    forgetOffer: assign({ version: '', release: '', done: 0, total: 0, attempts: 0, laters: 0, cause: NO_CAUSE }),
    rememberOffer: assign((_, { offer }: { offer: UpgradeOffer | null }) => ({
      version: offer?.version ?? '',
      release: offer?.release ?? '',
    })),
    rememberVersion: assign({ version: (_, { version }: { version: string }) => version }),
    rememberProgress: assign((_, { done, total }: { done: number; total: number }) => ({ done, total })),
    rememberCause: assign({ cause: (_, cause: UpgradeCause) => cause }),
    countLater: assign({ laters: ({ context }) => context.laters + 1 }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    /** Writes the step down and tells whoever waits for it. */
    tell: (_, _told: Told) => undefined,
    /** Ends this process life so that the boot record decides what starts. */
    restart: () => undefined,
  },
  guards: {
    isTrial: (_, { start }: { start: UpgradeStart }) => start.kind === 'trial',
    wasRolledBack: (_, { start }: { start: UpgradeStart }) => start.kind === 'rolledBack',
    isOffer: (_, { offer }: { offer: UpgradeOffer | null }) => offer !== null,
    isWhole: (_, { fetched }: { fetched: FetchedRelease }) => fetched.kind === 'whole',
    mayTryAgain: ({ context }) => context.source === 'server' && context.attempts < context.limits.fetchAttempts,
    mayPutOff: ({ context }) => context.laters < context.limits.laterTimes,
    looksByItself: ({ context }) => context.limits.checkMs !== null,
  },
  delays: {
    checkPause: ({ context }) => context.limits.checkMs ?? RETRY_MS,
    retryPause: ({ context }) => RETRY_MS * context.attempts,
    laterPause: ({ context }) => context.limits.laterMs,
    soak: ({ context }) => context.limits.soakMs,
    wordPatience: ({ context }) => context.limits.wordMs,
    leavingPatience: LEAVING_MS,
  },
}).createMachine({
  id: 'upgrade',
  context: ({ input: { limits } }) => ({
    limits,
    source: 'server',
    byHand: false,
    wanted: null,
    version: '',
    release: '',
    done: 0,
    total: 0,
    attempts: 0,
    laters: 0,
    cause: NO_CAUSE,
  }),
  initial: 'starting',
  states: {
    starting: {
      invoke: {
        src: 'readStart',
        onDone: [
          {
            guard: { type: 'isTrial', params: ({ event }) => ({ start: event.output }) },
            target: 'trial',
            actions: {
              type: 'rememberVersion',
              params: ({ event }) => ({ version: event.output.kind === 'rest' ? '' : event.output.version }),
            },
          },
          {
            guard: { type: 'wasRolledBack', params: ({ event }) => ({ start: event.output }) },
            target: 'reporting',
            actions: {
              type: 'tell',
              params: ({ event: { output } }) => ({
                step: 'rolled-back',
                version: output.kind === 'rolledBack' ? output.version : '',
                ...(output.kind === 'rolledBack' ? { reason: output.reason, why: output.why } : NO_CAUSE),
              }),
            },
          },
          { target: 'resting' },
        ],
        onError: 'resting',
      },
    },
    reporting: { invoke: { src: 'forgetRollback', onDone: 'resting', onError: 'resting' } },
    resting: {
      after: {
        checkPause: {
          guard: 'looksByItself',
          target: 'checking',
          actions: { type: 'rememberErrand', params: { source: 'server', byHand: false, wanted: null } },
        },
      },
      on: {
        'upgrade.requested': {
          target: 'checking',
          actions: { type: 'rememberErrand', params: ({ event }) => event },
        },
      },
    },
    checking: {
      entry: 'forgetOffer',
      on: { 'upgrade.withdrawn': WITHDRAWAL },
      invoke: {
        src: 'check',
        input: ({ context: { source, byHand, wanted } }) => ({ source, byHand, wanted }),
        onDone: [
          {
            guard: { type: 'isOffer', params: ({ event }) => ({ offer: event.output }) },
            target: 'downloading',
            actions: [
              { type: 'rememberOffer', params: ({ event }) => ({ offer: event.output }) },
              {
                type: 'tell',
                params: ({ event }) => ({ step: 'offered', version: event.output?.version ?? '', ...NO_CAUSE }),
              },
            ],
          },
          { target: 'resting', actions: { type: 'tell', params: { step: 'current', version: '', ...NO_CAUSE } } },
        ],
        onError: {
          target: 'resting',
          actions: [
            { type: 'rememberCause', params: ({ event }) => causeOf(event.error) },
            {
              type: 'tell',
              params: ({ event }) => ({ step: 'refused', version: '', ...causeOf(event.error) }),
            },
          ],
        },
      },
    },
    downloading: {
      entry: 'countAttempt',
      on: {
        'upgrade.progress': { actions: { type: 'rememberProgress', params: ({ event }) => event } },
        'upgrade.withdrawn': WITHDRAWAL,
      },
      invoke: {
        src: 'fetch',
        input: ({ context }) => ({ ...offerOf(context), source: context.source }),
        onDone: [
          { guard: { type: 'isWhole', params: ({ event }) => ({ fetched: event.output }) }, target: 'staging' },
          {
            target: 'failed',
            actions: {
              type: 'rememberCause',
              params: ({ event: { output } }) =>
                output.kind === 'wrong' ? { reason: output.reason, why: output.why } : NO_CAUSE,
            },
          },
        ],
        onError: {
          target: 'brokenOff',
          actions: { type: 'rememberCause', params: ({ event }) => causeOf(event.error) },
        },
      },
    },
    brokenOff: {
      always: [{ guard: 'mayTryAgain', target: 'pausing' }, { target: 'failed' }],
    },
    pausing: {
      after: { retryPause: 'downloading' },
      on: {
        'upgrade.withdrawn': WITHDRAWAL,
        'upgrade.requested': {
          target: 'checking',
          actions: { type: 'rememberErrand', params: ({ event }) => event },
        },
      },
    },
    staging: {
      on: { 'upgrade.withdrawn': WITHDRAWAL },
      invoke: {
        src: 'stage',
        input: ({ context }) => offerOf(context),
        onDone: {
          target: 'waitingForIdle',
          actions: {
            type: 'tell',
            params: ({ context }) => ({ step: 'staged', version: context.version, ...NO_CAUSE }),
          },
        },
        onError: {
          target: 'failed',
          actions: { type: 'rememberCause', params: ({ event }) => causeOf(event.error) },
        },
      },
    },
    waitingForIdle: {
      on: {
        'upgrade.later': { guard: 'mayPutOff', target: 'postponed', actions: 'countLater' },
        'upgrade.withdrawn': WITHDRAWAL,
      },
      invoke: {
        src: 'waitForIdle',
        input: ({ context: { byHand } }) => ({ byHand }),
        onDone: 'switching',
        onError: 'postponed',
      },
    },
    postponed: { after: { laterPause: 'waitingForIdle' }, on: { 'upgrade.withdrawn': WITHDRAWAL } },
    switching: {
      on: { 'upgrade.withdrawn': WITHDRAWAL },
      invoke: {
        src: 'switchOver',
        input: ({ context }) => offerOf(context),
        onDone: {
          target: 'restarting',
          actions: {
            type: 'tell',
            params: ({ context }) => ({ step: 'switching', version: context.version, ...NO_CAUSE }),
          },
        },
        onError: 'waitingForIdle',
      },
    },
    restarting: { entry: 'restart' },
    withdrawn: {
      entry: {
        type: 'tell',
        params: ({ context }) => ({ step: 'withdrawn', version: context.version, ...context.cause }),
      },
      always: 'resting',
    },
    failed: {
      entry: {
        type: 'tell',
        params: ({ context }) => ({ step: 'failed', version: context.version, ...context.cause }),
      },
      always: 'resting',
    },
    trial: {
      entry: { type: 'tell', params: ({ context }) => ({ step: 'trial', version: context.version, ...NO_CAUSE }) },
      on: { 'upgrade.withdrawn': WITHDRAWAL_ON_TRIAL },
      invoke: {
        src: 'selfTest',
        onDone: 'soaking',
        onError: {
          target: 'rollingBack',
          actions: { type: 'rememberCause', params: ({ event }) => causeOf(event.error) },
        },
      },
    },
    soaking: { after: { soak: 'awaitingWord' }, on: { 'upgrade.withdrawn': WITHDRAWAL_ON_TRIAL } },
    awaitingWord: {
      after: { wordPatience: 'confirming' },
      on: { 'upgrade.withdrawn': WITHDRAWAL_ON_TRIAL },
      invoke: { src: 'awaitWord', onDone: 'confirming', onError: 'confirming' },
    },
    confirming: {
      invoke: {
        src: 'confirm',
        onDone: {
          target: 'resting',
          actions: {
            type: 'tell',
            params: ({ context }) => ({ step: 'confirmed', version: context.version, ...NO_CAUSE }),
          },
        },
        // Not confirmed is not kept: the launcher counts this start and goes back when they are used up.
        onError: 'resting',
      },
    },
    rollingBack: {
      invoke: {
        src: 'rollBack',
        input: ({ context: { cause } }) => cause,
        onDone: 'leaving',
        onError: 'leaving',
      },
    },
    // What starts next is chosen; whoever pays just now pays to the end.
    leaving: {
      after: { leavingPatience: 'restarting' },
      invoke: {
        src: 'waitForIdle',
        input: { byHand: true },
        onDone: 'restarting',
        onError: 'restarting',
      },
    },
  },
});
