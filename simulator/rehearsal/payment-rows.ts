import { MONEY_CLAIMS } from './money-claims.ts';
import { truthOf, type Counter } from './counter.ts';
import { BOTH_WALLETS, holds, type RehearsalRow } from './row.ts';
import { checkPaid, goHome, hearOf, orderOn, paidSlip, present, sell, type, voiceOf, wordsOf } from './steps.ts';

/** 0.02 as the table asks for, and an amount with a zero inside it, which a voice says wrongly first. */
const AMOUNTS = [2, 2005];
const PASSWORD_FEN = 520;
const LATE_FEN = 666;
/** Everything that is worth nothing. */
const ZEROS = ['0', '0.00', '0.001', '.'];

/** C1: plain payments. */
export const PLAIN_PAYMENTS: RehearsalRow = {
  id: 'C1',
  words: { 'zh-CN': '收款 0.02 元和其他金额', en: '0.02 and others are paid' },
  wallets: BOTH_WALLETS,
  async play(counter, platform) {
    for (const amountFen of AMOUNTS) await sell(counter, platform, amountFen);
  },
};

/** C2: the customer must enter the password. */
export const PASSWORD: RehearsalRow = {
  id: 'C2',
  words: { 'zh-CN': '顾客需要输入密码', en: 'Customer types the password' },
  wallets: BOTH_WALLETS,
  async play(counter, platform) {
    await present(counter, PASSWORD_FEN, counter.code(platform, 'password'));
    const waiting = await counter.screen('password');
    const order = orderOn(waiting);
    holds(waiting.lines.includes(wordsOf(counter).password), `the screen says "${waiting.lines.join(' ')}"`);
    holds(truthOf(counter, order).charges === 0, 'the customer was charged before the password');
    holds(counter.sandbox.payOrder(order), 'the order no longer waits for its password');
    await checkPaid(counter, platform, PASSWORD_FEN, await counter.screen('paid'));
    await goHome(counter);
  },
};

/** C3: the customer is slower than the payment window. */
export const SLOW_CUSTOMER: RehearsalRow = {
  id: 'C3',
  words: { 'zh-CN': '顾客付得晚，也不说失败或超时', en: 'Late, yet never called failed' },
  wallets: BOTH_WALLETS,
  async play(counter, platform) {
    await present(counter, LATE_FEN, counter.code(platform, 'password'));
    const unknown = await counter.screen('unknown', 'failed', 'paid');
    const order = orderOn(unknown);
    holds(unknown.name === 'unknown', `the end of the window shows "${unknown.lines.join(' ')}"`);
    holds(unknown.lines.includes(wordsOf(counter).unknownHelp), 'the mandated words are missing');
    await hearOf(counter, order, voiceOf(counter).unresolved().text);
    await counter.printed('the slip of the unknown result', ({ orderBarcode }) => orderBarcode === order);
    noClaims(counter, order, unknown.lines);
    holds(counter.sandbox.payOrder(order), 'the order no longer waits for its password');
    const { text } = voiceOf(counter).paid(platform, LATE_FEN, 'late');
    await counter.heard(`"${text}"`, (heard) => heard.order === order && heard.text.startsWith(text));
    await paidSlip(counter, order, LATE_FEN);
    holds(truthOf(counter, order).charges === 1, 'the customer was not charged exactly once');
    await counter.screen('paid');
    await goHome(counter);
  },
};

function noClaims(counter: Counter, order: string, lines: readonly string[]): void {
  const spoken = counter.spoken().filter((heard) => heard.order === order);
  for (const text of [...spoken.map((heard) => heard.text), ...lines]) {
    const claim = MONEY_CLAIMS[counter.locale].find((one) => text.toLowerCase().includes(one));
    holds(claim === undefined, `"${text}" claims an end that nobody knows`);
  }
}

/** C4: amounts that are worth nothing. */
export const ZERO_AMOUNTS: RehearsalRow = {
  id: 'C4',
  words: { 'zh-CN': '金额为 0 在终端上被拒绝', en: 'Amount 0 is refused here' },
  wallets: [],
  async play(counter) {
    const before = counter.sandbox.book().calls.micro_pay ?? 0;
    const [reason = ''] = wordsOf(counter).refused['amount-zero']('');
    for (const zero of ZEROS) {
      type(counter, zero);
      counter.press('enter');
      const refused = await counter.screen('refused', 'present-code');
      holds(refused.lines.includes(reason), `"${zero}" shows "${refused.lines.join(' ')}"`);
      await goHome(counter);
    }
    const sent = (counter.sandbox.book().calls.micro_pay ?? 0) - before;
    holds(sent === 0, `${sent} payments were sent`);
  },
};
