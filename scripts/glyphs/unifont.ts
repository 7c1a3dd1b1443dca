/** Dots of the space that a square cell has at each side of a half-wide picture. */
const CENTRE_DOTS = 4;

/** Puts a picture 8 dots wide into the middle of 16: Till draws everything but ASCII square. */
function centred(narrow: readonly number[]): Uint8Array {
  return Uint8Array.from(narrow.flatMap((row) => [row >> CENTRE_DOTS, (row << (8 - CENTRE_DOTS)) & 0xff]));
}

/** GNU Unifont's `.hex`: one line a character, `4E00:` and 32 or 64 hexadecimal digits, rows of 8 or 16 dots from the top. */
export function readUnifont(hex: string): Map<number, Uint8Array> {
  const pictures = new Map<number, Uint8Array>();
  for (const [, code = '', rows = ''] of hex.matchAll(/^([0-9A-F]{4,6}):((?:[0-9A-F]{32}){1,2})$/gm)) {
    const codePoint = Number.parseInt(code, 16);
    const bytes = Uint8Array.from(rows.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    pictures.set(codePoint, bytes.length === 16 && codePoint >= 0x80 ? centred([...bytes]) : bytes);
  }
  return pictures;
}
