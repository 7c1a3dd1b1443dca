import type { GlyphSet } from '../glyphs/contract.ts';
import { type Bitmap, isBlackDot } from '../printer/bitmap.ts';
import type { PlacedCode, PlacedText, ScreenDots, ScreenPage } from './layout.ts';

/** A page as dots: a set dot is ink, which the driver shows in its text colour. What stands outside the display is cut off. */
export function drawPage(page: ScreenPage, { width, height }: ScreenDots, glyphs: GlyphSet): Bitmap {
  const rowBytes = Math.ceil(width / 8);
  const bytes = new Uint8Array(rowBytes * height);
  const ink = (x: number, y: number): void => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = y * rowBytes + (x >> 3);
    bytes[at] = (bytes[at] ?? 0) | (0x80 >> (x & 7));
  };
  for (const text of page.texts) drawText(text, glyphs, ink);
  if (page.code !== null) drawCode(page.code, ink);
  return { width, height, bytes };
}

type Ink = (x: number, y: number) => void;

function drawText({ text, x, y, scale }: PlacedText, glyphs: GlyphSet, ink: Ink): void {
  let left = x;
  for (const character of text) {
    const glyph = glyphs.glyph(character.codePointAt(0) ?? 0);
    drawDots(glyph.width, glyph.height, scale, (column, row) => isBlackDot(glyph, column, row), left, y, ink);
    left += glyph.width * scale;
  }
}

function drawCode({ x, y, moduleDots, modules, isDark }: PlacedCode, ink: Ink): void {
  const quiet = 2 * moduleDots;
  drawDots(modules, modules, moduleDots, (column, row) => isDark(row, column), x + quiet, y + quiet, ink);
}

/** Draws dots, each `scale` by `scale` large. */
function drawDots(
  columns: number,
  rows: number,
  scale: number,
  isSet: (column: number, row: number) => boolean,
  left: number,
  top: number,
  ink: Ink,
): void {
  for (let row = 0; row < rows * scale; row += 1) {
    for (let column = 0; column < columns * scale; column += 1) {
      if (isSet(Math.trunc(column / scale), Math.trunc(row / scale))) ink(left + column, top + row);
    }
  }
}
