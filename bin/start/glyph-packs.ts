import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GlyphSet, GlyphSize } from '../../hal/glyphs/contract.ts';
import { openGlyphPack } from '../../hal/glyphs/glyph-pack.ts';

/** Set by the bundler: the glyph packs are copied beside the bundle. */
declare const TILL_GLYPHS: string | undefined;

/** The characters that come with the terminal. @throws TerminalFailure `configuration.invalid` when the file is missing or damaged */
export function openShippedGlyphs(size: GlyphSize): GlyphSet {
  const folder = new URL(typeof TILL_GLYPHS === 'string' ? TILL_GLYPHS : '../../assets/glyphs/', import.meta.url);
  return openGlyphPack(join(fileURLToPath(folder), `${size}.glyphs`), size);
}
