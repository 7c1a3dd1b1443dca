/** Rows of one big character. */
export const BIG_ROWS = 5;

const GLYPHS: Readonly<Record<string, string>> = {
  '0': '###/# #/# #/# #/###',
  '1': ' # /## / # / # /###',
  '2': '###/  #/###/#  /###',
  '3': '###/  #/###/  #/###',
  '4': '# #/# #/###/  #/  #',
  '5': '###/#  /###/  #/###',
  '6': '###/#  /###/# #/###',
  '7': '###/  #/  #/  #/  #',
  '8': '###/# #/###/# #/###',
  '9': '###/# #/###/  #/###',
  '.': ' / / / /#',
  '¥': '# #/# #/###/ # /###',
  '￥': '# #/# #/###/ # /###',
};

/** The amount in characters five rows high and, each dot drawn twice, seven columns apart; null when it does not fit. */
export function bigDigits(text: string, columns: number): readonly string[] | null {
  const glyphs = [...text.replace(/[\s元]|CNY|yuan/gi, '')].map((character) => GLYPHS[character]?.split('/'));
  if (glyphs.length === 0 || glyphs.some((glyph) => glyph === undefined)) return null;
  const rows = Array.from({ length: BIG_ROWS }, (_, row) =>
    glyphs.map((glyph) => (glyph?.[row] ?? '').replaceAll('#', '██').replaceAll(' ', '  ')).join('  '),
  );
  return (rows[0]?.length ?? 0) > columns ? null : rows;
}
