import type { Screen } from '../../domain/screen.ts';
import { amountLine } from '../profiles/screen-tone.ts';

/** Of a character display. */
export interface CharacterGrid {
  readonly columns: number;
  readonly rows: number;
}

/** A character that the display's ROM does not have, such as a Chinese name that a shop gave itself. */
const UNKNOWN = '?';
const REPLACED: Readonly<Record<string, string>> = {
  '¥': '',
  '￥': '',
  '·': '-',
  '×': 'x',
  '—': '-',
  '…': '...',
  '：': ':',
};

/**
 * A screen on so few characters. The amount stands below the heading on every page; the other lines follow, as many as fit, the rest on
 * further pages under the same heading, so that no page can be taken for another screen.
 */
export function characterPages({ lines }: Pick<Screen, 'lines'>, grid: CharacterGrid): readonly (readonly string[])[] {
  const { columns, rows } = grid;
  const amountAt = amountLine({ lines });
  const [heading = '', ...rest] = lines.map(inAscii);
  const head = [wrapped(heading, columns)[0] ?? ''];
  if (amountAt > 0) head.push((rest[amountAt - 1] ?? '').trim().slice(0, columns).padStart(columns));
  const body = [
    ...wrapped(heading, columns).slice(1),
    ...rest.filter((_, at) => at !== amountAt - 1).flatMap((line) => wrapped(line, columns)),
  ];
  const room = rows - head.length;
  const count = room === 0 ? 1 : Math.max(1, Math.ceil(body.length / room));
  const pages = Array.from({ length: count }, (_, at) => [...head, ...body.slice(at * room, (at + 1) * room)]);
  // On two rows the amount leaves no room: it takes turns with the rest.
  if (room === 0 && body.length > 0) pages.push(...body.map((line) => [head[0] ?? '', line]));
  return pages.map((page) => Array.from({ length: rows }, (_, at) => (page[at] ?? '').padEnd(columns)));
}

function inAscii(line: string): string {
  return [...line]
    .map((character) => REPLACED[character] ?? (/^[ -~]$/.test(character) ? character : UNKNOWN))
    .join('')
    .trimEnd();
}

/** Breaks at spaces where it can. */
function wrapped(line: string, columns: number): string[] {
  const rows: string[] = [];
  let rest = line.trim();
  while (rest.length > columns) {
    const space = rest.lastIndexOf(' ', columns);
    const end = space > 0 ? space : columns;
    rows.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest === '' ? rows : [...rows, rest];
}
