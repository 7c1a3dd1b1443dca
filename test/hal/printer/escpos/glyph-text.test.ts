import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openShippedGlyphs } from '../../../../bin/start/glyph-packs.ts';
import { paperSetting } from '../../../../bin/start/paper-setting.ts';
import { isBlackDot } from '../../../../hal/printer/bitmap.ts';
import { encodeSlip } from '../../../../hal/printer/escpos/encode.ts';
import { glyphRasteriser } from '../../../../hal/printer/escpos/glyph-text.ts';
import { pictureOf } from '../../../../hal/printer/escpos/picture.ts';
import { PROFILE_58MM_DOTS, PROFILE_80MM_DOTS } from '../../../../hal/printer/escpos/profile.ts';
import { readCommands } from '../../../../hal/printer/escpos/read-commands.ts';
import { readBarcodes } from '../../../support/read-picture.ts';
import { sampleSlips } from '../../../support/sample-slips.ts';

const test = suite('hal/printer/escpos/glyph-text');
const rasterise = glyphRasteriser(openShippedGlyphs(24));

for (const locale of ['zh-CN', 'en'] as const) {
  for (const profile of [PROFILE_58MM_DOTS, PROFILE_80MM_DOTS]) {
    test(`every slip comes out of a printer without Chinese characters, and scans back (${locale}, ${profile.name})`, async () => {
      for (const [name, slip] of Object.entries(sampleSlips(locale))) {
        const bytes = encodeSlip(slip, profile, rasterise);
        const commands = readCommands(bytes);
        assert.not.ok(
          commands.some(({ is }) => is === 'text' || is === 'unknown' || is === 'barcode'),
          name,
        );
        for (const command of commands) {
          if (command.is === 'raster') assert.ok(command.bitmap.width <= profile.paperDots, name);
        }
        // Every barcode is drawn alike; finding one in so many dots takes its time.
        if (name !== 'payment') continue;
        const svg = pictureOf(bytes, profile);
        assert.equal(await readBarcodes(svg), [`CODE128:${slip.orderBarcode}`], name);
      }
    });
  }
}

test('a line of text is drawn in the columns of the printer’s own font, bold a dot wider, large twice as large', () => {
  const line = { text: '一1', bold: false, scale: 1, paperDots: 384 };
  const inkOf = (picture: ReturnType<typeof rasterise>): number[] => {
    const columns = Array.from({ length: picture.width }, (_, x) => x);
    return columns.filter((x) =>
      Array.from({ length: picture.height }, (_, y) => y).some((y) => isBlackDot(picture, x, y)),
    );
  };
  const plain = rasterise(line);
  assert.equal([plain.width, plain.height], [384, 30]);
  assert.ok(Math.max(...inkOf(plain)) < 36);
  assert.ok(Math.min(...inkOf(plain)) < 4);
  assert.is(
    inkOf(rasterise({ ...line, text: '一', bold: true })).length,
    inkOf(rasterise({ ...line, text: '一' })).length + 1,
  );
  const large = rasterise({ ...line, scale: 2 });
  assert.is(large.height, 54);
  assert.is(inkOf(large).length, 2 * inkOf(plain).length);
});

test('what does not fit the paper is cut off at its edge', () => {
  const wide = rasterise({ text: '元'.repeat(20), bold: true, scale: 1, paperDots: 384 });
  assert.is(wide.bytes.length, 48 * 30);
  assert.equal(wide.bytes, rasterise({ text: '元'.repeat(16), bold: true, scale: 1, paperDots: 384 }).bytes);
});

test('the configured model decides whether text goes out as characters or as dots', () => {
  const plain = paperSetting({ printer: { model: '80mm', copies: 'customer' } });
  assert.equal([plain.profile?.name, plain.rasterise], ['80mm', null]);
  const dots = paperSetting({ printer: { model: '58mm-dots', copies: 'customer' } });
  assert.is(dots.profile, PROFILE_58MM_DOTS);
  assert.is(typeof dots.rasterise, 'function');
});

test.run();
