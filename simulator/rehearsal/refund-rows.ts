import { yuanText } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import type { Screen } from '../../domain/screen.ts';
import { type Counter, truthOf } from './counter.ts';
import { BOTH_WALLETS, holds, type RehearsalRow } from './row.ts';
import { askRefund, goHome, newestRefund, query, sell, type, voiceOf, wordsOf } from './steps.ts';

/** Nothing reaches its end while the states in between are looked at. */
const SLOW_REFUND_MS = 600_000;
const QUICK_REFUND_MS = 300;
const VOICE_FEN = 123;

/** C5: paid, refunded in two parts, and never by more. */
export const TWO_REFUNDS: RehearsalRow = {
  id: 'C5',
  words: { 'zh-CN': '分两次退款，不能多退', en: 'Refunded twice, never by more' },
  wallets: BOTH_WALLETS,
  async play(counter, platform) {
    counter.sandbox.change({ refundDelayMs: SLOW_REFUND_MS });
    const states = wordsOf(counter).refund.orderState;
    const order = await sell(counter, platform, 2);
    await shows(counter, order, states.paid);
    await refusedRefund(counter, order, '0.03');
    await acceptedRefund(counter, platform, order, 1);
    const partly = await shows(counter, order, states['partly-refunded']);
    holds(partly.lines.includes(wordsOf(counter).refund.refunded(1)), `the order shows "${partly.lines.join(' ')}"`);
    await refusedRefund(counter, order, '0.02');
    await acceptedRefund(counter, platform, order, 1);
    await shows(counter, order, states['fully-refunded']);
    holds(truthOf(counter, order).refundedFen === 2, 'the gateway did not give back 0.02');
  },
};

/** C6: Alipay's query_order says paid until all of it was given back; the detail answer is large. */
export const HIDDEN_REFUND: RehearsalRow = {
  id: 'C6',
  words: { 'zh-CN': '支付宝部分退款看得见', en: 'Part refund of Alipay is seen' },
  wallets: ['alipay'],
  async play(counter, platform) {
    const { detailSize } = counter.sandbox.settings();
    counter.sandbox.change({ refundDelayMs: SLOW_REFUND_MS, detailSize: 'huge' });
    try {
      const order = await sell(counter, platform, 400);
      await sell(counter, platform, 401);
      await acceptedRefund(counter, platform, order, 100);
      const found = await shows(counter, order, wordsOf(counter).refund.orderState['partly-refunded']);
      const refunded = wordsOf(counter).refund.refunded(100);
      holds(found.lines.includes(refunded), `the order shows "${found.lines.join(' ')}"`);
    } finally {
      counter.sandbox.change({ detailSize });
    }
  },
};

/** C7: the voice says platform and amount, of the payment and of the refund up to its end. */
export const SPOKEN_RESULTS: RehearsalRow = {
  id: 'C7',
  words: { 'zh-CN': '语音说明平台、金额和结果', en: 'Voice: wallet, amount, result' },
  wallets: BOTH_WALLETS,
  async play(counter, platform) {
    counter.sandbox.change({ refundDelayMs: QUICK_REFUND_MS });
    const voice = voiceOf(counter);
    const order = await sell(counter, platform, VOICE_FEN);
    counter.scan(order);
    await counter.screen('order');
    const state = voice.orderState({ state: 'paid', platform, amountFen: VOICE_FEN }).text;
    await counter.heard(`"${state}"`, (heard) => heard.order === order && heard.text === state);
    await goHome(counter);
    await askRefund(counter, order);
    counter.press('enter');
    await counter.screen('refund-accepted');
    const refund = newestRefund(counter, order);
    const refunded = voice.refunded(platform, VOICE_FEN).text;
    await counter.heard(`"${refunded}"`, (heard) => heard.refund === refund && heard.text === refunded);
    const sentences = counter.spoken().filter((heard) => heard.refund === refund);
    const wanted = [voice.refundAccepted(platform, VOICE_FEN).text, refunded];
    const said = sentences.map(({ text }) => text);
    holds(said.join('|') === wanted.join('|'), `the voice said "${said.join(' / ')}"`);
    await goHome(counter);
  },
};

async function shows(counter: Counter, order: string, state: string): Promise<Screen> {
  const screen = await query(counter, order);
  holds(screen.lines.includes(state), `the order shows "${screen.lines.join(' ')}" instead of "${state}"`);
  return screen;
}

/** More than what is left: named on the terminal, and nothing is sent. */
async function refusedRefund(counter: Counter, order: string, yuan: string): Promise<void> {
  const before = counter.sandbox.book().calls.refund ?? 0;
  await askRefund(counter, order);
  type(counter, yuan);
  counter.press('enter');
  const screen = await counter.screen('refused', 'refund-accepted', 'refund-failed', 'refund-unknown');
  const [reason = ''] = wordsOf(counter).refused['over-refundable']('');
  holds(screen.lines.includes(reason), `a refund of ${yuan} shows "${screen.lines.join(' ')}"`);
  holds((counter.sandbox.book().calls.refund ?? 0) === before, `a refund of ${yuan} was sent`);
  await goHome(counter);
}

/** Accepted is not refunded: screen, voice and slip say so. */
async function acceptedRefund(counter: Counter, platform: Platform, order: string, fen: number): Promise<void> {
  await askRefund(counter, order);
  type(counter, yuanText(fen));
  counter.press('enter');
  const screen = await counter.screen('refund-accepted', 'refund-failed', 'refund-unknown', 'refused');
  holds(screen.name === 'refund-accepted', `the refund shows "${screen.lines.join(' ')}"`);
  holds(screen.amountFen === fen, `the screen says ${screen.amountFen} fen instead of ${fen}`);
  const refund = newestRefund(counter, order);
  const { text } = voiceOf(counter).refundAccepted(platform, fen);
  await counter.heard(`"${text}"`, (heard) => heard.refund === refund && heard.text === text);
  await counter.printed(`the slip of refund ${refund}`, (slip) => slip.text.includes(refund));
  await goHome(counter);
}
