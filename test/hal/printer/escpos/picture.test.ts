import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { supportText } from '../../../../domain/support-facts.ts';
import { drawBitmap } from '../../../../hal/printer/bitmap.ts';
import { askPaperStatus, readPaperStatus } from '../../../../hal/printer/escpos/commands.ts';
import { encodeSlip } from '../../../../hal/printer/escpos/encode.ts';
import { pictureOf } from '../../../../hal/printer/escpos/picture.ts';
import { PRINTER_PROFILES, PROFILE_58MM, PROFILE_80MM } from '../../../../hal/printer/escpos/profile.ts';
import { readCommands } from '../../../../hal/printer/escpos/read-commands.ts';
import { readBarcodes, readQr } from '../../../support/read-picture.ts';
import { SAMPLE_SUPPORT } from '../../../support/sample-flow-views.ts';
import { SAMPLE_ORDER, sampleSlips } from '../../../support/sample-slips.ts';

const picture = suite('hal/printer/escpos/picture');
const unescape = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => unescape(match[1] ?? ''));

for (const locale of ['zh-CN', 'en'] as const) {
  for (const profile of Object.values(PRINTER_PROFILES).filter(({ rasterText }) => !rasterText)) {
    picture(
      `every slip is understood byte by byte, stays on the paper and scans back (${locale}, ${profile.name})`,
      async () => {
        for (const [name, slip] of Object.entries(sampleSlips(locale))) {
          const bytes = encodeSlip(slip, profile);
          assert.not.ok(
            readCommands(bytes).some((command) => command.is === 'unknown'),
            name,
          );
          const svg = pictureOf(bytes, profile);
          for (const match of svg.matchAll(/translate\((\d+) \d+\) scale\((\d)[^"]*" x="([\d ]+)"/g)) {
            const right = Number(match[1]) + Number(match[2]) * (Number((match[3] ?? '').split(' ').at(-1)) + 12);
            assert.ok(right <= profile.paperDots + 24, `${name}: text ends at ${right}`);
          }
          if (slip.orderBarcode !== null) assert.equal(await readBarcodes(svg), [`CODE128:${slip.orderBarcode}`], name);
        }
      },
    );
  }
}

picture('Chinese text comes off the paper as it was written', () => {
  const texts = textsOf(pictureOf(encodeSlip(sampleSlips('zh-CN').unknown, PROFILE_80MM), PROFILE_80MM)).join('');
  for (const part of [
    '结果未确认·勿重复收款',
    '通过订单查询确认支付结果',
    '楼下奶茶店（西湖路二号分店）<&>',
    '20.00元',
    SAMPLE_ORDER,
  ])
    assert.match(texts, part);
});

picture('a QR code is read back by two decoders, as a printer command and as dots', async () => {
  const slip = {
    kind: 'self-test' as const,
    blocks: [{ is: 'qr' as const, value: 'https://example.cn/?a=1' }],
    orderBarcode: null,
  };
  for (const rasterCodes of [false, true]) {
    const svg = pictureOf(encodeSlip(slip, { ...PROFILE_58MM, rasterCodes }), PROFILE_58MM);
    assert.is(readQr(svg), 'https://example.cn/?a=1');
    assert.equal(await readBarcodes(svg), ['QRCODE:https://example.cn/?a=1']);
  }
});

picture('the longest support code stays on the narrowest paper and is read back by two decoders', async () => {
  const { support } = sampleSlips('zh-CN');
  const text = supportText(SAMPLE_SUPPORT);
  assert.ok(text.length > 400 && text.length <= 512);
  for (const rasterCodes of [false, true]) {
    const svg = pictureOf(encodeSlip(support, { ...PROFILE_58MM, rasterCodes }), PROFILE_58MM);
    assert.is(readQr(svg), text);
    assert.equal(await readBarcodes(svg), [`QRCODE:${text}`]);
  }
});

picture('the exact bytes around a slip: reset, Chinese font, feed, and the cut only where there is a cutter', () => {
  const { payment } = sampleSlips('zh-CN');
  const narrow = [...encodeSlip(payment, PROFILE_58MM)];
  assert.equal(narrow.slice(0, 4), [0x1b, 0x40, 0x1c, 0x26]);
  assert.equal(narrow.slice(-3), [0x1b, 0x64, 4]);
  assert.equal([...encodeSlip(payment, PROFILE_80MM)].slice(-4), [0x1d, 0x56, 66, 0]);
  const barcode = [0x1d, 0x6b, 73, 14, 0x7b, 0x43, ...(SAMPLE_ORDER.match(/\d\d/g) ?? []).map(Number)];
  assert.match(narrow.join(), barcode.join());
});

picture('a shop name cannot steer the printer', () => {
  const evil = {
    kind: 'payment' as const,
    blocks: [{ is: 'text' as const, text: 'a\x1b@\x1dV\x00\x10\x04b\nc' }],
    orderBarcode: null,
  };
  const bytes = encodeSlip(evil, PROFILE_58MM);
  assert.equal(
    readCommands(bytes).filter(({ is }) => is === 'cut' || is === 'unknown' || is === 'question'),
    [],
  );
  assert.is(readCommands(bytes).filter((command) => command.is === 'initialise').length, 1);
});

picture('a printer without Chinese font gets no Chinese bytes', () => {
  const bytes = encodeSlip(sampleSlips('zh-CN').payment, { ...PROFILE_58MM, codePage: 'ascii', rasterCodes: true });
  const texts = readCommands(bytes).flatMap((command) => (command.is === 'text' ? [...command.bytes] : []));
  assert.ok(texts.every((byte) => byte < 0x80));
});

picture('text as dots goes through the given rasteriser, and its absence is named', () => {
  const profile = { ...PROFILE_58MM, rasterText: true };
  const { payment } = sampleSlips('zh-CN');
  assert.throws(() => encodeSlip(payment, profile), /rasteriser/);
  const lines: string[] = [];
  const bytes = encodeSlip(payment, profile, ({ text, paperDots }) => {
    lines.push(text);
    return drawBitmap(paperDots, 24, (x, y) => (x + y) % 2 === 0);
  });
  assert.match(lines.join(''), '收款凭证');
  assert.not.ok(readCommands(bytes).some((command) => command.is === 'text' || command.is === 'unknown'));
});

picture('a question to the printer prints nothing, wherever it stands between commands', () => {
  const [question, slip] = [[0x10, 0x04, 2], [...encodeSlip(sampleSlips('zh-CN').payment, PROFILE_58MM)]];
  const asked = Uint8Array.from([...question, ...question, ...slip, ...question]);
  assert.is(pictureOf(asked, PROFILE_58MM), pictureOf(Uint8Array.from(slip), PROFILE_58MM));
});

picture('unknown bytes are seen on the paper, and no bytes at all make it throw', () => {
  assert.match(pictureOf(Uint8Array.of(0x1b, 0x70, 0, 25, 250), PROFILE_58MM), /unknown bytes 1b 70/);
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom(
        [0x1d, 0x6b, 73],
        [0x1d, 0x28, 0x6b],
        [0x1d, 0x76, 0x30, 0],
        [0x1b, 0x61],
        [0x1d, 0x28, 0x6b, 3, 0, 49, 81, 48],
      )
      .map((bytes) => Uint8Array.from(bytes)),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      assert.match(pictureOf(Uint8Array.from(parts.flatMap((part) => [...part])), PROFILE_58MM), /^<svg.*<\/svg>$/s);
    }),
    { numRuns: 300 },
  );
});

picture('the paper sensor’s answer is understood, and other bytes are not taken for one', () => {
  assert.equal(askPaperStatus(), [0x10, 0x04, 4]);
  assert.is(readPaperStatus(0x12), 'ok');
  assert.is(readPaperStatus(0x1e), 'ok');
  assert.is(readPaperStatus(0x72), 'out-of-paper');
  assert.is(readPaperStatus(0x00), null);
  assert.is(readPaperStatus(0xff), null);
});

picture.run();
