import qrcode from 'qrcode';
import { isBlackDot } from '../bitmap.ts';
import { columnsOf } from '../column-text.ts';
import { type CodeSegment, code128Modules } from './code128.ts';
import type { PrinterProfile } from './profile.ts';
import { type PrinterCommand, readCommands } from './read-commands.ts';

/** Dots of the printer's font A, of a line and of the white around the paper in the picture. */
const CHARACTER_DOTS = 12;
const LINE_DOTS = 24;
const GAP_DOTS = 6;
const MARGIN_DOTS = 24;
/** A run-away byte stream must not make an endless picture. */
const PICTURE_DOTS_MAX = 60_000;

interface Run {
  readonly text: string;
  readonly bold: boolean;
  readonly width: number;
  readonly height: number;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function runDots(run: Run): number {
  return [...run.text].reduce((sum, character) => sum + columnsOf(character) * CHARACTER_DOTS * run.width, 0);
}

/** A printer with a picture for paper. */
class Paper {
  readonly #dots: number;
  readonly #shapes: string[] = [];
  #y = MARGIN_DOTS;
  #line: Run[] = [];
  #align: 'left' | 'center' | 'right' = 'left';
  #style = { bold: false, width: 1, height: 1 };
  #barcode = { digitsBelow: false, height: 162, module: 3 };
  #qr = { bytes: new Uint8Array(), module: 3 };

  constructor(paperDots: number) {
    this.#dots = paperDots;
  }

  svg(): string {
    this.#endLine();
    const [width, height] = [this.#dots + 2 * MARGIN_DOTS, this.#y + MARGIN_DOTS];
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
      `<rect width="${width}" height="${height}" fill="#fff"/>` +
      `<g font-family="'Noto Sans Mono CJK SC','Sarasa Mono SC',monospace" font-size="${LINE_DOTS}" fill="#000">` +
      `${this.#shapes.join('')}</g></svg>`
    );
  }

  take(command: PrinterCommand): void {
    if (this.#y > PICTURE_DOTS_MAX) return;
    switch (command.is) {
      case 'initialise':
        this.#style = { bold: false, width: 1, height: 1 };
        this.#align = 'left';
        return;
      case 'align':
        this.#align = command.align;
        return;
      case 'bold':
        this.#style = { ...this.#style, bold: command.on };
        return;
      case 'size':
        this.#style = { ...this.#style, width: command.width, height: command.height };
        return;
      case 'text':
        this.#line.push({ ...this.#style, text: new TextDecoder('gb18030').decode(command.bytes) });
        return;
      case 'line-end':
        return this.#endLine();
      case 'feed':
        if (this.#line.length > 0) this.#endLine();
        this.#y += command.lines * (LINE_DOTS + GAP_DOTS);
        return;
      case 'cut':
        return this.#cut();
      case 'question':
        return;
      case 'unknown':
        return this.#unknown(command.bytes);
      default:
        return this.#code(command);
    }
  }

  #code(command: PrinterCommand): void {
    switch (command.is) {
      case 'barcode-digits':
        this.#barcode.digitsBelow = command.below;
        return;
      case 'barcode-height':
        this.#barcode.height = command.dots;
        return;
      case 'module':
        this.#barcode.module = command.dots;
        return;
      case 'barcode':
        return this.#drawBarcode(command.segments);
      case 'qr-module':
        this.#qr.module = command.dots;
        return;
      case 'qr-store':
        this.#qr.bytes = Uint8Array.from(command.bytes);
        return;
      case 'qr-print':
        return this.#drawQr();
      case 'raster': {
        const { bitmap } = command;
        return this.#drawDots(bitmap.width, bitmap.height, 1, (x, y) => isBlackDot(bitmap, x, y));
      }
      default:
        return;
    }
  }

  /** Left edge of something so wide; what is wider than the paper is cut off at its right edge, as on paper. */
  #left(width: number): number {
    const free = Math.max(0, this.#dots - width);
    return MARGIN_DOTS + (this.#align === 'left' ? 0 : this.#align === 'right' ? free : Math.trunc(free / 2));
  }

  #endLine(): void {
    const runs = this.#line;
    this.#line = [];
    const height = Math.max(1, ...runs.map((run) => run.height)) * LINE_DOTS;
    let x = this.#left(runs.reduce((sum, run) => sum + runDots(run), 0));
    for (const run of runs) {
      this.#drawRun(run, x, this.#y + height);
      x += runDots(run);
    }
    this.#y += height + GAP_DOTS;
  }

  #drawRun(run: Run, x: number, bottom: number): void {
    const places: number[] = [];
    let at = 0;
    for (const character of run.text) {
      places.push(at);
      at += columnsOf(character) * CHARACTER_DOTS;
    }
    const weight = run.bold ? ' font-weight="bold"' : '';
    this.#shapes.push(
      `<text transform="translate(${x} ${bottom - 4 * run.height}) scale(${run.width} ${run.height})" x="${places.join(' ')}"${weight}` +
        ` xml:space="preserve">${escapeXml(run.text)}</text>`,
    );
  }

  #drawDots(width: number, height: number, dot: number, isBlack: (x: number, y: number) => boolean): void {
    const left = this.#left(width * dot);
    let path = '';
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if (!isBlack(x, y)) continue;
        const from = x;
        while (x + 1 < width && isBlack(x + 1, y)) x += 1;
        const run = (x + 1 - from) * dot;
        path += `M${left + from * dot} ${this.#y + y * dot}h${run}v${dot}h-${run}z`;
      }
    }
    this.#shapes.push(`<path shape-rendering="crispEdges" d="${path}"/>`);
    this.#y += height * dot;
  }

  #drawBarcode(segments: readonly CodeSegment[]): void {
    const modules = code128Modules(segments);
    const { module, height, digitsBelow } = this.#barcode;
    const left = this.#left(modules.length * module);
    let path = '';
    modules.forEach((black, at) => {
      if (black) path += `M${left + at * module} ${this.#y}h${module}v${height}h-${module}z`;
    });
    this.#shapes.push(`<path shape-rendering="crispEdges" d="${path}"/>`);
    this.#y += height + 4;
    if (digitsBelow)
      this.#line.push({ text: segments.map(({ text }) => text).join(''), bold: false, width: 1, height: 1 });
  }

  #drawQr(): void {
    if (this.#qr.bytes.length === 0) return this.#unknown(Uint8Array.of(0x1d, 0x28));
    const { modules } = qrcode.create([{ data: this.#qr.bytes, mode: 'byte' }], { errorCorrectionLevel: 'M' });
    this.#drawDots(modules.size, modules.size, this.#qr.module, (x, y) => modules.get(y, x) === 1);
  }

  #cut(): void {
    const right = this.#dots + 2 * MARGIN_DOTS;
    this.#shapes.push(`<path d="M0 ${this.#y}H${right}" stroke="#888" stroke-dasharray="8 6" fill="none"/>`);
    this.#y += GAP_DOTS;
  }

  /** A byte that this printer does not understand must be seen, not swallowed. */
  #unknown(bytes: Uint8Array): void {
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    this.#shapes.push(
      `<text x="${MARGIN_DOTS}" y="${this.#y + LINE_DOTS - 4}" fill="#c00">unknown bytes ${hex}</text>`,
    );
    this.#y += LINE_DOTS + GAP_DOTS;
  }
}

/** The paper that comes out of a printer which gets these bytes, as SVG; one dot is one unit. Any bytes; never throws. */
export function pictureOf(bytes: Uint8Array, profile: PrinterProfile): string {
  const paper = new Paper(profile.paperDots);
  for (const command of readCommands(bytes)) paper.take(command);
  return paper.svg();
}
