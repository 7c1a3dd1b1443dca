import qrcode from 'qrcode';
import type { Screen } from '../../domain/screen.ts';
import { alignColumns, columnsOf, textColumns, wrapColumns } from '../printer/column-text.ts';
import { amountLine } from '../profiles/screen-tone.ts';
import { listRows } from './list-rows.ts';

/** How long a driver shows a page before the next, when a screen has more than one. */
export const PAGE_MS = 3000;

/** Dots of a half-wide character of the smallest type; a square one is twice as wide. */
const CELL_WIDTH = 8;
const CELL_HEIGHT = 16;
/** A screen that holds this much in larger type gets the larger type: it is read at arm's length. */
const COMFORTABLE = { columns: 20, rows: 7 } as const;
const AMOUNT_SCALES = [3, 2] as const;
const QR_QUIET_MODULES = 2;
/** Smaller modules are not read off a glass by every phone. */
const QR_MODULE_DOTS_MIN = 2;
/** Text beside a QR code that is narrower says nothing. */
const BESIDE_COLUMNS_MIN = 10;

/** Of a display, in dots. */
export interface ScreenDots {
  readonly width: number;
  readonly height: number;
}

/** One row of text. */
export interface PlacedText {
  readonly text: string;
  /** Dots from the left and the top of the display. */
  readonly x: number;
  readonly y: number;
  /** Dots for each dot of the 16-dot characters. */
  readonly scale: number;
}

/** A QR code with its quiet zone. Must be shown dark on light, also by a display that shows text light on dark. */
export interface PlacedCode {
  readonly x: number;
  readonly y: number;
  readonly moduleDots: number;
  /** Modules a side, without the quiet zone of two modules that stands around it inside `x` and `y`. */
  readonly modules: number;
  readonly isDark: (row: number, column: number) => boolean;
}

/** What a display shows at one time. */
export interface ScreenPage {
  readonly texts: readonly PlacedText[];
  readonly code: PlacedCode | null;
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly scale: number;
}

/** A line of the screen, broken into rows that fit. */
interface Block {
  readonly rows: readonly string[];
  readonly is: 'heading' | 'amount' | 'text';
}

function gridOf({ width, height }: ScreenDots): Grid {
  const at = (scale: number): Grid => ({
    columns: Math.floor(width / (CELL_WIDTH * scale)),
    rows: Math.floor(height / (CELL_HEIGHT * scale)),
    scale,
  });
  const larger = [4, 3, 2].map(at);
  return larger.find(({ columns, rows }) => columns >= COMFORTABLE.columns && rows >= COMFORTABLE.rows) ?? at(1);
}

/**
 * Places a screen on a display of so many dots, in characters of 16 dots (or a multiple, on large displays). Nothing runs out and nothing is lost:
 * lines are wrapped, and what does not fit is put on further pages, each under the heading. A list shows the part around its chosen line.
 * A QR code is placed where it fits in modules that a phone can read; elsewhere the lines, which say the same, are all there is.
 * @returns at least one page
 * @throws RangeError for a display of less than 64 × 32 dots
 */
export function layOut(screen: Pick<Screen, 'lines' | 'qr'>, dots: ScreenDots): readonly ScreenPage[] {
  const grid = gridOf(dots);
  if (grid.columns < 8 || grid.rows < 2) throw new RangeError('a screen needs at least 64 × 32 dots');
  if (screen.qr !== undefined) {
    const page = codePage(screen.qr, screen.lines, dots, grid.scale);
    if (page !== null) return [page];
  }
  const amount = amountLine(screen);
  const blocks = screen.lines.map((line, at): Block => {
    const is = at === 0 ? 'heading' : at === amount ? 'amount' : 'text';
    return { rows: wrapColumns(line, grid.columns), is };
  });
  const height = blocks.reduce((sum, { rows }) => sum + rows.length, 0);
  if (height <= grid.rows) return [onePage(blocks, grid, amountScale(blocks, grid, height))];
  const list = listRows(
    blocks.map(({ rows }) => rows),
    grid.rows,
  );
  if (list !== null) return [textPage(list, grid)];
  return manyPages(blocks, grid);
}

/** The amount as large as the rest leaves room for. */
function amountScale(blocks: readonly Block[], grid: Grid, height: number): number {
  const amount = blocks.find(({ is, rows }) => is === 'amount' && rows.length === 1)?.rows[0];
  if (amount === undefined) return 1;
  const fits = (scale: number): boolean =>
    textColumns(amount) * scale <= grid.columns && height - 1 + scale <= grid.rows;
  return AMOUNT_SCALES.find(fits) ?? 1;
}

function onePage(blocks: readonly Block[], grid: Grid, amountTimes: number): ScreenPage {
  const texts: PlacedText[] = [];
  let y = 0;
  for (const { rows, is } of blocks) {
    const times = is === 'amount' ? amountTimes : 1;
    for (const row of rows) {
      const scale = grid.scale * times;
      const free = grid.columns * CELL_WIDTH * grid.scale - textColumns(row) * CELL_WIDTH * scale;
      texts.push({ text: row, x: is === 'text' ? 0 : Math.trunc(free / 2), y, scale });
      y += CELL_HEIGHT * scale;
    }
  }
  return { texts, code: null };
}

function textPage(rows: readonly string[], { scale }: Grid): ScreenPage {
  return { texts: rows.map((text, at) => ({ text, x: 0, y: at * CELL_HEIGHT * scale, scale })), code: null };
}

/** The heading on every page, so that no page can be taken for something else; a line is kept whole where a page can hold it. */
function manyPages(blocks: readonly Block[], grid: Grid): ScreenPage[] {
  const [heading, ...rest] = blocks;
  const [first = '', ...more] = heading?.rows ?? [];
  const room = grid.rows - 1;
  const pages: string[][] = [[...more]];
  for (const { rows, is } of rest) {
    const page = pages.at(-1) ?? [];
    const placed = rows.map((row) => (is === 'amount' ? alignColumns(row, grid.columns, 'center') : row));
    if (page.length + placed.length > room && page.length > 0 && placed.length <= room) pages.push([...placed]);
    else
      for (const row of placed) {
        if ((pages.at(-1)?.length ?? 0) >= room) pages.push([]);
        pages.at(-1)?.push(row);
      }
  }
  return pages.map((rows, at) => {
    const title = at > 0 && more.length > 0 ? cutOff(first, grid.columns) : first;
    return textPage([headed(title, `${at + 1}/${pages.length}`, grid.columns), ...rows], grid);
  });
}

/** Heading in the middle, page number at the right if there is room for it. */
function headed(title: string, page: string, columns: number): string {
  const free = columns - textColumns(title) - textColumns(page);
  return free < 1 ? alignColumns(title, columns, 'center') : title + ' '.repeat(free) + page;
}

function cutOff(text: string, columns: number): string {
  let kept = '';
  for (const character of text) {
    if (textColumns(kept) + columnsOf(character) > columns - 2) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Null where the code would be too small to be read. */
function codePage(text: string, lines: readonly string[], dots: ScreenDots, scale: number): ScreenPage | null {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'L' });
  const across = modules.size + 2 * QR_QUIET_MODULES;
  const moduleDots = Math.floor(Math.min(dots.width, dots.height) / across);
  if (moduleDots < QR_MODULE_DOTS_MIN) return null;
  const side = across * moduleDots;
  const columns = Math.floor((dots.width - side) / (CELL_WIDTH * scale));
  const rows = columns < BESIDE_COLUMNS_MIN ? [] : lines.flatMap((line) => wrapColumns(line, columns));
  const fitting = rows.slice(0, Math.floor(dots.height / (CELL_HEIGHT * scale)));
  return {
    texts: fitting.map((row, at) => ({ text: row, x: 0, y: at * CELL_HEIGHT * scale, scale })),
    code: {
      x: fitting.length > 0 ? dots.width - side : Math.trunc((dots.width - side) / 2),
      y: Math.trunc((dots.height - side) / 2),
      moduleDots,
      modules: modules.size,
      isDark: (row, column) => modules.get(row, column) === 1,
    },
  };
}
