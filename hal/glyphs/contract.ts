import type { Bitmap } from '../printer/bitmap.ts';

/** Heights in dots that packs come in: 16 for small screens, 24 for paper at 8 dots a millimetre. */
export type GlyphSize = 16 | 24;

/**
 * Pictures of characters, drawn by hand for a small size. ASCII is half as wide as it is high, everything else square:
 * the same two widths as on paper (`columnsOf`), so that a layout in columns fits the picture.
 */
export interface GlyphSet {
  readonly size: GlyphSize;
  /** Never fails: a character that the pack does not hold is drawn as 〓, in its own width. */
  glyph(codePoint: number): Bitmap;
  has(codePoint: number): boolean;
}
