import { execFileSync } from 'node:child_process';
import { drawBitmap } from '../../hal/printer/bitmap.ts';
import { readGrayPng } from './gray-png.ts';

/** Characters in a row of the sheet that is rasterised. */
const ACROSS = 64;
/** White between the cells, so that nothing that stands out of its cell is taken for a part of another. */
const GAP_DOTS = 8;
/** Where the baseline stands in a cell, as a part of its height: higher for ASCII, whose letters hang below it. */
const BASELINE = { ascii: 0.83, square: 0.87 } as const;
/** A dot that is covered this far is black: a little less than half, so that thin strokes stay whole on thermal paper. */
const INK_MIN = 105;
const SHEET_BYTES_MAX = 64 * 1024 * 1024;

function placeOf(at: number, size: number): { readonly left: number; readonly top: number } {
  const pitch = size + GAP_DOTS;
  return { left: (at % ACROSS) * pitch, top: Math.trunc(at / ACROSS) * pitch };
}

/** One SVG with a character in each cell of `size` by `size` dots. */
function sheet(codePoints: readonly number[], size: number, font: string): string {
  const pitch = size + GAP_DOTS;
  const height = Math.ceil(codePoints.length / ACROSS) * pitch;
  const drawn = codePoints.map((codePoint, at) => {
    const { left, top } = placeOf(at, size);
    const baseline = Math.round(size * BASELINE[codePoint < 0x80 ? 'ascii' : 'square']);
    return `<text x="${left}" y="${top + baseline}">&#${codePoint};</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${ACROSS * pitch}" height="${height}">` +
    `<rect width="100%" height="100%" fill="#fff"/><g font-family="${font}" font-size="${size}">${drawn.join('')}</g></svg>`
  );
}

/**
 * Pictures of characters, rasterised from an outline font by rsvg-convert: ASCII half as wide as the rest, as in a font for terminals.
 * @throws Error when rsvg-convert is missing or fails
 */
export function rasteriseOutlines(codePoints: readonly number[], size: number, font: string): Map<number, Uint8Array> {
  const svg = sheet(codePoints, size, font);
  const png = execFileSync('rsvg-convert', ['--unlimited'], { input: svg, maxBuffer: SHEET_BYTES_MAX });
  const { width, dark } = readGrayPng(png);
  return new Map(
    codePoints.map((codePoint, at) => {
      const { left, top } = placeOf(at, size);
      const cell = codePoint < 0x80 ? size / 2 : size;
      const isInk = (x: number, y: number): boolean => (dark[(top + y) * width + left + x] ?? 0) >= INK_MIN;
      return [codePoint, drawBitmap(cell, size, isInk).bytes];
    }),
  );
}
