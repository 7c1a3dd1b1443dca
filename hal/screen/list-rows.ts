/** Marks that open the lines of a list: the chosen one, and the others. */
const CHOSEN = '▶';
const OTHER = '　';

const isItem = (rows: readonly string[]): boolean =>
  rows[0]?.startsWith(CHOSEN) === true || rows[0]?.startsWith(OTHER) === true;

/**
 * The rows of a list that does not fit: the heading, then as many of its items as there is room for, the chosen one among them. Items are kept whole and
 * turn like pages, so that `down` moves the mark and not the text. Null when the lines are no list.
 * @param lines each line of the screen as the rows that it takes
 */
export function listRows(lines: readonly (readonly string[])[], rowsMax: number): readonly string[] | null {
  const from = lines.findIndex(isItem);
  const chosen = lines.findIndex((rows) => rows[0]?.startsWith(CHOSEN) === true);
  if (chosen < 0 || from < 1) return null;
  const heading = lines[0]?.slice(0, 1) ?? [];
  const room = rowsMax - heading.length;
  const pages: { readonly rows: string[]; last: number }[] = [];
  lines.slice(from).forEach((rows, at) => {
    const page = pages.at(-1);
    if (page === undefined || page.rows.length + rows.length > room) pages.push({ rows: [...rows], last: from + at });
    else {
      page.rows.push(...rows);
      page.last = from + at;
    }
  });
  const shown = pages.find(({ last }) => last >= chosen);
  return [...heading, ...(shown?.rows ?? [])].slice(0, rowsMax);
}
