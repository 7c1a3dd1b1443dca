/** Usages of a boot keyboard by the character on a US keyboard, plain and with shift. */
const PLAIN = "abcdefghijklmnopqrstuvwxyz1234567890\n\u001b\b\t -=[]\\#;'`,./";
const SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\0\0\0\0\0_+{}|\0:"~<>?';
const FIRST_USAGE = 4;
const LEFT_SHIFT = 2;

/**
 * A text as keystrokes for the box's `type-keys`: modifier and usage of each key in octal, `2.4` is A. `\n` is Enter, `\u001b` Escape.
 * @throws RangeError for a character that this keyboard lacks
 */
export function keystrokes(text: string): string {
  const keys = [...text].map((character) => {
    const plain = PLAIN.indexOf(character);
    const at = plain >= 0 ? plain : SHIFTED.indexOf(character);
    if (at < 0 || character === '\0') throw new RangeError(`no key types "${character}"`);
    return `${plain >= 0 ? 0 : LEFT_SHIFT}.${(FIRST_USAGE + at).toString(8)}`;
  });
  return keys.join(' ');
}
