import { assign, sendParent, setup } from 'xstate';
import type { Domain } from '../domain/payment-gateway.ts';
import { jittered } from './jitter.ts';
import { NOTHING_TOLD } from './payment-order.ts';
import { port } from './port.ts';
import {
  askOf,
  isLost,
  isRefunded,
  isTaken,
  REFUND_REPEAT_LIFE_MS,
  refundOf,
  refundReasonOf,
  refundVerdictIn,
  refundVerdictOf,
  reportedOf,
  type RefundAnswer,
  type RefundAsk,
  type RefundContext,
  type RefundInput,
  type RefundPhase,
  type RefundQueryAnswer,
  type RefundReport,
  type RefundVerdict,
  type SubmitAnswer,
} from './refund-order.ts';

type Answered = { readonly answer: RefundAnswer };

/** A refund is not waited for as long as a payment: nobody holds a phone up. */
const WINDOW_MS_MAX = 30_000;
/** A domain that did not take the connection is left for the next one at once. */
const NEXT_DOMAIN_MS = 250;

const answered = ({ event }: { event: { output: RefundAnswer } }): Answered => ({ answer: event.output });
const crashed = ({ event }: { event: { error: unknown } }): { error: unknown } => ({ error: event.error });

/**
 * One refund from its intent to its end. Accepted is not refunded: an accepted one is tracked until the gateway names its end.
 * Invariant: once a request byte may have left, its amount stays reserved until verified facts say otherwise, and it is only ever
 * submitted again under its own number (M6).
 */
export const refundMachine = setup({
  types: {
    input: {} as RefundInput,
    context: {} as RefundContext,
    events: {} as { type: 'refund.reconcile' },
    tags: {} as 'mayBeRefunded' | 'inWindow' | 'accepted',
  },
  actors: {
    recordIntent: port<{ refund: string }, { ask: RefundAsk }>('recordIntent'),
    submit: port<SubmitAnswer, { refund: string; tried: readonly Domain[] }>('submit'),
    queryRefund: port<RefundQueryAnswer, { refund: string }>('queryRefund'),
    recordResult: port<void, { refund: string; verdict: RefundVerdict }>('recordResult'),
  },
  guards: {
    isRecovered: ({ context }) => context.recovered !== null,
    wasAccepted: ({ context }) => context.isAccepted,
    wasTold: ({ context }) => context.recovered?.unresolvedTold.voice === true,
    isTaken: (_, { answer }: Answered) => isTaken(answer),
    isLost: (_, { answer }: Answered) => isLost(answer),
    isEnded: (_, { answer }: Answered) => isLost(answer) || isRefunded(answer),
    isFirstRefusal: ({ context }, { answer }: Answered) => answer.kind === 'refused' && !context.maybeSent,
    canTryNextDomain: ({ context }, { answer }: Answered) =>
      answer.kind === 'not-sent' && context.tried.length + 1 < context.limits.domains,
    neverSent: ({ context }, { answer }: Answered) => answer.kind === 'not-sent' && !context.maybeSent,
    mayRepeat: ({ context }, { answer }: Answered) => answer.kind === 'not-found' && context.mayRepeat,
    isDeniedForGood: ({ context }, { answer }: Answered) => answer.kind === 'not-found' && context.denialIsFinal,
  },
  actions: {
    takeNumber: assign({ refund: (_, { refund }: { refund: string }) => refund }),
    enterPhase: assign({ phase: (_, { phase }: { phase: RefundPhase }) => phase }),
    rememberAnswer: assign({
      waitMs: (_, { answer }: Answered) => (answer.kind === 'unknown' ? answer.waitMs : 0),
      lastReason: (_, { answer }: Answered) => refundReasonOf(answer),
      refusal: ({ context }, { answer }: Answered) =>
        answer.kind === 'refused' ? answer.description : context.refusal,
    }),
    rememberSent: assign({ maybeSent: true, tried: [] }),
    skipDomain: assign({ tried: ({ context }, { answer }: Answered) => [...context.tried, answer.trace.domain] }),
    expireRepeat: assign({ mayRepeat: false }),
    believeDenial: assign({ denialIsFinal: true }),
    countReconciliation: assign({ reconciliations: ({ context }) => context.reconciliations + 1 }),
    startTracking: assign({ isAccepted: true, reconciliations: 0 }),
    judge: assign({ verdict: ({ context }, { answer }: Answered) => refundVerdictOf(answer, context) }),
    reportProgress: sendParent(({ context }): RefundReport => ({
      type: 'refund.progress',
      ...reportedOf(context),
      phase: context.phase,
      reason: context.lastReason,
      unresolvedTold: context.recovered?.unresolvedTold ?? NOTHING_TOLD,
    })),
    reportAccepted: sendParent(({ context }): RefundReport => ({ type: 'refund.accepted', ...reportedOf(context) })),
    reportSettled: sendParent(({ context }): RefundReport => ({
      type: 'refund.settled',
      ...reportedOf(context),
      verdict: refundVerdictIn(context),
    })),
    reportNotStarted: sendParent(({ context }, { error }: { error: unknown }): RefundReport => ({
      type: 'refund.notStarted',
      slot: context.slot,
      order: context.order,
      refundFen: context.refundFen,
      reason: error instanceof Error ? error.message : String(error),
    })),
    reportCrash: sendParent((_, { error }: { error: unknown }) => ({ type: 'crash.reported', where: 'refund', error })),
  },
  delays: {
    windowEnd: ({ context }) => Math.min(context.limits.windowMs, WINDOW_MS_MAX),
    pollDelay: ({ context }) => Math.max(context.limits.pollIntervalMs, context.waitMs),
    nextDomainDelay: ({ context }) => Math.min(NEXT_DOMAIN_MS, context.limits.pollIntervalMs),
    reconcileDelay: ({ context: { limits, reconciliations, refund, waitMs } }) => {
      const delayMs = Math.min(limits.reconcileIntervalMs * 2 ** reconciliations, limits.reconcileIntervalMaxMs);
      return Math.max(jittered(delayMs, refund ?? '', reconciliations), waitMs);
    },
    repeatLife: ({ context }) => context.recovered?.repeatLeftMs ?? REFUND_REPEAT_LIFE_MS,
    // Twice as long as for a payment: the last repeat may still be on its way.
    denialFinal: ({ context }) => context.recovered?.denialFinalAfterMs ?? 2 * context.limits.notFoundFinalAfterMs,
    recordAgain: 2000,
  },
}).createMachine({
  id: 'refund',
  context: ({ input: { slot, ask, recovered, limits } }) => {
    const about = recovered ?? ask;
    if (about === null) throw new Error('a refund is asked for or recovered');
    const { order, orderFen, refundFen, platform } = about;
    return {
      slot,
      ask,
      refund: recovered?.refund ?? null,
      order,
      orderFen,
      refundFen,
      platform,
      recovered,
      limits,
      phase: 'submitting',
      tried: [],
      maybeSent: recovered !== null,
      isAccepted: recovered?.isAccepted ?? false,
      mayRepeat: (recovered?.repeatLeftMs ?? 1) > 0,
      denialIsFinal: false,
      waitMs: 0,
      reconciliations: 0,
      lastReason: '',
      refusal: '',
      verdict: null,
    };
  },
  initial: 'starting',
  states: {
    starting: {
      always: [
        { guard: 'wasAccepted', target: 'tracking' },
        { guard: 'wasTold', target: 'unresolved.reconciling' },
        { guard: 'isRecovered', target: 'inWindow.querying' },
        { target: 'recording' },
      ],
    },
    recording: {
      invoke: {
        src: 'recordIntent',
        input: ({ context }) => ({ ask: askOf(context) }),
        onDone: {
          target: 'inWindow',
          actions: { type: 'takeNumber', params: ({ event }) => ({ refund: event.output.refund }) },
        },
        // Nothing was durable, so nothing was sent (M1): the refund never happened.
        onError: { target: 'notStarted', actions: { type: 'reportNotStarted', params: crashed } },
      },
    },
    inWindow: {
      tags: ['mayBeRefunded', 'inWindow'],
      initial: 'submitting',
      // An attempt that is cut off here may have reached the gateway.
      after: { windowEnd: { target: 'unresolved', actions: 'rememberSent' } },
      states: {
        submitting: {
          entry: 'reportProgress',
          invoke: {
            src: 'submit',
            input: ({ context }) => ({ refund: refundOf(context), tried: context.tried }),
            onDone: [
              {
                guard: { type: 'canTryNextDomain', params: answered },
                target: 'submitting',
                reenter: true,
                actions: { type: 'skipDomain', params: answered },
              },
              {
                guard: { type: 'neverSent', params: answered },
                target: '#refund.recordingResult',
                actions: { type: 'judge', params: answered },
              },
              { guard: { type: 'isTaken', params: answered }, target: '#refund.recordingAcceptance' },
              {
                guard: { type: 'isLost', params: answered },
                target: '#refund.recordingResult',
                actions: { type: 'judge', params: answered },
              },
              {
                guard: { type: 'isFirstRefusal', params: answered },
                target: '#refund.recordingResult',
                actions: { type: 'judge', params: answered },
              },
              { target: 'pausing', actions: ['rememberSent', { type: 'rememberAnswer', params: answered }] },
            ],
            // A crash in the port proves nothing: bytes may have left.
            onError: { target: 'pausing', actions: ['rememberSent', { type: 'reportCrash', params: crashed }] },
          },
        },
        pausing: {
          after: { pollDelay: 'querying' },
          on: { 'refund.reconcile': 'querying' },
        },
        switching: { after: { nextDomainDelay: 'querying' } },
        querying: {
          invoke: {
            src: 'queryRefund',
            input: ({ context }) => ({ refund: refundOf(context) }),
            onDone: [
              { guard: { type: 'isTaken', params: answered }, target: '#refund.recordingAcceptance' },
              {
                guard: { type: 'isLost', params: answered },
                target: '#refund.recordingResult',
                actions: { type: 'judge', params: answered },
              },
              {
                guard: { type: 'mayRepeat', params: answered },
                target: 'submitting',
                actions: ['rememberSent', { type: 'rememberAnswer', params: answered }],
              },
              {
                guard: { type: 'canTryNextDomain', params: answered },
                target: 'switching',
                actions: [
                  { type: 'skipDomain', params: answered },
                  { type: 'rememberAnswer', params: answered },
                ],
              },
              { target: 'pausing', actions: ['rememberSent', { type: 'rememberAnswer', params: answered }] },
            ],
            onError: { target: 'pausing', actions: { type: 'reportCrash', params: crashed } },
          },
        },
      },
    },
    unresolved: {
      tags: 'mayBeRefunded',
      entry: [{ type: 'enterPhase', params: { phase: 'unresolved' } }, 'reportProgress'],
      initial: 'resting',
      after: { repeatLife: { actions: 'expireRepeat' }, denialFinal: { actions: 'believeDenial' } },
      states: {
        resting: {
          after: { reconcileDelay: 'reconciling' },
          on: { 'refund.reconcile': 'reconciling' },
        },
        reconciling: {
          entry: 'countReconciliation',
          invoke: {
            src: 'queryRefund',
            input: ({ context }) => ({ refund: refundOf(context) }),
            onDone: [
              { guard: { type: 'isTaken', params: answered }, target: '#refund.recordingAcceptance' },
              {
                guard: { type: 'isLost', params: answered },
                target: '#refund.recordingResult',
                actions: { type: 'judge', params: answered },
              },
              {
                guard: { type: 'isDeniedForGood', params: answered },
                target: '#refund.recordingResult',
                actions: { type: 'judge', params: answered },
              },
              {
                guard: { type: 'mayRepeat', params: answered },
                target: 'repeating',
                actions: { type: 'rememberAnswer', params: answered },
              },
              { target: 'resting', actions: { type: 'rememberAnswer', params: answered } },
            ],
            onError: { target: 'resting', actions: { type: 'reportCrash', params: crashed } },
          },
        },
        /** The same number again: the gateway takes it for the same refund. Whatever it answers now, only facts end the refund. */
        repeating: {
          invoke: {
            src: 'submit',
            input: ({ context }) => ({ refund: refundOf(context), tried: context.tried }),
            onDone: [
              { guard: { type: 'isTaken', params: answered }, target: '#refund.recordingAcceptance' },
              {
                guard: { type: 'isLost', params: answered },
                target: '#refund.recordingResult',
                actions: { type: 'judge', params: answered },
              },
              { target: 'resting', actions: { type: 'rememberAnswer', params: answered } },
            ],
            onError: { target: 'resting', actions: { type: 'reportCrash', params: crashed } },
          },
        },
      },
    },
    recordingAcceptance: {
      invoke: {
        src: 'recordResult',
        input: ({ context }) => ({ refund: refundOf(context), verdict: { outcome: 'accepted', reason: '' } }),
        onDone: { target: 'tracking', actions: ['startTracking', 'reportAccepted'] },
        // The cashier must hear the truth although the disk fails (M10); the end of the refund is recorded later.
        onError: { target: 'tracking', actions: ['startTracking', 'reportAccepted'] },
      },
    },
    tracking: {
      tags: 'accepted',
      initial: 'resting',
      states: {
        resting: {
          after: { reconcileDelay: 'querying' },
          on: { 'refund.reconcile': 'querying' },
        },
        querying: {
          entry: 'countReconciliation',
          invoke: {
            src: 'queryRefund',
            input: ({ context }) => ({ refund: refundOf(context) }),
            onDone: [
              {
                guard: { type: 'isEnded', params: answered },
                target: '#refund.recordingResult',
                actions: { type: 'judge', params: answered },
              },
              { target: 'resting', actions: { type: 'rememberAnswer', params: answered } },
            ],
            onError: { target: 'resting', actions: { type: 'reportCrash', params: crashed } },
          },
        },
      },
    },
    recordingResult: {
      invoke: {
        src: 'recordResult',
        input: ({ context }) => ({ refund: refundOf(context), verdict: refundVerdictIn(context) }),
        onDone: { target: 'settled', actions: 'reportSettled' },
        onError: { target: 'settledUnrecorded', actions: 'reportSettled' },
      },
    },
    settledUnrecorded: {
      initial: 'resting',
      states: {
        resting: { after: { recordAgain: 'recording' } },
        recording: {
          invoke: {
            src: 'recordResult',
            input: ({ context }) => ({ refund: refundOf(context), verdict: refundVerdictIn(context) }),
            onDone: '#refund.settled',
            onError: 'resting',
          },
        },
      },
    },
    notStarted: { type: 'final' },
    settled: { type: 'final' },
  },
});
