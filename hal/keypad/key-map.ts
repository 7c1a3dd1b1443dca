import { isKey, type Key } from '../../domain/screen.ts';

/** Key codes of Linux's `input-event-codes.h`. */
const DIGIT_ROW: readonly number[] = [11, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const DIGIT_PAD: readonly number[] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];

/** What every keyboard has: letters as on the console, function keys from the left, and what a phone-like keypad sends. */
const OTHERS: readonly (readonly [number, Key])[] = [
  [52, '.'],
  [83, '.'],
  [28, 'enter'],
  [96, 'enter'],
  [1, 'cancel'],
  [223, 'cancel'],
  [14, 'backspace'],
  [111, 'backspace'],
  [355, 'backspace'],
  [19, 'refund'],
  [59, 'refund'],
  [16, 'query'],
  [60, 'query'],
  [217, 'query'],
  [50, 'menu'],
  [61, 'menu'],
  [139, 'menu'],
  [25, 'replay'],
  [62, 'replay'],
  [20, 'reprint'],
  [63, 'reprint'],
  [210, 'reprint'],
  [103, 'up'],
  [108, 'down'],
];

/**
 * The keys that every keyboard has, by key code of the kernel: digits of both kinds, and what moves, confirms and
 * corrects.
 */
export function defaultKeyMap(): Map<number, Key> {
  const digits = [DIGIT_ROW, DIGIT_PAD].flatMap((codes) =>
    codes.map((code, digit) => [code, String(digit) as Key] as const),
  );
  return new Map<number, Key>([...digits, ...OTHERS]);
}

const CODE_MAX = 0x2ff;

/** The keys of a box from texts such as `183=refund`: key code of the kernel, key of the terminal. @throws RangeError naming the text */
export function keyMapOf(texts: readonly string[]): Map<number, Key> {
  return new Map(
    texts.map((text) => {
      const [, digits = '', key = ''] = /^(\d{1,3})=(.+)$/.exec(text) ?? [];
      const code = Number(digits);
      if (digits === '' || code > CODE_MAX || !isKey(key)) {
        throw new RangeError(`"${text}" must be a key code of the kernel, = and a key, such as 183=refund`);
      }
      return [code, key] as const;
    }),
  );
}
