/** Not in GB2312, but common in the names of shops and people, or on money. */
const EXTRA =
  '¥￥€£©®▶◀–−•✓✗喆堃赟昇玥祎珺晞淏濬璟曈垚犇焱淼骉囍啰嗦咗嘅哋镕珮祐旸翀昶昉頔曦璐瑄玮珩琰璇榕梓逵镓烜煊炜犟嫚嫄婳姞妤';

/** Every character that the packs hold: printable ASCII, all of GB2312, and a few that shops need. */
export function packedCodePoints(): number[] {
  const decoder = new TextDecoder('gb18030');
  const found = new Set<number>([...EXTRA].map((character) => character.codePointAt(0) ?? 0));
  for (let ascii = 0x20; ascii < 0x7f; ascii += 1) found.add(ascii);
  for (let row = 0xa1; row <= 0xf7; row += 1) {
    for (let cell = 0xa1; cell <= 0xfe; cell += 1) {
      const text = decoder.decode(Uint8Array.of(row, cell));
      const codePoint = text.codePointAt(0) ?? 0xfffd;
      // GB18030 fills the unassigned cells with private characters.
      const isPrivate = codePoint >= 0xe000 && codePoint <= 0xf8ff;
      if ([...text].length === 1 && codePoint !== 0xfffd && !isPrivate) found.add(codePoint);
    }
  }
  return [...found].sort((left, right) => left - right);
}
