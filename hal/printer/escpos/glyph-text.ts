import type { GlyphSet } from '../../glyphs/contract.ts';
import { type Bitmap, isBlackDot } from '../bitmap.ts';
import type { TextRasteriser } from './encode.ts';

/** White below each line, as printers leave it. */
const GAP_DOTS = 6;

/**
 * Draws lines with glyphs of 24 dots, which have the columns of a printer's own font: for models without Chinese characters.
 * What stands beyond the paper is cut off.
 */
export function glyphRasteriser(glyphs: GlyphSet): TextRasteriser {
  return ({ text, bold, scale, paperDots }): Bitmap => {
    const height = glyphs.size * scale + GAP_DOTS;
    const rowBytes = Math.ceil(paperDots / 8);
    const bytes = new Uint8Array(rowBytes * height);
    const ink = (x: number, y: number): void => {
      if (x >= paperDots) return;
      const at = y * rowBytes + (x >> 3);
      bytes[at] = (bytes[at] ?? 0) | (0x80 >> (x & 7));
    };
    let left = 0;
    for (const character of text) {
      const glyph = glyphs.glyph(character.codePointAt(0) ?? 0);
      for (let y = 0; y < glyph.height * scale; y += 1) {
        for (let x = 0; x < glyph.width * scale; x += 1) {
          if (!isBlackDot(glyph, Math.trunc(x / scale), Math.trunc(y / scale))) continue;
          ink(left + x, y);
          if (bold) ink(left + x + 1, y);
        }
      }
      left += glyph.width * scale;
    }
    return { width: paperDots, height, bytes };
  };
}
