import type { Mutant } from './mutant.ts';

const CHART = 'machines/payment.machine.ts';
const ORDER = 'machines/payment-order.ts';
const PORTS = 'actors/payment-ports.ts';

/** Bugs in the life of one payment, and in the guard before it. */
export const PAYMENT_MUTANTS: readonly Mutant[] = [
  {
    name: 'no-such-order-is-failed',
    rule: 'M3',
    bug: 'a signed "no such order" ends the payment at once',
    edits: [
      {
        file: CHART,
        text: 'isPaidFacts(answer) || isClosedFacts(answer),',
        replacement: "isPaidFacts(answer) || isClosedFacts(answer) || answer.kind === 'not-found',",
      },
    ],
    within: 2000,
  },
  {
    name: 'denial-is-final-at-once',
    rule: 'M3',
    bug: 'when the window is over, the first "no such order" is believed for good',
    edits: [
      {
        file: CHART,
        text: "(context.denialIsFinal && answer.kind === 'not-found') ||",
        replacement: "answer.kind === 'not-found' ||",
      },
    ],
    harder: { delayed: 0.3, delayMaxMs: 170_000, wallJumpEveryMs: 20_000, powerCut: 0.02, killInstead: 0.9 },
    within: 3000,
  },
  {
    name: 'time-out-is-failed',
    rule: 'M4',
    bug: 'the end of the window ends the payment as failed',
    edits: [
      {
        file: CHART,
        text: `target: 'unresolved',
            actions: { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },`,
        replacement: `target: 'recordingResult',
            actions: { type: 'judge', params: ({ event }) => ({ answer: event.output }) },`,
      },
      {
        file: ORDER,
        text: "throw new Error('an unknown answer is no verdict');",
        replacement: "return { outcome: 'failed', ...ended };",
      },
    ],
    within: 2000,
  },
  {
    name: 'waiting-is-paid',
    rule: 'M3',
    bug: 'status 0 while the customer still types the password is taken for paid',
    edits: [
      {
        file: ORDER,
        text: "['paid', 'refunded', 'finished'].includes(answer.state)",
        replacement: "['paid', 'refunded', 'finished', 'waiting-for-customer'].includes(answer.state)",
      },
    ],
    within: 200,
  },
  {
    name: 'lost-goes-to-the-next-domain',
    rule: 'M2',
    bug: 'a request whose answer was lost is sent to the next domain without a query',
    edits: [
      {
        file: CHART,
        text: "answer.kind === 'not-sent' && context.tried.length + 1 < context.given.limits.domains,",
        replacement:
          "(answer.kind === 'not-sent' || answer.kind === 'unknown') && context.tried.length + 1 < context.given.limits.domains,",
      },
    ],
    within: 200,
  },
  {
    name: 'repeat-without-denial',
    rule: 'M2',
    bug: 'a payment is sent again after any query without a result',
    edits: [
      {
        file: CHART,
        text: "answer.kind === 'not-found' && context.codeAlive && context.recovered === null,",
        replacement: "answer.kind !== 'order' && context.codeAlive && context.recovered === null,",
      },
    ],
    within: 500,
  },
  {
    name: 'repeat-of-a-dead-code',
    rule: 'M2',
    bug: "a payment is sent again after its customer's code has died",
    edits: [
      {
        file: CHART,
        text: "answer.kind === 'not-found' && context.codeAlive && context.recovered === null,",
        replacement: "answer.kind === 'not-found' && context.recovered === null,",
      },
      {
        file: PORTS,
        text: 'if ((prepared.get(order)?.expiresAtMs ?? 0) < parts.clock.monotonicMs()) prepared.delete(order);',
        replacement: '',
      },
    ],
    harder: { badAirEveryMs: 30_000 },
    within: 3000,
  },
  {
    name: 'new-number-after-unknown',
    rule: 'M2',
    bug: 'a payment without an answer is sent again under a new number',
    edits: [
      {
        file: CHART,
        text: `target: 'pausing',
                actions: [
                  'rememberSent',`,
        replacement: `target: '#payment.recording',
                actions: [
                  'rememberSent',`,
      },
      {
        file: 'actors/secret-vault.ts',
        text: 'this.#kept.delete(ref);\n    return kept;',
        replacement: 'return kept;',
      },
    ],
    within: 200,
  },
  {
    name: 'restart-forgets-open-orders',
    rule: 'M4',
    bug: 'after a restart nobody asks for the payments that were under way',
    edits: [
      {
        file: PORTS,
        text: 'return journal.ledger.openOrders().map(({ intent, told }) => {',
        replacement: 'return journal.ledger.openOrders().slice(0, 0).map(({ intent, told }) => {',
      },
    ],
    within: 500,
  },
  {
    name: 'no-guard-against-double-charges',
    rule: 'M9',
    bug: 'the same amount is charged again without a question while an order of it is unresolved',
    edits: [
      {
        file: 'domain/ledger.ts',
        text: 'return this.openOrders().find((order) => order.intent.amountFen === amountFen);',
        replacement: 'return this.openOrders().find(() => amountFen < 0);',
      },
    ],
    within: 1000,
  },
  {
    name: 'used-code-is-accepted',
    rule: 'M9',
    bug: 'a customer code that became an order is taken again at once',
    edits: [
      {
        file: 'actors/scan-door.ts',
        text: "if (earlier === undefined || earlier.result?.outcome === 'not-sent') return false;",
        replacement: 'if (earlier === undefined || earlier.result?.outcome !== null) return false;',
      },
    ],
    within: 2000,
  },
  {
    name: 'used-code-by-the-wall-clock',
    rule: 'M8',
    bug: 'a wall clock that jumps frees a customer code that was just used',
    edits: [
      {
        file: 'actors/scan-door.ts',
        text: 'if (clock.monotonicMs() - (usedAt ?? this.#openedAtMs) < CUSTOMER_CODE_LIFE_MS) return true;',
        replacement: 'if (usedAt === Infinity) return true;',
      },
    ],
    harder: { wallJumpEveryMs: 30_000 },
    within: 5000,
  },
];
