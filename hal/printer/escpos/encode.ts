import qrcode from 'qrcode';
import type { Slip, SlipBlock } from '../../../domain/slip.ts';
import { type Bitmap, drawBitmap } from '../bitmap.ts';
import { alignColumns, pairColumns, wrapColumns } from '../column-text.ts';
import { code128Dots, code128Modules, code128Segments } from './code128.ts';
import * as commands from './commands.ts';
import { encodeGb18030 } from './gb18030.ts';
import type { PrinterProfile } from './profile.ts';

/** Draws one line of text as dots, for printers whose own font cannot be used. */
export type TextRasteriser = (line: {
  readonly text: string;
  readonly bold: boolean;
  /** 1 or 2, in both directions. */
  readonly scale: number;
  readonly paperDots: number;
}) => Bitmap;

/** Dots; about 10 mm, which hand-held readers want at least. */
const BARCODE_HEIGHT_DOTS = 80;
/** A long text gets smaller modules, so that its code stays on the paper; two dots are the least that phones read. */
const QR_MODULE_DOTS_MAX = 6;
const QR_MODULE_DOTS_MIN = 2;
const QR_QUIET_MODULES = 4;
const QR_LENGTH_MAX = 512;

interface Line {
  readonly text: string;
  readonly align: commands.Align;
  readonly bold: boolean;
  readonly scale: 1 | 2;
}

class SlipEncoder {
  readonly #profile: PrinterProfile;
  readonly #rasterise: TextRasteriser | null;
  readonly #bytes: number[] = [];

  constructor(profile: PrinterProfile, rasterise: TextRasteriser | null) {
    this.#profile = profile;
    this.#rasterise = profile.rasterText ? rasterise : null;
    if (profile.rasterText && rasterise === null)
      throw new RangeError(`profile ${profile.name} needs a text rasteriser`);
  }

  encode(slip: Slip): Uint8Array {
    this.#put(commands.initialise());
    if (this.#profile.codePage === 'gb18030') this.#put(commands.chineseFont());
    for (const block of slip.blocks) this.#block(block);
    this.#put(commands.feed(4));
    if (this.#profile.cutter) this.#put(commands.cut());
    return Uint8Array.from(this.#bytes);
  }

  #put(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  #block(block: SlipBlock): void {
    const { columns } = this.#profile;
    const plain = { align: 'left', bold: false, scale: 1 } as const;
    switch (block.is) {
      case 'title':
        return this.#lines(wrapColumns(block.text, columns / 2), { align: 'center', bold: true, scale: 2 });
      case 'text':
        return this.#lines(wrapColumns(block.text, columns), {
          ...plain,
          align: block.align ?? 'left',
          bold: block.bold === true,
        });
      case 'field':
        return this.#lines(pairColumns(block.label, block.value, columns), plain);
      case 'amount':
        this.#lines(wrapColumns(block.label, columns), plain);
        return this.#lines(wrapColumns(block.value, columns / 2), { align: 'right', bold: true, scale: 2 });
      case 'rule':
        return this.#lines(['-'.repeat(columns)], plain);
      case 'barcode':
        return this.#barcode(block.value);
      case 'qr':
        return this.#qr(block.value);
      case 'feed':
        return this.#put(commands.feed(Math.min(block.lines, 20)));
    }
  }

  #lines(texts: readonly string[], style: Omit<Line, 'text'>): void {
    for (const text of texts) this.#line({ text, ...style });
  }

  #line({ text, align, bold, scale }: Line): void {
    const { columns, paperDots } = this.#profile;
    if (this.#rasterise !== null) {
      const aligned = alignColumns(text, columns / scale, align);
      return this.#put(commands.raster(this.#rasterise({ text: aligned, bold, scale, paperDots })));
    }
    this.#put([...commands.align(align), ...commands.bold(bold), ...commands.size(scale, scale)]);
    this.#put(this.#profile.codePage === 'gb18030' ? encodeGb18030(text) : asciiOnly(text));
    this.#put([0x0a, ...commands.bold(false), ...commands.size(1, 1)]);
  }

  /** A number that is too long for the paper is printed as a QR code: scanners of payment terminals read both. */
  #barcode(number: string): void {
    const moduleDots = [3, 2].find((dots) => code128Dots(number, dots) <= this.#profile.paperDots);
    if (moduleDots === undefined) {
      this.#qr(number);
      return this.#lines(wrapColumns(number, this.#profile.columns), { align: 'center', bold: false, scale: 1 });
    }
    const segments = code128Segments(number);
    this.#put(commands.align('center'));
    if (!this.#profile.rasterCodes) {
      this.#put([...commands.barcode(segments, moduleDots, BARCODE_HEIGHT_DOTS), 0x0a]);
      return;
    }
    const modules = code128Modules(segments);
    const isBlack = (x: number): boolean => modules[Math.trunc(x / moduleDots)] === true;
    this.#put(commands.raster(drawBitmap(modules.length * moduleDots, BARCODE_HEIGHT_DOTS, isBlack)));
    this.#line({ text: number, align: 'center', bold: false, scale: 1 });
  }

  #qr(text: string): void {
    const bytes = new TextEncoder().encode(text).subarray(0, QR_LENGTH_MAX);
    this.#put(commands.align('center'));
    const { modules } = qrcode.create([{ data: bytes, mode: 'byte' }], { errorCorrectionLevel: 'M' });
    const fitting = Math.trunc(this.#profile.paperDots / (modules.size + 2 * QR_QUIET_MODULES));
    const moduleDots = Math.max(QR_MODULE_DOTS_MIN, Math.min(QR_MODULE_DOTS_MAX, fitting));
    if (!this.#profile.rasterCodes) {
      this.#put([...commands.qrCode(bytes, moduleDots), 0x0a]);
      return;
    }
    const dots = modules.size * moduleDots;
    const isBlack = (x: number, y: number): boolean =>
      modules.get(Math.trunc(y / moduleDots), Math.trunc(x / moduleDots)) === 1;
    this.#put(commands.raster(drawBitmap(dots, dots, isBlack)));
  }
}

function asciiOnly(text: string): number[] {
  return [...text].map((character) => (character <= '~' ? character.charCodeAt(0) : 0x3f));
}

/**
 * The exact bytes that a printer of this profile gets for a slip.
 * @throws RangeError when the profile wants raster text and no rasteriser is given
 */
export function encodeSlip(slip: Slip, profile: PrinterProfile, rasterise: TextRasteriser | null = null): Uint8Array {
  return new SlipEncoder(profile, rasterise).encode(slip);
}
