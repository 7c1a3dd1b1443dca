import type { Bitmap } from '../bitmap.ts';
import type { CodeSegment } from './code128.ts';

/** The ESC/POS commands that Till sends; one function a command, each named by what it does on paper. */
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;

/** Where on the line a text stands. */
export type Align = 'left' | 'center' | 'right';

/** `ESC @`: forgets what an earlier job set. */
export const initialise = (): number[] => [ESC, 0x40];

/** `FS &`: what is not ASCII is read as GB18030 from here on. */
export const chineseFont = (): number[] => [FS, 0x26];

/** `ESC a`. */
export const align = (to: Align): number[] => [ESC, 0x61, { left: 0, center: 1, right: 2 }[to]];

/** `ESC E`. */
export const bold = (on: boolean): number[] => [ESC, 0x45, on ? 1 : 0];
/** Times 1 to 8 in each direction. */
export const size = (width: number, height: number): number[] => [GS, 0x21, ((width - 1) << 4) | (height - 1)];

/** `ESC d`: prints what waits and feeds so many lines, 255 at most. */
export const feed = (lines: number): number[] => [ESC, 0x64, Math.max(0, Math.min(255, lines))];
/** Feeds to the cutter and leaves one point uncut. */
export const cut = (): number[] => [GS, 0x56, 66, 0];
/** Asks for the paper sensor's status; the answer is one byte, see `readPaperStatus`. */
export const askPaperStatus = (): number[] => [0x10, 0x04, 4];

/** `GS k 73` with the digits below the bars. */
export function barcode(segments: readonly CodeSegment[], moduleDots: number, heightDots: number): number[] {
  const data = segments.flatMap(({ set, text }) => [
    0x7b,
    set.charCodeAt(0),
    ...(set === 'B' ? [...text].map((character) => character.charCodeAt(0)) : (text.match(/\d\d/g) ?? []).map(Number)),
  ]);
  return [GS, 0x48, 2, GS, 0x66, 0, GS, 0x68, heightDots, GS, 0x77, moduleDots, GS, 0x6b, 73, data.length, ...data];
}

function qrFunction(code: number, ...parameters: number[]): number[] {
  const length = parameters.length + 2;
  return [GS, 0x28, 0x6b, length & 0xff, length >> 8, 49, code, ...parameters];
}

/** `GS ( k`: model 2, error correction M. */
export function qrCode(bytes: Uint8Array, moduleDots: number): number[] {
  return [
    ...qrFunction(65, 50, 0),
    ...qrFunction(67, moduleDots),
    ...qrFunction(69, 49),
    ...qrFunction(80, 48, ...bytes),
    ...qrFunction(81, 48),
  ];
}

/** Rows that fit the receive buffer of small printers. */
const RASTER_BAND_ROWS = 128;

/** `GS v 0`, in bands. */
export function raster(bitmap: Bitmap): number[] {
  const rowBytes = Math.ceil(bitmap.width / 8);
  const out: number[] = [];
  for (let from = 0; from < bitmap.height; from += RASTER_BAND_ROWS) {
    const rows = Math.min(RASTER_BAND_ROWS, bitmap.height - from);
    out.push(GS, 0x76, 0x30, 0, rowBytes & 0xff, rowBytes >> 8, rows & 0xff, rows >> 8);
    for (const byte of bitmap.bytes.subarray(from * rowBytes, (from + rows) * rowBytes)) out.push(byte);
  }
  return out;
}

/** The answer to `askPaperStatus`: bits 5 and 6 say that the paper has ended. `null`: not such an answer. */
export function readPaperStatus(answer: number): 'ok' | 'out-of-paper' | null {
  if ((answer & 0x93) !== 0x12) return null;
  return (answer & 0x60) === 0 ? 'ok' : 'out-of-paper';
}
