import { assign, fromCallback, setup, type CallbackActorLogic } from 'xstate';
import { fullyJittered, jittered } from './jitter.ts';

/** What the link to the fleet service begins with. */
export interface FleetLinkInput {
  /** The terminal's id at the broker; spreads the terminals' delays. */
  readonly tid: string;
  /** Broker URLs in the order in which this terminal tries them; at least one. */
  readonly servers: readonly string[];
  /** Between two telemetries, ms. */
  readonly telemetryMs: number;
}

/** Which server is in use or next, and what the back-off and the jitter go by. */
export interface FleetLinkContext extends FleetLinkInput {
  /** Index of the server that is in use or tried next. */
  readonly server: number;
  /** Failures since the link was last steady; each doubles the back-off. */
  readonly failures: number;
  /** Connections tried since the process started; feeds the jitter. */
  readonly tries: number;
  /** Telemetries sent since the process started; feeds the jitter. */
  readonly telemetries: number;
  /** Why the last connection ended; '' before the first. */
  readonly lastReason: string;
}

/** What the connection and the operator tell the link. */
export type FleetLinkEvent =
  /** Connected and subscribed. */
  | { readonly type: 'link.up' }
  /** `hostile`: the broker broke a bound. */
  | { readonly type: 'link.down'; readonly reason: string; readonly hostile: boolean }
  | { readonly type: 'telemetry.paced'; readonly telemetryMs: number };

/** What one connection begins with. */
export interface ConnectionInput {
  /** Broker URL. */
  readonly server: string;
}

const BACK_OFF_MS_MAX = 300_000;
const BACK_OFF_MS_MIN = 250;
/** Full jitter in 0..2^n s; beyond this n the limit is reached. */
const BACK_OFF_DOUBLINGS_MAX = 9;
/** A broker that breaks bounds waits as after this many more failures. */
const HOSTILE_FAILURES = 5;

const connectionPort = (name: string): CallbackActorLogic<FleetLinkEvent, ConnectionInput> =>
  fromCallback<FleetLinkEvent, ConnectionInput>(({ sendBack }) => {
    sendBack({ type: 'link.down', reason: `port "${name}" was not provided`, hostile: false });
  });

/**
 * The terminal's line to the fleet service: one connection at a time, back-off with full jitter over a list of servers, and the clocks of
 * what is told regularly. It holds no message and no byte: those are the connection's and the desk's.
 * Invariant: whatever the broker does, this chart only waits longer; nothing of a payment hangs on it.
 */
export const fleetLinkMachine = setup({
  types: {
    input: {} as FleetLinkInput,
    context: {} as FleetLinkContext,
    events: {} as FleetLinkEvent,
  },
  actors: {
    /** Opens the session at `link.up` and closes it at its end; says goodbye when it is stopped. Never throws. */
    connection: connectionPort('connection'),
  },
  actions: {
    countTry: assign({ tries: ({ context }) => context.tries + 1 }),
    rememberFailure: assign(({ context }, { reason, hostile }: { reason: string; hostile: boolean }) => ({
      lastReason: reason,
      failures: Math.min(BACK_OFF_DOUBLINGS_MAX, context.failures + (hostile ? HOSTILE_FAILURES : 1)),
      server: (context.server + 1) % context.servers.length,
    })),
    forgetFailures: assign({ failures: 0 }),
    rememberPace: assign((_, { telemetryMs }: { telemetryMs: number }) => ({ telemetryMs })),
    countTelemetry: assign({ telemetries: ({ context }) => context.telemetries + 1 }),
    sendTelemetry: (_) => notProvided('sendTelemetry'),
    askForJob: (_) => notProvided('askForJob'),
    /** Sends again what the service has not acknowledged in time. */
    checkAnswers: (_) => notProvided('checkAnswers'),
  },
  delays: {
    spread: ({ context }) => fullyJittered(2000, context.tid, 0),
    /** TCP, TLS, CONNACK and SUBACK together. */
    connectLimit: 45_000,
    backOff: ({ context: { tid, failures, tries } }) =>
      Math.max(BACK_OFF_MS_MIN, fullyJittered(Math.min(BACK_OFF_MS_MAX, 1000 * 2 ** failures), tid, tries)),
    steadyAfter: 60_000,
    telemetryPause: ({ context: { telemetryMs, tid, telemetries } }) => jittered(telemetryMs, tid, telemetries),
    jobPause: ({ context }) => jittered(21_600_000, context.tid, context.tries),
    answerPause: 30_000,
  },
}).createMachine({
  id: 'fleetLink',
  context: ({ input }) => {
    if (input.servers.length === 0) throw new Error('a fleet link needs at least one server');
    return { ...input, server: 0, failures: 0, tries: 0, telemetries: 0, lastReason: '' };
  },
  initial: 'spreading',
  on: {
    'telemetry.paced': {
      actions: { type: 'rememberPace', params: ({ event }) => ({ telemetryMs: event.telemetryMs }) },
    },
  },
  states: {
    /** After a power cut in the whole street the terminals do not call in one instant. */
    spreading: { after: { spread: 'linked' } },
    linked: {
      entry: 'countTry',
      initial: 'connecting',
      invoke: {
        src: 'connection',
        id: 'connection',
        input: ({ context }) => ({ server: context.servers[context.server] ?? '' }),
        onError: {
          target: 'backingOff',
          actions: { type: 'rememberFailure', params: { reason: 'the connection crashed', hostile: false } },
        },
      },
      on: {
        'link.down': {
          target: 'backingOff',
          actions: {
            type: 'rememberFailure',
            params: ({ event }) => ({ reason: event.reason, hostile: event.hostile }),
          },
        },
      },
      states: {
        connecting: {
          on: { 'link.up': 'online' },
          after: {
            connectLimit: {
              target: '#fleetLink.backingOff',
              actions: {
                type: 'rememberFailure',
                params: { reason: 'the broker did not let the terminal in in time', hostile: false },
              },
            },
          },
        },
        online: {
          type: 'parallel',
          states: {
            steadiness: {
              initial: 'fresh',
              states: { fresh: { after: { steadyAfter: 'steady' } }, steady: { entry: 'forgetFailures' } },
            },
            telemetry: {
              initial: 'telling',
              states: {
                telling: {
                  entry: ['countTelemetry', 'sendTelemetry'],
                  on: {
                    'telemetry.paced': {
                      target: 'telling',
                      reenter: true,
                      actions: { type: 'rememberPace', params: ({ event }) => ({ telemetryMs: event.telemetryMs }) },
                    },
                  },
                  after: { telemetryPause: { target: 'telling', reenter: true } },
                },
              },
            },
            job: {
              initial: 'asking',
              states: { asking: { entry: 'askForJob', after: { jobPause: { target: 'asking', reenter: true } } } },
            },
            answers: {
              initial: 'waiting',
              states: {
                waiting: { after: { answerPause: { target: 'waiting', reenter: true, actions: 'checkAnswers' } } },
              },
            },
          },
        },
      },
    },
    backingOff: { after: { backOff: 'linked' } },
  },
});

function notProvided(action: string): never {
  throw new Error(`action "${action}" was not provided`);
}
