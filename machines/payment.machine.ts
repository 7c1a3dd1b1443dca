import { assign, sendParent, setup } from 'xstate';
import type { Domain } from '../domain/payment-gateway.ts';
import type { Closing } from '../domain/order-life.ts';
import { jittered } from './jitter.ts';
import {
  NOTHING_TOLD,
  closingAhead,
  isClosedFacts,
  isPaidFacts,
  isWaitingFacts,
  orderIn,
  orderOf,
  reasonOf,
  saleOf,
  verdictIn,
  verdictOf,
  type PayAnswer,
  type PaymentContext,
  type PaymentInput,
  type PaymentPhase,
  type PaymentReport,
  type PaymentVerdict,
  type QueryAnswer,
  type Sale,
} from './payment-order.ts';
import { port } from './port.ts';

type Answered = { readonly answer: PayAnswer | QueryAnswer };

/**
 * One payment order from its intent to its settled end.
 * Invariant: once a request byte may have left, only verified facts of this very order settle it; no answer is not a "no" (M2, M3).
 */
export const paymentMachine = setup({
  types: {
    input: {} as PaymentInput,
    context: {} as PaymentContext,
    events: {} as { type: 'payment.reconcile' },
    tags: {} as 'mayBeCharged' | 'inWindow',
  },
  actors: {
    recordIntent: port<{ order: string; closes?: Closing }, { sale: Sale; slot: string }>('recordIntent'),
    submit: port<PayAnswer, { order: string; tried: readonly Domain[] }>('submit'),
    queryOrder: port<QueryAnswer, { order: string; sawOldNumbering: boolean }>('queryOrder'),
    recordResult: port<void, { order: string; verdict: PaymentVerdict }>('recordResult'),
  },
  guards: {
    isRecovered: ({ context }) => context.recovered !== null,
    windowIsOver: ({ context }) => context.windowOver,
    isFinal: (_, { answer }: Answered) => isPaidFacts(answer) || isClosedFacts(answer),
    isWaitingForCustomer: (_, { answer }: Answered) => isWaitingFacts(answer),
    /** Everybody was told so already. */
    stillWaitsForCustomer: ({ context }, { answer }: Answered) =>
      context.phase === 'password' && isWaitingFacts(answer),
    isFirstRefusal: ({ context }, { answer }: Answered) => answer.kind === 'refused' && !context.maybeSent,
    canTryNextDomain: ({ context }, { answer }: Answered) =>
      answer.kind === 'not-sent' && context.tried.length + 1 < context.given.limits.domains,
    isNotSent: (_, { answer }: Answered) => answer.kind === 'not-sent',
    neverSent: ({ context }, { answer }: Answered) => answer.kind === 'not-sent' && !context.maybeSent,
    mayRepeat: ({ context }, { answer }: Answered) =>
      answer.kind === 'not-found' && context.codeAlive && context.recovered === null,
    isDeniedForGood: ({ context }, { answer }: Answered) =>
      (context.denialIsFinal && answer.kind === 'not-found') ||
      (context.waitingIsFinal && context.platform === 'alipay' && isWaitingFacts(answer)),
  },
  actions: {
    takeOrder: assign((_, { order, closes = null }: { order: string; closes?: Closing | null }) => ({ order, closes })),
    enterPhase: assign({ phase: (_, { phase }: { phase: PaymentPhase }) => phase }),
    rememberAnswer: assign({
      heard: ({ context }, { answer }: Answered) => ({
        lastReason: reasonOf(answer),
        waitMs: answer.kind === 'unknown' ? answer.waitMs : 0,
        sawOldNumbering: context.heard.sawOldNumbering || (answer.kind === 'order' && answer.oldNumbering),
      }),
    }),
    rememberSent: assign({ maybeSent: true, tried: [] }),
    skipDomain: assign({
      tried: ({ context }, { answer }: Answered) => [...context.tried, answer.trace.domain],
    }),
    forgetTried: assign({ tried: [] }),
    expireCode: assign({ codeAlive: false }),
    endWindow: assign({ windowOver: true }),
    believeDenial: assign({ denialIsFinal: true }),
    disbelieveWaiting: assign({ waitingIsFinal: true }),
    countReconciliation: assign({ reconciliations: ({ context }) => context.reconciliations + 1 }),
    judge: assign({
      verdict: ({ context }, { answer }: Answered) => verdictOf(answer, context),
    }),
    reportProgress: sendParent(({ context }): PaymentReport => ({
      type: 'payment.progress',
      slot: context.given.slot,
      order: context.order ?? '',
      platform: context.platform,
      amountFen: context.amountFen,
      phase: context.phase,
      closes: closingAhead(context),
      reason: context.heard.lastReason,
      unresolvedTold: context.recovered?.unresolvedTold ?? NOTHING_TOLD,
      recovered: context.recovered !== null,
    })),
    reportSettled: sendParent(({ context }): PaymentReport => {
      if (context.verdict === null) throw new Error('a payment settled without a verdict');
      return {
        type: 'payment.settled',
        slot: context.given.slot,
        order: context.order ?? '',
        platform: context.platform,
        amountFen: context.amountFen,
        verdict: context.verdict,
        recovered: context.recovered !== null,
      };
    }),
    reportNotStarted: sendParent(({ context }, { error }: { error: unknown }): PaymentReport => ({
      type: 'payment.notStarted',
      slot: context.given.slot,
      amountFen: context.amountFen,
      platform: context.platform,
      reason: error instanceof Error ? error.message : String(error),
    })),
    reportCrash: sendParent((_, { error }: { error: unknown }) => ({
      type: 'crash.reported',
      where: 'payment',
      error,
    })),
  },
  delays: {
    windowRemaining: ({ context }) => context.recovered?.windowRemainingMs ?? context.given.limits.windowMs,
    codeLife: ({ context }) => context.given.limits.codeLifeMs,
    pollDelay: ({ context }) => Math.max(context.given.limits.pollIntervalMs, context.heard.waitMs),
    nextDomainDelay: ({ context }) =>
      Math.max(Math.min(250, context.given.limits.pollIntervalMs), context.heard.waitMs),
    reconcileDelay: ({ context }) =>
      jittered(
        Math.min(
          context.given.limits.reconcileIntervalMs * 2 ** context.reconciliations,
          context.given.limits.reconcileIntervalMaxMs,
        ),
        context.order ?? '',
        context.reconciliations,
      ),
    denialFinal: ({ context }) => context.recovered?.denialFinalAfterMs ?? context.given.limits.notFoundFinalAfterMs,
    // Never shorter than ten minutes, whatever the configuration: five lives of an order at the gateway.
    waitingFinal: ({ context }) => Math.max(context.given.limits.notFoundFinalAfterMs, 600_000),
    recordAgain: 2000,
  },
}).createMachine({
  id: 'payment',
  context: ({ input }) => ({
    given: { slot: input.slot, sale: input.sale, limits: input.limits },
    ...orderIn(input),
    recovered: input.recovered,
    phase: input.recovered === null ? 'submitting' : 'querying',
    tried: [],
    maybeSent: input.recovered !== null,
    codeAlive: input.recovered === null,
    windowOver: (input.recovered?.windowRemainingMs ?? 1) <= 0,
    denialIsFinal: false,
    waitingIsFinal: false,
    heard: { lastReason: '', waitMs: 0, sawOldNumbering: false },
    reconciliations: 0,
    verdict: null,
  }),
  initial: 'starting',
  states: {
    starting: {
      always: [
        { guard: 'windowIsOver', target: 'lastQuery' },
        { guard: 'isRecovered', target: 'inWindow.querying' },
        { target: 'recording' },
      ],
    },
    recording: {
      invoke: {
        src: 'recordIntent',
        input: ({ context }) => ({ sale: saleOf(context), slot: context.given.slot }),
        onDone: {
          target: 'inWindow',
          actions: { type: 'takeOrder', params: ({ event }) => event.output },
        },
        // Nothing was durable, so nothing was sent (M1): the sale never happened.
        onError: {
          target: 'notStarted',
          actions: { type: 'reportNotStarted', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    inWindow: {
      tags: ['mayBeCharged', 'inWindow'],
      initial: 'submitting',
      after: {
        windowRemaining: { target: 'lastQuery', actions: 'endWindow' },
        codeLife: { actions: 'expireCode' },
      },
      states: {
        submitting: {
          entry: 'reportProgress',
          invoke: {
            src: 'submit',
            input: ({ context }) => ({ order: orderOf(context), tried: context.tried }),
            onDone: [
              {
                guard: { type: 'canTryNextDomain', params: ({ event }) => ({ answer: event.output }) },
                target: 'submitting',
                reenter: true,
                actions: { type: 'skipDomain', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                guard: { type: 'neverSent', params: ({ event }) => ({ answer: event.output }) },
                target: '#payment.recordingResult',
                actions: { type: 'judge', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                guard: { type: 'isFinal', params: ({ event }) => ({ answer: event.output }) },
                target: '#payment.recordingResult',
                actions: { type: 'judge', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                guard: { type: 'isFirstRefusal', params: ({ event }) => ({ answer: event.output }) },
                target: '#payment.recordingResult',
                actions: { type: 'judge', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                guard: { type: 'isWaitingForCustomer', params: ({ event }) => ({ answer: event.output }) },
                target: 'passwordEntry',
                actions: [
                  'rememberSent',
                  { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
                  { type: 'enterPhase', params: { phase: 'password' } },
                  'reportProgress',
                ],
              },
              {
                target: 'pausing',
                actions: [
                  'rememberSent',
                  { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
                ],
              },
            ],
            // A crash in the port proves nothing: bytes may have left.
            onError: {
              target: 'pausing',
              actions: ['rememberSent', { type: 'reportCrash', params: ({ event }) => ({ error: event.error }) }],
            },
          },
        },
        passwordEntry: {
          after: { pollDelay: 'querying' },
          on: { 'payment.reconcile': 'querying' },
        },
        pausing: {
          entry: 'reportProgress',
          after: { pollDelay: 'querying' },
          on: { 'payment.reconcile': 'querying' },
        },
        switching: { after: { nextDomainDelay: 'querying' } },
        querying: {
          invoke: {
            src: 'queryOrder',
            input: ({ context }) => ({ order: orderOf(context), sawOldNumbering: context.heard.sawOldNumbering }),
            onDone: [
              {
                guard: { type: 'isFinal', params: ({ event }) => ({ answer: event.output }) },
                target: '#payment.recordingResult',
                actions: { type: 'judge', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                guard: { type: 'mayRepeat', params: ({ event }) => ({ answer: event.output }) },
                target: 'submitting',
                actions: ['forgetTried', { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) }],
              },
              {
                guard: { type: 'stillWaitsForCustomer', params: ({ event }) => ({ answer: event.output }) },
                target: 'passwordEntry',
                actions: { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                guard: { type: 'isWaitingForCustomer', params: ({ event }) => ({ answer: event.output }) },
                target: 'passwordEntry',
                actions: [
                  { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
                  { type: 'enterPhase', params: { phase: 'password' } },
                  'reportProgress',
                ],
              },
              {
                guard: { type: 'isNotSent', params: ({ event }) => ({ answer: event.output }) },
                target: 'switching',
                actions: { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                target: 'pausing',
                actions: [
                  { type: 'enterPhase', params: { phase: 'querying' } },
                  { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
                ],
              },
            ],
            onError: {
              target: 'pausing',
              actions: { type: 'reportCrash', params: ({ event }) => ({ error: event.error }) },
            },
          },
        },
      },
    },
    lastQuery: {
      tags: 'mayBeCharged',
      entry: 'endWindow',
      invoke: {
        src: 'queryOrder',
        input: ({ context }) => ({ order: orderOf(context), sawOldNumbering: context.heard.sawOldNumbering }),
        onDone: [
          {
            guard: { type: 'isFinal', params: ({ event }) => ({ answer: event.output }) },
            target: 'recordingResult',
            actions: { type: 'judge', params: ({ event }) => ({ answer: event.output }) },
          },
          {
            target: 'unresolved',
            actions: { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
          },
        ],
        onError: {
          target: 'unresolved',
          actions: { type: 'reportCrash', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    unresolved: {
      tags: 'mayBeCharged',
      entry: [{ type: 'enterPhase', params: { phase: 'unresolved' } }, 'reportProgress'],
      initial: 'resting',
      after: { denialFinal: { actions: 'believeDenial' }, waitingFinal: { actions: 'disbelieveWaiting' } },
      states: {
        resting: {
          after: { reconcileDelay: 'reconciling' },
          on: { 'payment.reconcile': 'reconciling' },
        },
        reconciling: {
          entry: 'countReconciliation',
          invoke: {
            src: 'queryOrder',
            input: ({ context }) => ({ order: orderOf(context), sawOldNumbering: context.heard.sawOldNumbering }),
            onDone: [
              {
                guard: { type: 'isFinal', params: ({ event }) => ({ answer: event.output }) },
                target: '#payment.recordingResult',
                actions: { type: 'judge', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                guard: { type: 'isDeniedForGood', params: ({ event }) => ({ answer: event.output }) },
                target: '#payment.recordingResult',
                actions: { type: 'judge', params: ({ event }) => ({ answer: event.output }) },
              },
              {
                target: 'resting',
                actions: { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
              },
            ],
            onError: {
              target: 'resting',
              actions: { type: 'reportCrash', params: ({ event }) => ({ error: event.error }) },
            },
          },
        },
      },
    },
    recordingResult: {
      invoke: {
        src: 'recordResult',
        input: ({ context }) => ({ order: orderOf(context), verdict: verdictIn(context) }),
        onDone: { target: 'settled', actions: 'reportSettled' },
        // The cashier must hear the truth although the disk fails (M10); the record follows when the journal is open again.
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
            input: ({ context }) => ({ order: orderOf(context), verdict: verdictIn(context) }),
            onDone: '#payment.settled',
            onError: 'resting',
          },
        },
      },
    },
    notStarted: { type: 'final' },
    settled: { type: 'final' },
  },
});
