import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GlyphSize } from '../hal/glyphs/contract.ts';
import { openGlyphPack, type PackedGlyph, writeGlyphPack } from '../hal/glyphs/glyph-pack.ts';
import { packedCodePoints } from './glyphs/gb2312.ts';
import { rasteriseOutlines } from './glyphs/outline.ts';
import { readUnifont } from './glyphs/unifont.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run glyphs -- [--font NAME] [--unifont FILE] [--out DIR]

Packs the characters of screens and slips anew, from a font of the system and from GNU Unifont.

Options:
  --font NAME     for slips (default Noto Sans Mono CJK SC)
  --unifont FILE  for screens (default /usr/share/unifont/unifont.hex)
  --out DIR       instead of assets/glyphs
  --help          this text
`;

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

const { values } = commandLine(USAGE, {
  options: {
    font: { type: 'string', default: 'Noto Sans Mono CJK SC' },
    unifont: { type: 'string', default: '/usr/share/unifont/unifont.hex' },
    out: { type: 'string', default: join(PROJECT, 'assets/glyphs') },
  },
});

/** Packs what the font has of our characters, and reads the pack back. */
function build(size: GlyphSize, pictures: ReadonlyMap<number, Uint8Array>): void {
  const wanted = packedCodePoints();
  const glyphs: PackedGlyph[] = wanted.flatMap((codePoint) => {
    const bytes = pictures.get(codePoint);
    return bytes === undefined ? [] : [{ codePoint, bytes }];
  });
  const path = join(resolve(values.out), `${size}.glyphs`);
  const pack = writeGlyphPack(size, glyphs);
  writeFileSync(path, pack);
  openGlyphPack(path, size);
  const missing = wanted
    .filter((codePoint) => !pictures.has(codePoint))
    .map((codePoint) => String.fromCodePoint(codePoint));
  console.log(
    `${path}: ${glyphs.length} characters, ${Math.ceil(pack.length / 1024)} KiB; not in the font: ${missing.join('')}`,
  );
}

build(16, readUnifont(readFileSync(values.unifont, 'latin1')));
build(24, rasteriseOutlines(packedCodePoints(), 24, values.font));
