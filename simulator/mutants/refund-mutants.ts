import type { Mutant } from './mutant.ts';

const CHART = 'machines/refund.machine.ts';
const PORTS = 'actors/refund-ports.ts';

/** Bugs in giving money back. */
export const REFUND_MUTANTS: readonly Mutant[] = [
  {
    name: 'refund-intent-is-not-synced',
    rule: 'M1',
    bug: 'a refund is sent before its intent is on the medium',
    edits: [
      {
        file: PORTS,
        text: 'journal.record([...facts, intent], { flush: true });',
        replacement: 'journal.record([...facts, intent], { flush: false });',
      },
    ],
    harder: { powerCut: 0.02 },
    within: 5000,
  },
  {
    name: 'refund-under-a-new-number',
    rule: 'M6',
    bug: 'a refund that is not found is sent again under a new number',
    edits: [
      {
        file: CHART,
        text: `target: 'submitting',
                actions: ['rememberSent',`,
        replacement: `target: '#refund.recording',
                actions: ['rememberSent',`,
      },
    ],
    within: 5000,
  },
  {
    name: 'accepted-is-refunded',
    rule: 'M6',
    bug: 'a refund that the gateway still works on is taken for done',
    edits: [
      { file: 'cloudpay/refund-state.ts', text: "if (isTransforming) return 'processing';", replacement: '' },
      {
        file: 'cloudpay/refund-state.ts',
        text: "    default:\n      return 'processing';",
        replacement: "    default:\n      return 'refunded';",
      },
    ],
    within: 2000,
  },
  {
    name: 'refund-denial-is-final-at-once',
    rule: 'M6',
    bug: 'the first "no such refund" after the window is believed for good',
    edits: [
      {
        file: CHART,
        text: "answer.kind === 'not-found' && context.denialIsFinal,",
        replacement: "answer.kind === 'not-found' && context.limits.domains > 0,",
      },
    ],
    harder: {
      refunds: 0.5,
      delayed: 0.3,
      delayMaxMs: 170_000,
      wallJumpEveryMs: 20_000,
      powerCut: 0.02,
      killInstead: 0.9,
    },
    within: 5000,
  },
  {
    name: 'restart-forgets-open-refunds',
    rule: 'M6',
    bug: 'after a restart nobody asks for the refunds that were under way',
    edits: [
      {
        file: PORTS,
        text: `return journal.ledger.openRefunds().map(({ intent, outcome, told }) => {
    const { refund, order, orderFen,`,
        replacement: `return journal.ledger.openRefunds().slice(0, 0).map(({ intent, outcome, told }) => {
    const { refund, order, orderFen,`,
      },
    ],
    within: 5000,
  },
  {
    name: 'owed-refunds-stay-untold',
    rule: 'M7',
    bug: 'the end of a refund that a power cut kept from the cashier is not told after the restart',
    edits: [
      {
        file: 'actors/recovered.ts',
        text: 'return [...owedOrders, ...owedRefunds({ journal })];',
        replacement: 'return [...owedOrders, ...owedRefunds({ journal }).slice(0, 0)];',
      },
    ],
    within: 10_000,
  },
];
