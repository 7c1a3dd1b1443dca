import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { code128Dots, code128Segments, code128Symbols } from '../../../../hal/printer/escpos/code128.ts';
import { encodeSlip } from '../../../../hal/printer/escpos/encode.ts';
import { pictureOf } from '../../../../hal/printer/escpos/picture.ts';
import { PROFILE_58MM, PROFILE_80MM } from '../../../../hal/printer/escpos/profile.ts';
import { readBarcodes } from '../../../support/read-picture.ts';

const code128 = suite('hal/printer/escpos/code128');

code128('24 digits with two dots a module take 374 dots and fit 58 mm paper; 26 do not', () => {
  assert.is(code128Dots('0'.repeat(24), 2), 374);
  assert.ok(code128Dots('0'.repeat(26), 2) > 384);
});

code128('digits are packed by two, a prefix with letters switches sets only where it pays', () => {
  assert.equal(code128Segments('010000521234'), [{ set: 'C', text: '010000521234' }]);
  assert.equal(code128Segments('sz0100lmnx12345678901234'), [
    { set: 'B', text: 'sz0100lmnx' },
    { set: 'C', text: '12345678901234' },
  ]);
  assert.equal(code128Segments('A12345'), [
    { set: 'B', text: 'A1' },
    { set: 'C', text: '2345' },
  ]);
  assert.equal(code128Segments('12'), [{ set: 'C', text: '12' }]);
  assert.throws(() => code128Segments('é'), RangeError);
  assert.throws(() => code128Segments(''), RangeError);
});

code128('the check symbol of a published example: PJJ123C has 54 after start A, so 55 after start B', () => {
  assert.is(code128Symbols([{ set: 'B', text: 'PJJ123C' }]).at(-1), 55);
});

code128('any number is read off the paper by a foreign decoder as it was printed', async () => {
  const anyNumber = fc.oneof(
    fc.stringMatching(/^\d{24}$/),
    fc.stringMatching(/^[a-zA-Z]{2}\d{4}[a-z]{4}\d{14}$/),
    fc.stringMatching(/^[0-9A-Za-z]{10,24}$/),
  );
  await fc.assert(
    fc.asyncProperty(
      anyNumber,
      fc.constantFrom(PROFILE_58MM, PROFILE_80MM),
      fc.boolean(),
      async (number, profile, rasterCodes) => {
        const slip = {
          kind: 'payment' as const,
          blocks: [{ is: 'barcode' as const, value: number }],
          orderBarcode: number,
        };
        const svg = pictureOf(encodeSlip(slip, { ...profile, rasterCodes }), profile);
        const fits = code128Dots(number, 2) <= profile.paperDots;
        assert.equal(await readBarcodes(svg), [`${fits ? 'CODE128' : 'QRCODE'}:${number}`]);
      },
    ),
    { numRuns: 40 },
  );
});

code128.run();
