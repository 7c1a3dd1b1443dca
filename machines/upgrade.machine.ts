import { assign, setup } from 'xstate';
import type { UpgradeStep } from '../domain/upgrade-step.ts';
import { port } from './port.ts';

/** Where releases come from: the server, or a stick or folder for terminals without network. */
export type UpgradeSource = 'server' | 'folder';

/** A release whose signed metadata was verified. */
export interface UpgradeOffer {
  readonly version: string;
  /** SHA-256 that the download must have. */
  readonly release: string;
}

/** What this process life begins with, as the boot record has it. */
export type UpgradeStart =
  | { readonly kind: 'rest' }
  /** This is a trial start of a release that is not confirmed. */
  | { readonly kind: 'trial'; readonly version: string }
  /** A release was given up, and nobody was told yet. */
  | { readonly kind: 'rolledBack'; readonly version: string; readonly why: string };

/** A download that came to its end: whole, or not what was signed. */
export type FetchedRelease = { readonly kind: 'whole' } | { readonly kind: 'wrong'; readonly why: string };

/** How patient an upgrade is, in ms and attempts. */
export interface UpgradeLimits {
  /** Between two looks at the server; null: only when asked. */
  readonly checkMs: number | null;
  /** Attempts at one download, each going on where the last one stopped. */
  readonly fetchAttempts: number;
  /** How long a release on trial must run after its self-test before it is kept. */
  readonly soakMs: number;
  /** How long "later" puts the restart off. */
  readonly laterMs: number;
  /** How often one release may be put off. */
  readonly laterTimes: number;
}

/** What people, the download and the fleet tell the upgrade. */
export type UpgradeEvent =
  /** `byHand`: the cashier asked, so neither the window nor an earlier failure holds it back. */
  | {
      readonly type: 'upgrade.requested';
      readonly source: UpgradeSource;
      readonly byHand: boolean;
      readonly wanted: string | null;
    }
  | { readonly type: 'upgrade.progress'; readonly done: number; readonly total: number }
  | { readonly type: 'upgrade.later' }
  /** The operator takes the job back: until it is confirmed nothing of the release stays. */
  | { readonly type: 'upgrade.withdrawn'; readonly why: string };

interface Errand {
  readonly source: UpgradeSource;
  readonly byHand: boolean;
  /** The version that a job names; null: the newest that fits. */
  readonly wanted: string | null;
}

/** The release in hand, how far it is, and why it was given up. */
export interface UpgradeContext extends Errand {
  readonly limits: UpgradeLimits;
  /** '' while there is no offer. */
  readonly version: string;
  /** Its SHA-256; '' while there is no offer. */
  readonly release: string;
  /** Bytes downloaded. */
  readonly done: number;
  /** Bytes of the whole download. */
  readonly total: number;
  /** Attempts at this download so far. */
  readonly attempts: number;
  /** How often it was put off. */
  readonly laters: number;
  /** Why the last step failed, in words; '' when it did not. */
  readonly why: string;
}

const RETRY_MS = 30_000;
/** Longer than any payment: a release that was given up may also be one that never comes to rest. */
const LEAVING_MS = 600_000;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);
const offerOf = ({ version, release }: UpgradeContext): UpgradeOffer => ({ version, release });

/** Before the switch a withdrawal leaves everything as it was. */
const WITHDRAWAL = {
  target: 'withdrawn',
  actions: { type: 'rememberWhy', params: ({ event }: { event: { why: string } }) => ({ why: event.why }) },
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
    rollBack: port<void, { readonly why: string }>('rollBack'),
    forgetRollback: port<void, void>('forgetRollback'),
  },
  actions: {
    rememberErrand: assign((_, { source, byHand, wanted }: Errand) => ({ source, byHand, wanted })),
    forgetOffer: assign({ version: '', release: '', done: 0, total: 0, attempts: 0, laters: 0, why: '' }),
    rememberOffer: assign((_, { offer }: { offer: UpgradeOffer | null }) => ({
      version: offer?.version ?? '',
      release: offer?.release ?? '',
    })),
    rememberVersion: assign({ version: (_, { version }: { version: string }) => version }),
    rememberProgress: assign((_, { done, total }: { done: number; total: number }) => ({ done, total })),
    rememberWhy: assign({ why: (_, { why }: { why: string }) => why }),
    countLater: assign({ laters: ({ context }) => context.laters + 1 }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    /** Writes the step down and tells whoever waits for it. */
    tell: (_, _step: { step: UpgradeStep; version: string; why: string }) => undefined,
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
    why: '',
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
                why: output.kind === 'rolledBack' ? output.why : '',
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
                params: ({ event }) => ({ step: 'offered', version: event.output?.version ?? '', why: '' }),
              },
            ],
          },
          { target: 'resting', actions: { type: 'tell', params: { step: 'current', version: '', why: '' } } },
        ],
        onError: {
          target: 'resting',
          actions: [
            { type: 'rememberWhy', params: ({ event }) => ({ why: wordsOf(event.error) }) },
            {
              type: 'tell',
              params: ({ event }) => ({ step: 'refused', version: '', why: wordsOf(event.error) }),
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
              type: 'rememberWhy',
              params: ({ event }) => ({ why: event.output.kind === 'wrong' ? event.output.why : '' }),
            },
          },
        ],
        onError: {
          target: 'brokenOff',
          actions: { type: 'rememberWhy', params: ({ event }) => ({ why: wordsOf(event.error) }) },
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
            params: ({ context }) => ({ step: 'staged', version: context.version, why: '' }),
          },
        },
        onError: {
          target: 'failed',
          actions: { type: 'rememberWhy', params: ({ event }) => ({ why: wordsOf(event.error) }) },
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
            params: ({ context }) => ({ step: 'switching', version: context.version, why: '' }),
          },
        },
        onError: 'waitingForIdle',
      },
    },
    restarting: { entry: 'restart' },
    withdrawn: {
      entry: {
        type: 'tell',
        params: ({ context }) => ({ step: 'withdrawn', version: context.version, why: context.why }),
      },
      always: 'resting',
    },
    failed: {
      entry: {
        type: 'tell',
        params: ({ context }) => ({ step: 'failed', version: context.version, why: context.why }),
      },
      always: 'resting',
    },
    trial: {
      entry: { type: 'tell', params: ({ context }) => ({ step: 'trial', version: context.version, why: '' }) },
      on: { 'upgrade.withdrawn': WITHDRAWAL_ON_TRIAL },
      invoke: {
        src: 'selfTest',
        onDone: 'soaking',
        onError: {
          target: 'rollingBack',
          actions: { type: 'rememberWhy', params: ({ event }) => ({ why: wordsOf(event.error) }) },
        },
      },
    },
    soaking: { after: { soak: 'confirming' }, on: { 'upgrade.withdrawn': WITHDRAWAL_ON_TRIAL } },
    confirming: {
      invoke: {
        src: 'confirm',
        onDone: {
          target: 'resting',
          actions: {
            type: 'tell',
            params: ({ context }) => ({ step: 'confirmed', version: context.version, why: '' }),
          },
        },
        // Not confirmed is not kept: the launcher counts this start and goes back when they are used up.
        onError: 'resting',
      },
    },
    rollingBack: {
      invoke: {
        src: 'rollBack',
        input: ({ context: { why } }) => ({ why }),
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
