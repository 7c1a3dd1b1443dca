import { assign, sendParent, setup } from 'xstate';
import type { WifiTrouble } from '../domain/screens/flow-view.ts';
import type { FlowEvent, FlowReport } from './flow-events.ts';
import { port } from './port.ts';

/** One attempt to join, with one reading of the QR. `hasOther`: the QR can be read another way. */
export type JoinAnswer =
  | { readonly kind: 'joined' }
  | {
      readonly kind: 'failed';
      readonly trouble: Extract<WifiTrouble, 'not-found' | 'refused' | 'failed'>;
      readonly hasOther: boolean;
    };

/** What the joining of a scanned network begins with. */
export interface WifiJoinInput {
  /** Names the scanned network, whose passphrase stays outside the statecharts. */
  readonly ref: string;
  readonly ssid: string;
}

interface WifiJoinContext extends WifiJoinInput {
  /** The reading that is tried, from 0: the backslash dialect first, the percent dialect second. */
  readonly reading: number;
  readonly proofs: number;
  readonly trouble: WifiTrouble;
  readonly backOn: string | null;
}

/** A fresh network may need a moment for names and routes. */
const PROOFS_MAX = 3;

const attemptOf = ({ ref, reading }: WifiJoinContext): { ref: string; reading: number } => ({ ref, reading });

/**
 * A scanned WiFi network: joined, proven by an answer of the gateway, then kept (A9).
 * Invariant: whatever fails, the terminal ends on the network that it had before, if that still lets it in.
 */
export const wifiJoinMachine = setup({
  types: { input: {} as WifiJoinInput, context: {} as WifiJoinContext, events: {} as FlowEvent },
  actors: {
    joinWifi: port<JoinAnswer, { ref: string; reading: number }>('joinWifi'),
    proveWifi: port<boolean, void>('proveWifi'),
    keepWifi: port<void, { ref: string; reading: number }>('keepWifi'),
    restoreWifi: port<string | null, { ref: string }>('restoreWifi'),
  },
  guards: {
    isJoined: (_, { answer }: { answer: JoinAnswer }) => answer.kind === 'joined',
    hasOther: (_, { answer }: { answer: JoinAnswer }) => answer.kind === 'failed' && answer.hasOther,
    isProven: (_, { proven }: { proven: boolean }) => proven,
    mayProveAgain: ({ context }) => context.proofs < PROOFS_MAX,
  },
  actions: {
    takeNextReading: assign({ reading: ({ context }) => context.reading + 1 }),
    countProof: assign({ proofs: ({ context }) => context.proofs + 1 }),
    rememberAnswer: assign({
      trouble: ({ context }, { answer }: { answer: JoinAnswer }) =>
        answer.kind === 'failed' ? answer.trouble : context.trouble,
    }),
    rememberTrouble: assign({ trouble: (_, { trouble }: { trouble: WifiTrouble }) => trouble }),
    rememberRestored: assign({ backOn: (_, { ssid }: { ssid: string | null }) => ssid }),
    reportJoining: sendParent({ type: 'wifi.joining' } satisfies FlowReport),
    reportJoined: sendParent({ type: 'wifi.joined' } satisfies FlowReport),
    reportFailed: sendParent({ type: 'wifi.failed' } satisfies FlowReport),
    showJoining: sendParent(({ context: { ssid } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'wifi-joining', ssid },
    })),
    showJoined: sendParent(({ context: { ssid } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'wifi-joined', ssid },
    })),
    showFailed: sendParent(({ context: { ssid, trouble, backOn } }): FlowReport => ({
      type: 'view.changed',
      view: { name: 'wifi-failed', ssid, trouble, backOn },
    })),
  },
  delays: { proofPause: 2000, resultPause: 15_000, failurePause: 30_000 },
}).createMachine({
  id: 'wifiJoin',
  context: ({ input }) => ({ ...input, reading: 0, proofs: 0, trouble: 'failed', backOn: null }),
  initial: 'starting',
  states: {
    starting: { entry: ['showJoining', 'reportJoining'], always: 'joining' },
    joining: {
      invoke: {
        src: 'joinWifi',
        input: ({ context }) => attemptOf(context),
        onDone: [
          { guard: { type: 'isJoined', params: ({ event }) => ({ answer: event.output }) }, target: 'proving' },
          {
            guard: { type: 'hasOther', params: ({ event }) => ({ answer: event.output }) },
            target: 'joining',
            reenter: true,
            actions: 'takeNextReading',
          },
          {
            target: 'restoring',
            actions: { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
          },
        ],
        onError: { target: 'restoring', actions: { type: 'rememberTrouble', params: { trouble: 'failed' } } },
      },
      on: {
        'key.cancel': {
          target: 'restoring',
          actions: { type: 'rememberTrouble', params: { trouble: 'cancelled' } },
        },
      },
    },
    proving: {
      entry: 'countProof',
      invoke: {
        src: 'proveWifi',
        onDone: [
          { guard: { type: 'isProven', params: ({ event }) => ({ proven: event.output }) }, target: 'keeping' },
          { guard: 'mayProveAgain', target: 'awaitingProof' },
          { target: 'restoring', actions: { type: 'rememberTrouble', params: { trouble: 'no-gateway' } } },
        ],
        onError: { target: 'restoring', actions: { type: 'rememberTrouble', params: { trouble: 'no-gateway' } } },
      },
      on: {
        'key.cancel': {
          target: 'restoring',
          actions: { type: 'rememberTrouble', params: { trouble: 'cancelled' } },
        },
      },
    },
    awaitingProof: {
      after: { proofPause: 'proving' },
      on: {
        'key.cancel': {
          target: 'restoring',
          actions: { type: 'rememberTrouble', params: { trouble: 'cancelled' } },
        },
      },
    },
    keeping: {
      invoke: {
        src: 'keepWifi',
        input: ({ context }) => attemptOf(context),
        onDone: 'joined',
        onError: { target: 'restoring', actions: { type: 'rememberTrouble', params: { trouble: 'storage' } } },
      },
    },
    restoring: {
      invoke: {
        src: 'restoreWifi',
        input: ({ context }) => ({ ref: context.ref }),
        onDone: {
          target: 'failed',
          actions: { type: 'rememberRestored', params: ({ event }) => ({ ssid: event.output }) },
        },
        onError: 'failed',
      },
    },
    joined: {
      entry: ['showJoined', 'reportJoined'],
      after: { resultPause: 'left' },
      on: { 'key.enter': 'left', 'key.cancel': 'left' },
    },
    failed: {
      entry: ['showFailed', 'reportFailed'],
      after: { failurePause: 'left' },
      on: { 'key.enter': 'left', 'key.cancel': 'left' },
    },
    left: { type: 'final' },
  },
});
