import { yuanText, type Fen } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import { isKey, type Key, type Screen } from '../../domain/screen.ts';
import { EN } from '../../domain/screens/en.ts';
import type { ScreenWords } from '../../domain/screens/screen-words.ts';
import { ZH_CN } from '../../domain/screens/zh-cn.ts';
import { voiceFor, type Voice } from '../../domain/voice/voice.ts';
import { type Counter, truthOf } from './counter.ts';
import { holds } from './row.ts';

/** What the screens of this counter's language say. */
export const wordsOf = ({ locale }: Counter): ScreenWords => (locale === 'en' ? EN : ZH_CN);

/** What the voice of this counter's language says. */
export const voiceOf = ({ locale }: Counter): Voice => voiceFor(locale);

/** Types characters as keys. @throws RangeError for a character that is no key */
export function type(counter: Counter, text: string): void {
  const keys: Key[] = [];
  for (const character of text) {
    if (!isKey(character)) throw new RangeError(`"${character}" is no key`);
    keys.push(character);
  }
  counter.press(...keys);
}

/** From a result back to the idle screen. */
export async function goHome(counter: Counter): Promise<void> {
  counter.press('cancel');
  await counter.screen('idle');
}

/** Types the amount and shows the code; the customer is asked for it in between. */
export async function present(counter: Counter, amountFen: Fen, code: string): Promise<void> {
  type(counter, yuanText(amountFen));
  counter.press('enter');
  const asked = await counter.screen('present-code');
  holds(asked.amountFen === amountFen, `the customer is asked for ${asked.amountFen} fen instead of ${amountFen}`);
  counter.scan(code);
}

/** The number on a screen. */
export function orderOn(screen: Screen): string {
  if (screen.order === null) throw new Error(`the screen "${screen.name}" names no order`);
  return screen.order;
}

/** A sentence about this order, word for word. */
export async function hearOf(counter: Counter, order: string, text: string): Promise<void> {
  await counter.heard(`"${text}"`, (heard) => heard.order === order && heard.text === text);
}

/** A sale from the first digit to the slip, back at the idle screen; checks screen, voice, slip and the gateway's book. */
export async function sell(counter: Counter, platform: Platform, amountFen: Fen): Promise<string> {
  await present(counter, amountFen, counter.code(platform, 'plain'));
  const paid = await counter.screen('paid', 'failed', 'unknown');
  holds(paid.name === 'paid', `the screen says "${paid.lines.join(' ')}" instead of paid`);
  await checkPaid(counter, platform, amountFen, paid);
  await goHome(counter);
  return orderOn(paid);
}

/** What must be true of a payment whose screen says paid. */
export async function checkPaid(counter: Counter, platform: Platform, amountFen: Fen, paid: Screen): Promise<void> {
  const order = orderOn(paid);
  holds(paid.amountFen === amountFen, `the screen says ${paid.amountFen} fen instead of ${amountFen}`);
  const { text } = voiceOf(counter).paid(platform, amountFen);
  await counter.heard(`"${text}"`, (heard) => heard.order === order && heard.text.startsWith(text));
  await paidSlip(counter, order, amountFen);
  const { charges } = truthOf(counter, order);
  holds(charges === 1, `the customer was charged ${charges} times`);
}

/** The slip of a paid order, with its amount and its number as a barcode. */
export async function paidSlip(counter: Counter, order: string, amountFen: Fen): Promise<void> {
  await counter.printed(`the slip of ${order}`, ({ text, orderBarcode }) => {
    return orderBarcode === order && text.includes(yuanText(amountFen));
  });
}

/** One scan at the idle screen: the order as the terminal shows it, back at the idle screen. */
export async function query(counter: Counter, order: string): Promise<Screen> {
  counter.scan(order);
  const screen = await counter.screen('order', 'order-not-found', 'refused');
  holds(screen.name === 'order' && screen.order === order, `the scan of ${order} shows "${screen.lines.join(' ')}"`);
  await goHome(counter);
  return screen;
}

/** The refund key and the scan: the amount screen with the refundable rest filled in. */
export async function askRefund(counter: Counter, order: string): Promise<Screen> {
  counter.press('refund');
  await counter.screen('refund-scan');
  counter.scan(order);
  const screen = await counter.screen('refund-amount', 'refused', 'confirm');
  holds(screen.name === 'refund-amount', `the refund of ${order} shows "${screen.lines.join(' ')}"`);
  return screen;
}

/** The number of the newest refund of an order. */
export function newestRefund(counter: Counter, order: string): string {
  const refund = counter.sandbox.book().refunds.find((one) => one.order === order);
  if (refund === undefined) throw new Error(`the gateway has no refund of ${order}`);
  return refund.number;
}
