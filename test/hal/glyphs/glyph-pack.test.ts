import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openShippedGlyphs } from '../../../bin/start/glyph-packs.ts';
import { isFailure } from '../../../domain/failure.ts';
import { openGlyphPack, writeGlyphPack } from '../../../hal/glyphs/glyph-pack.ts';
import { type Bitmap, isBlackDot } from '../../../hal/printer/bitmap.ts';
import { packedCodePoints } from '../../../scripts/glyphs/gb2312.ts';

const glyphPack = suite('hal/glyphs/glyph-pack');
const codePoint = (character: string): number => character.codePointAt(0) ?? 0;

function drawn({ width, height, bytes }: Bitmap): string[] {
  const dot = (x: number, y: number): string => (isBlackDot({ width, height, bytes }, x, y) ? '#' : '.');
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_each, x) => dot(x, y)).join(''));
}

glyphPack('the shipped pack draws ASCII half as wide as Chinese', () => {
  const glyphs = openShippedGlyphs(16);
  assert.is(glyphs.glyph(codePoint('A')).width, 8);
  const yuan = glyphs.glyph(codePoint('元'));
  assert.equal([yuan.width, yuan.height, yuan.bytes.length], [16, 16, 32]);
  assert.equal(
    drawn(glyphs.glyph(codePoint('一'))).filter((row) => row.includes('#')),
    ['###############.'],
  );
});

glyphPack('the shipped packs hold all of GB2312, ASCII and the signs of money', () => {
  const glyphs = openShippedGlyphs(16);
  const wanted = packedCodePoints();
  assert.ok(wanted.length > 7_500);
  assert.equal(
    wanted.filter((each) => !glyphs.has(each)).map((each) => String.fromCodePoint(each)),
    [],
  );
  for (const sign of '￥¥·×…「」，。') assert.ok(glyphs.has(codePoint(sign)), sign);
});

glyphPack('a narrow sign of the font stands in the middle of a square', () => {
  const cross = drawn(openShippedGlyphs(16).glyph(codePoint('×'))).filter((row) => row.includes('#'));
  assert.is(cross[0]?.length, 16);
  assert.ok(cross.every((row) => row.startsWith('....') && row.endsWith('....')));
});

glyphPack('a character that is missing is drawn as two bars of its own width', () => {
  const glyphs = openShippedGlyphs(16);
  const emoji = glyphs.glyph(0x1f600);
  assert.is(emoji.width, 16);
  assert.not(glyphs.has(0x1f600));
  assert.ok(drawn(emoji)[2]?.includes('##############'));
  assert.is(glyphs.glyph(0x07).width, 8);
});

glyphPack('a pack that is damaged, short, of another size or missing is refused with its name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-glyphs-'));
  try {
    const path = join(folder, 'a.glyphs');
    const whole = writeGlyphPack(16, [{ codePoint: 0x41, bytes: new Uint8Array(16) }]);
    writeFileSync(path, whole);
    assert.ok(openGlyphPack(path, 16).has(0x41));
    const refused = (bytes: Uint8Array, why: RegExp): void => {
      writeFileSync(path, bytes);
      assert.throws(
        () => openGlyphPack(path, 16),
        (error: unknown) =>
          isFailure(error, 'configuration.invalid') && why.test(error.message) && error.message.includes(path),
      );
    };
    refused(whole.with(20, 0xff), /checksum/);
    refused(whole.subarray(0, -3), /bytes instead of/);
    refused(Uint8Array.of(1, 2, 3), /no glyph pack/);
    refused(writeGlyphPack(24, [{ codePoint: 0x4e00, bytes: new Uint8Array(72) }]), /24 dots high, not 16/);
    rmSync(path);
    assert.throws(() => openGlyphPack(path, 16), /a\.glyphs cannot be used: ENOENT/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

glyphPack('the committed pack is read as it was written', () => {
  const bytes = readFileSync(new URL('../../../assets/glyphs/16.glyphs', import.meta.url));
  const glyphs = openShippedGlyphs(16);
  const again = packedCodePoints().map((each) => ({ codePoint: each, bytes: glyphs.glyph(each).bytes }));
  assert.equal(Buffer.from(writeGlyphPack(16, again)).equals(bytes), true);
});

glyphPack.run();
