/**
 * Columns that a character takes on paper: 1 for ASCII, else 2, because printers draw every other character, also `é`
 * and `·`, from their Chinese font (GB18030 has no other single bytes).
 */
export function columnsOf(character: string): 1 | 2 {
  return (character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2;
}

/** Columns that a text takes on paper, see `columnsOf`. */
export function textColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** Outside texts (shop names, reasons) must not steer the printer: control characters and line ends become spaces. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ');
}

/** Marks that must not open a line. */
const CLOSING = /^[，。、；：？！）》」』”’·]$/u;

/** Words, amounts with their sign, spaces and single wide characters; what is wider than the paper falls apart into its letters. */
function atomsOf(text: string, columns: number): string[] {
  const pieces = printable(text).match(/[\x21-\x7e]*[¥￥][\x21-\x7e]+|[\x21-\x7e]+|[^\x21-\x7e]/gu) ?? [];
  return pieces.flatMap((piece) => (textColumns(piece) > columns ? [...piece] : [piece]));
}

/** What moves to the next line with an atom: the one before a closing mark, unless both are wider than the paper. */
function carriedWith(atom: string, line: readonly string[], columns: number): string[] {
  const last = line.at(-1) ?? '';
  const fits = textColumns(last) + textColumns(atom) <= columns;
  return CLOSING.test(atom) && line.length > 1 && fits ? [last] : [];
}

/** Breaks at spaces and between wide characters, never before a closing mark. No line is wider than `columns` (at least 4). */
export function wrapColumns(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  for (const atom of atomsOf(text, columns)) {
    if (line.length > 0 && textColumns(line.join('')) + textColumns(atom) > columns) {
      const carried = carriedWith(atom, line, columns);
      const kept = line.slice(0, line.length - carried.length);
      lines.push(kept.join('').trimEnd());
      line = carried;
    }
    // A line that was broken does not open with the space it was broken at.
    if (!(atom === ' ' && line.length === 0 && lines.length > 0)) line.push(atom);
  }
  return [...lines, line.join('').trimEnd()];
}

/** Label at the left and value at the right of one line; a value that does not fit stands on lines of its own, right-aligned. */
export function pairColumns(label: string, value: string, columns: number): string[] {
  const [left, right] = [printable(label), printable(value)];
  const gap = columns - textColumns(left) - textColumns(right);
  if (gap >= 1) return [left + ' '.repeat(gap) + right];
  const rest = wrapColumns(right, columns).map((line) => ' '.repeat(columns - textColumns(line)) + line);
  return [...wrapColumns(left, columns), ...rest];
}

/** Pads to the middle or the right. */
export function alignColumns(text: string, columns: number, align: 'left' | 'center' | 'right'): string {
  const free = Math.max(0, columns - textColumns(text));
  if (align === 'left') return text;
  return ' '.repeat(align === 'right' ? free : Math.trunc(free / 2)) + text;
}
