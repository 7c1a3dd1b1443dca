/** Key codes of Linux's `input-event-codes.h` that both the scanner and the keypad use. */
export const KEY_ENTER = 28;

/** Enter of the number pad; some scanners end their code with it. */
export const KEY_KEYPAD_ENTER = 96;
const KEY_LEFT_SHIFT = 42;
const KEY_RIGHT_SHIFT = 54;

/** Scanners that switch it say by it that their letters are capitals. */
export const KEY_CAPS_LOCK = 58;

/** Either of the two shift keys. */
export const isShift = (code: number): boolean => code === KEY_LEFT_SHIFT || code === KEY_RIGHT_SHIFT;

/** The layouts that scanners are set to. A scanner sends key positions; the layout says which characters they are. */
export type KeyboardLayout = 'us' | 'de' | 'fr';

/** Positions of the four rows of characters, from the left: their first key codes. */
const ROWS: readonly number[] = [2, 16, 30, 44];
/** Two positions stand apart: left of the digits, and at the end of the third row. */
const GRAVE = 41;
const BACKSLASH = 43;
const EXTRA = 86;
const SPACE = 57;
const NONE = '\0';

interface Rows {
  /** Four rows, then the keys left of the digits, at the end of the third row and right of the left shift. */
  readonly plain: readonly string[];
  readonly shifted: readonly string[];
}

const LAYOUTS: Readonly<Record<KeyboardLayout, Rows>> = {
  us: {
    plain: ['1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./', '`', '\\', '<'],
    shifted: ['!@#$%^&*()_+', 'QWERTYUIOP{}', 'ASDFGHJKL:"', 'ZXCVBNM<>?', '~', '|', '>'],
  },
  de: {
    plain: [`1234567890ß${NONE}`, 'qwertzuiopü+', 'asdfghjklöä', 'yxcvbnm,.-', NONE, '#', '<'],
    shifted: [`!"§$%&/()=?${NONE}`, 'QWERTZUIOPÜ*', 'ASDFGHJKLÖÄ', 'YXCVBNM;:_', '°', "'", '>'],
  },
  fr: {
    plain: [`&é"'(-è_çà)=`, `azertyuiop${NONE}$`, 'qsdfghjklmù', 'wxcvbn,;:!', '²', '*', '<'],
    shifted: ['1234567890°+', `AZERTYUIOP${NONE}£`, 'QSDFGHJKLM%', 'WXCVBN?./§', NONE, 'µ', '>'],
  },
};

/** Digits and signs beside the keyboard mean the same in every layout and with shift. */
const KEYPAD: readonly (readonly [code: number, character: string])[] = [
  ...[...'789'].map((character, index) => [71 + index, character] as const),
  ...[...'456'].map((character, index) => [75 + index, character] as const),
  ...[...'1230'].map((character, index) => [79 + index, character] as const),
  [83, '.'],
  [55, '*'],
  [74, '-'],
  [78, '+'],
  [98, '/'],
];

/** Characters by key code, without and with shift. */
export interface LayoutTable {
  readonly plain: ReadonlyMap<number, string>;
  readonly shifted: ReadonlyMap<number, string>;
}

/** The characters of a layout, by key code. */
export function layoutTable(layout: KeyboardLayout): LayoutTable {
  return { plain: tableOf(LAYOUTS[layout].plain), shifted: tableOf(LAYOUTS[layout].shifted) };
}

function tableOf(rows: readonly string[]): Map<number, string> {
  const table = new Map<number, string>([[SPACE, ' '], ...KEYPAD]);
  const starts = [...ROWS, GRAVE, BACKSLASH, EXTRA];
  rows.forEach((row, at) => {
    [...row].forEach((character, index) => {
      if (character !== NONE) table.set((starts[at] ?? 0) + index, character);
    });
  });
  return table;
}
