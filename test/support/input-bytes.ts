import type { WordBits } from '../../hal/evdev/input-events.ts';

const EV_MSC = 4;
const MSC_SCAN = 4;
/** Seconds and microseconds as a kernel writes them; the terminal does not read them. */
const SECONDS = 1_790_000_000;

const LETTER_CODES: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ['1234567890-=', 2],
    ['qwertyuiop[]', 16],
    ["asdfghjkl;'", 30],
    ['zxcvbnm,./', 44],
  ].flatMap(([row, from]) => [...String(row)].map((character, index) => [character, Number(from) + index])),
);
const SHIFTED: Readonly<Record<string, string>> = { ':': ';', '?': '/', _: '-', '&': '7', '%': '5', '+': '=' };
const LEFT_SHIFT = 42;

/** One `struct input_event` as the kernel of a box with this word size writes it. */
export function eventBytes(type: number, code: number, value: number, wordBits: WordBits = 64): Uint8Array {
  const bytes = Buffer.alloc(wordBits === 64 ? 24 : 16);
  const at = wordBits === 64 ? 16 : 8;
  bytes.writeUInt32LE(SECONDS, 0);
  bytes.writeUInt32LE(123_456, wordBits === 64 ? 8 : 4);
  bytes.writeUInt16LE(type, at);
  bytes.writeUInt16LE(code, at + 2);
  bytes.writeInt32LE(value, at + 4);
  return bytes;
}

/** A key pressed and let go, with the scan codes and reports that a USB keyboard driver sends around them. */
export function keyBytes(code: number, wordBits: WordBits = 64): Uint8Array {
  const report = eventBytes(0, 0, 0, wordBits);
  const scanCode = eventBytes(EV_MSC, MSC_SCAN, 0x70000 + code, wordBits);
  return Buffer.concat([1, 0].flatMap((value) => [scanCode, eventBytes(1, code, value, wordBits), report]));
}

/** What a scanner set to the US layout sends for a text. */
export function typedBytes(text: string, wordBits: WordBits = 64): Uint8Array {
  return Buffer.concat([...text].map((character) => characterBytes(character, wordBits)));
}

function characterBytes(character: string, wordBits: WordBits): Uint8Array {
  if (character === '\n') return keyBytes(28, wordBits);
  const plain = SHIFTED[character] ?? character.toLowerCase();
  const code = LETTER_CODES[plain];
  if (code === undefined) throw new Error(`no key for "${character}"`);
  if (plain === character) return keyBytes(code, wordBits);
  const shift = (value: number): Uint8Array =>
    Buffer.concat([eventBytes(1, LEFT_SHIFT, value, wordBits), eventBytes(0, 0, 0, wordBits)]);
  return Buffer.concat([shift(1), keyBytes(code, wordBits), shift(0)]);
}
