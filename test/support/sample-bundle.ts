import type { TransitionRecord } from '../../fleet/contract/snapshot.ts';
import type { SupportBundle } from '../../fleet/contract/support-bundle.ts';

const AT = 1_790_000_000_000;
const ORDER = 'T1-000042';

const step = (n: number, ev: string, st: unknown, more: Partial<TransitionRecord> = {}): TransitionRecord => {
  return { n, t: AT - 1000 + n * 100, a: `payment.${ORDER}`, m: 'payment', ev, st, ...more };
};

/** What a terminal in the middle of a payment writes for support. */
export function sampleBundle(): SupportBundle {
  const context = { order: ORDER, amountFen: 2005, platform: 'wechat', customerCode: '•••' };
  return {
    ...{ is: 'till-support-bundle', v: 1, at: AT, tid: 'shop-1', sn: 'SN-0001' },
    versions: { till: '0.1.0', node: 'v24.0.0' },
    doctor: {
      ...{ at: AT, sw: '0.1.0', ok: false },
      findings: [
        { check: 'data-folder', state: 'ok', what: 'can be written', remedy: null },
        { check: 'clock', state: 'failing', what: 'the clock is two years behind', remedy: 'set the clock' },
      ],
    },
    snapshot: {
      ...{ at: AT, sw: '0.1.0', e: 'e1', b: 3, openOrders: [ORDER], openRefunds: [] },
      actors: {
        terminal: { machine: 'terminal', state: { running: { cashier: 'running', trade: 'selling' } }, context: {} },
        cashier: { machine: 'cashier', state: 'following', context: { amountFen: 2005 } },
        [`payment.${ORDER}`]: { machine: 'payment', state: { inWindow: 'querying' }, context },
      },
      transitions: [
        step(1, 'xstate.init', 'recording', { cx: context }),
        step(2, 'xstate.done.actor.0.payment.recording', { inWindow: 'submitting' }),
        step(3, 'xstate.done.actor.0.payment.inWindow.submitting', { inWindow: 'querying' }),
      ],
      journal: [],
    },
    journal: [{ s: 1, t: AT, type: 'BOOT', d: { boot: 3, version: '0.1.0' } }],
    configuration: { sn: 'SN-0001' },
    missing: [],
  };
}
