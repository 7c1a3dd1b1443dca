/** Usages of a boot keyboard by the character on a US keyboard, plain and with shift. */
const PLAIN = "abcdefghijklmnopqrstuvwxyz1234567890\n\u001b\b\t -=[]\\#;'`,./";
const SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\0\0\0\0\0_+{}|\0:"~<>?';
const FIRST_USAGE = 4;
const LEFT_SHIFT = 2;

/** Reports of eight bytes that type a text: each key down, then up. `\n` is Enter, `\u001b` Escape. @throws RangeError */
export function hidReports(text: string): Buffer {
  return Buffer.concat(
    [...text].flatMap((character) => {
      const plain = PLAIN.indexOf(character);
      const at = plain >= 0 ? plain : SHIFTED.indexOf(character);
      if (at < 0 || character === '\0') throw new RangeError(`no key types "${character}"`);
      return [Buffer.of(plain >= 0 ? 0 : LEFT_SHIFT, 0, FIRST_USAGE + at, 0, 0, 0, 0, 0), Buffer.alloc(8)];
    }),
  );
}
