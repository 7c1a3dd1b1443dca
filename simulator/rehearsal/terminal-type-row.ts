import type { InterfaceName } from '../gateway/fault-script.ts';
import { BOTH_WALLETS, holds, type RehearsalRow } from './row.ts';
import { askRefund, checkPaid, goHome, newestRefund, orderOn, present } from './steps.ts';

const AMOUNT_FEN = 808;
const REFUND_MS = 300;
/** The interfaces of a sale and its refund whose requests carry an OrderClient. */
const CARRY_ORDER_CLIENT: readonly InterfaceName[] = ['micro_pay', 'query_order', 'refund', 'query_refund_order'];

/** C8: what every request said of the terminal's kind, from a sale with a password to the end of its refund. */
export const TERMINAL_TYPE: RehearsalRow = {
  id: 'C8',
  words: { 'zh-CN': '每个请求带正确的终端类型', en: 'Right sub_terminal_type' },
  wallets: BOTH_WALLETS,
  async play(counter, platform) {
    counter.sandbox.change({ refundDelayMs: REFUND_MS });
    await present(counter, AMOUNT_FEN, counter.code(platform, 'password'));
    const order = orderOn(await counter.screen('password'));
    holds(counter.sandbox.payOrder(order), 'the order no longer waits for its password');
    await checkPaid(counter, platform, AMOUNT_FEN, await counter.screen('paid'));
    await goHome(counter);
    await askRefund(counter, order);
    counter.press('enter');
    await counter.screen('refund-accepted');
    const refund = newestRefund(counter, order);
    // Its end is known from query_refund_order alone.
    await counter.heard('the end of the refund', (heard) => heard.refund === refund && told(counter, refund) > 1);
    await goHome(counter);
    const { subTerminalTypes } = counter.sandbox.book();
    for (const name of CARRY_ORDER_CLIENT) {
      const seen = subTerminalTypes[name] ?? [];
      const right = seen.length === 1 && seen[0] === counter.subTerminalType;
      holds(right, `${name} had sub_terminal_type ${seen.join(', ') || 'in no request'}`);
    }
  },
};

function told(counter: Parameters<RehearsalRow['play']>[0], refund: string): number {
  return counter.spoken().filter((heard) => heard.refund === refund).length;
}
