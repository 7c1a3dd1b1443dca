import type { Mutant } from './mutant.ts';

const CLASSIFY = 'cloudpay/classify.ts';
const ENVELOPE = 'cloudpay/envelope.ts';

/** Bugs in what an answer of the gateway is taken to mean, and in the choice of the domain. */
export const PROTOCOL_MUTANTS: readonly Mutant[] = [
  {
    name: 'wrong-code-is-believed',
    rule: 'M3',
    bug: 'an answer with a wrong authentication code counts as signed',
    edits: [
      {
        file: ENVELOPE,
        text: '!sameText(authenInfo.a.authen_code, authenCode(key, text))',
        replacement: '!sameText(authenInfo.a.authen_code, authenInfo.a.authen_code)',
      },
    ],
    within: 1000,
  },
  {
    name: 'unsigned-is-believed',
    rule: 'M3',
    bug: 'an answer without an authentication code counts as signed',
    edits: [
      {
        file: ENVELOPE,
        text: "kind: authenInfo === undefined ? 'unsigned' : 'signed'",
        replacement: "kind: 'signed'",
      },
    ],
    within: 1000,
  },
  {
    name: 'unsigned-status-is-failed',
    rule: 'M3',
    bug: 'an unsigned status 3, 101 or 103 ends the payment as failed',
    edits: [
      {
        file: CLASSIFY,
        text: 'if (!isSigned) return unknown(`unsigned status ${status}`, status === 103 ? BUSY_WAIT_MS : 0);',
        replacement: "if (!isSigned) return { class: 'failed' };",
      },
    ],
    within: 500,
  },
  {
    name: 'busy-is-failed',
    rule: 'M3',
    bug: 'a signed status 103 ends the payment as failed',
    edits: [
      {
        file: CLASSIFY,
        text: "if (status === 103) return unknown('status 103: the gateway is still working on it', BUSY_WAIT_MS);",
        replacement: "if (status === 103) return { class: 'failed' };",
      },
    ],
    within: 5000,
  },
  {
    name: 'another-order-is-believed',
    rule: 'M3',
    bug: 'a signed answer about another order is taken for the answer to this one',
    edits: [
      {
        file: 'cloudpay/order-facts.ts',
        text: "if (content.out_trade_no !== expected.order) return 'the answer is about another order';",
        replacement: '',
      },
      {
        file: 'cloudpay/order-facts.ts',
        text: "if (expected.amountFen !== null && amountFen !== expected.amountFen) return 'the answer is about another amount';",
        replacement: '',
      },
      {
        file: 'cloudpay/gateway-exchange.ts',
        text: 'if (named === null || named.order_content.out_trade_no === asked.order) return null;',
        replacement: 'if (named === null || asked.order !== null) return null;',
      },
    ],
    harder: { forged: 0.3 },
    within: 3000,
  },
  {
    name: 'waiting-is-closed',
    rule: 'M3',
    bug: 'a WeChat order whose customer still types the password is taken for closed',
    edits: [
      {
        file: 'cloudpay/order-state.ts',
        text: "    case 9:\n      return 'waiting-for-customer';",
        replacement: "    case 9:\n      return 'closed';",
      },
    ],
    within: 500,
  },
  {
    name: 'first-domain-only',
    rule: 'M2',
    bug: 'every request goes to the first domain, whether it answers or not',
    edits: [
      {
        file: 'machines/domain-failover.machine.ts',
        text: 'if (usable.includes(context.chosen)) return context.chosen;\n  return usable[0] ?? candidates[0] ?? context.chosen;',
        replacement: 'return (usable.length < 0 ? usable[0] : context.domains[0]) ?? context.chosen;',
      },
    ],
    within: 1000,
  },
];
