/** Money: an integer number of fen (1 CNY = 100 fen). Never a fraction, never yuan. */
export type Fen = number;

/** What the cashier has typed so far: digits with at most one point and two decimals. */
export type AmountText = string;

const AMOUNT_TEXT = /^(\d{0,8})(?:\.(\d{0,2}))?$/;

/** Adds one key to the typed amount; a key that cannot belong to it (third decimal, second point, ninth digit) changes nothing. */
export function typeAmountKey(typed: AmountText, key: string): AmountText {
  const next = key === '.' && typed === '' ? '0.' : typed === '0' && /^\d$/.test(key) ? key : typed + key;
  return AMOUNT_TEXT.test(next) ? next : typed;
}

/** Removes the last typed key. */
export function eraseAmountKey(typed: AmountText): AmountText {
  return typed.slice(0, -1);
}

/** The typed amount in fen, by decimal arithmetic on the text. `''` is 0. */
export function fenOfTyped(typed: AmountText): Fen {
  const match = AMOUNT_TEXT.exec(typed);
  if (match === null) throw new RangeError(`not a typed amount: ${typed}`);
  return Number(match[1] ?? '') * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** `2005` → `20.05`; always two decimals. */
export function yuanText(fen: Fen): string {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`not an amount in fen: ${fen}`);
  const sign = fen < 0 ? '-' : '';
  const whole = Math.abs(fen);
  return `${sign}${Math.trunc(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}
