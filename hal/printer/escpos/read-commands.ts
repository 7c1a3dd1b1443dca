import type { Bitmap } from '../bitmap.ts';
import type { CodeSegment } from './code128.ts';

/** One ESC/POS command as a printer understands it. */
export type PrinterCommand =
  | { readonly is: 'initialise' }
  | { readonly is: 'chinese-font' }
  | { readonly is: 'align'; readonly align: 'left' | 'center' | 'right' }
  | { readonly is: 'bold'; readonly on: boolean }
  | { readonly is: 'size'; readonly width: number; readonly height: number }
  | { readonly is: 'text'; readonly bytes: Uint8Array }
  | { readonly is: 'line-end' }
  | { readonly is: 'feed'; readonly lines: number }
  | { readonly is: 'barcode-digits'; readonly below: boolean }
  | { readonly is: 'barcode-height'; readonly dots: number }
  | { readonly is: 'module'; readonly dots: number }
  | { readonly is: 'barcode'; readonly segments: readonly CodeSegment[] }
  | { readonly is: 'qr-module'; readonly dots: number }
  | { readonly is: 'qr-store'; readonly bytes: Uint8Array }
  | { readonly is: 'qr-print' }
  | { readonly is: 'quiet' }
  | { readonly is: 'raster'; readonly bitmap: Bitmap }
  | { readonly is: 'cut' }
  /** `DLE EOT`: answered at once, nothing is printed. */
  | { readonly is: 'question'; readonly about: number }
  | { readonly is: 'unknown'; readonly bytes: Uint8Array };

const DLE = 0x10;
const EOT = 0x04;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const ALIGNS = ['left', 'center', 'right'] as const;

interface Taken {
  readonly command: PrinterCommand;
  readonly length: number;
}

const take = (length: number, command: PrinterCommand): Taken => ({ length, command });

/** The data of `GS k 73`, `{B…{C…`, back as segments. `null` when it is not well formed. */
function segmentsOf(data: Uint8Array): CodeSegment[] | null {
  const segments: { set: 'B' | 'C'; text: string }[] = [];
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at] ?? 0;
    const set = data[at + 1] === 0x42 ? 'B' : data[at + 1] === 0x43 ? 'C' : null;
    const last = segments.at(-1);
    if (byte === 0x7b && set !== null) {
      segments.push({ set, text: '' });
      at += 1;
    } else if (last === undefined || (last.set === 'C' && byte > 99)) return null;
    else last.text += last.set === 'C' ? String(byte).padStart(2, '0') : String.fromCharCode(byte);
  }
  return segments.length > 0 ? segments : null;
}

function takeEscape(bytes: Uint8Array): Taken | null {
  const value = bytes[2] ?? 0;
  if (bytes[1] === 0x40) return take(2, { is: 'initialise' });
  if (bytes.length < 3) return null;
  const to = ALIGNS[value];
  if (bytes[1] === 0x61 && to !== undefined) return take(3, { is: 'align', align: to });
  if (bytes[1] === 0x45) return take(3, { is: 'bold', on: (value & 1) === 1 });
  if (bytes[1] === 0x64) return take(3, { is: 'feed', lines: value });
  return null;
}

function takeQr(bytes: Uint8Array): Taken | null {
  const length = (bytes[3] ?? 0) + (bytes[4] ?? 0) * 256;
  if (bytes[2] !== 0x6b || bytes[5] !== 49 || length < 2 || bytes.length < 5 + length) return null;
  const parameters = bytes.subarray(7, 5 + length);
  switch (bytes[6]) {
    case 65:
    case 69:
      return take(5 + length, { is: 'quiet' });
    case 67:
      return take(5 + length, { is: 'qr-module', dots: parameters[0] ?? 3 });
    case 80:
      return take(5 + length, { is: 'qr-store', bytes: parameters.slice(1) });
    case 81:
      return take(5 + length, { is: 'qr-print' });
    default:
      return null;
  }
}

function takeRaster(bytes: Uint8Array): Taken | null {
  const rowBytes = (bytes[4] ?? 0) + (bytes[5] ?? 0) * 256;
  const height = (bytes[6] ?? 0) + (bytes[7] ?? 0) * 256;
  const length = 8 + rowBytes * height;
  if (bytes[2] !== 0x30 || bytes[3] !== 0 || bytes.length < length) return null;
  return take(length, { is: 'raster', bitmap: { width: rowBytes * 8, height, bytes: bytes.slice(8, length) } });
}

function takeBarcode(bytes: Uint8Array): Taken | null {
  const length = 4 + (bytes[3] ?? 0);
  if (bytes[2] !== 73 || bytes.length < length) return null;
  const segments = segmentsOf(bytes.subarray(4, length));
  return segments === null ? null : take(length, { is: 'barcode', segments });
}

function takeGroup(bytes: Uint8Array): Taken | null {
  const value = bytes[2] ?? 0;
  switch (bytes[1]) {
    case 0x21:
      return take(3, { is: 'size', width: (value >> 4) + 1, height: (value & 15) + 1 });
    case 0x48:
      return take(3, { is: 'barcode-digits', below: value === 2 || value === 3 });
    case 0x66:
      return take(3, { is: 'quiet' });
    case 0x68:
      return take(3, { is: 'barcode-height', dots: value });
    case 0x77:
      return take(3, { is: 'module', dots: value });
    case 0x56:
      return value === 66 ? take(4, { is: 'cut' }) : null;
    case 0x6b:
      return takeBarcode(bytes);
    case 0x28:
      return takeQr(bytes);
    case 0x76:
      return takeRaster(bytes);
    default:
      return null;
  }
}

function takeText(bytes: Uint8Array): Taken {
  const end = bytes.findIndex((byte) => byte < 0x20);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  return take(text.length, { is: 'text', bytes: text });
}

function takeCommand(bytes: Uint8Array): Taken | null {
  switch (bytes[0]) {
    case 0x0a:
      return take(1, { is: 'line-end' });
    case DLE:
      return bytes[1] === EOT && bytes[2] !== undefined ? take(3, { is: 'question', about: bytes[2] }) : null;
    case ESC:
      return takeEscape(bytes);
    case GS:
      return takeGroup(bytes);
    case FS:
      return bytes[1] === 0x26 ? take(2, { is: 'chinese-font' }) : null;
    default:
      return null;
  }
}

/** An unknown command swallows its introducer and name, as real printers mostly do; what follows then shows as text. */
function takeUnknown(bytes: Uint8Array): Taken {
  const hasName = [ESC, GS, FS].includes(bytes[0] ?? 0);
  return take(Math.min(bytes.length, hasName ? 2 : 1), { is: 'unknown', bytes: bytes.slice(0, 2) });
}

function takeOne(bytes: Uint8Array): Taken {
  if ((bytes[0] ?? 0) >= 0x20) return takeText(bytes);
  const taken = takeCommand(bytes);
  return taken !== null && taken.length <= bytes.length ? taken : takeUnknown(bytes);
}

/** Reads a byte stream as a printer does. Any bytes; never throws; every byte ends in exactly one command. */
export function readCommands(bytes: Uint8Array): PrinterCommand[] {
  const commands: PrinterCommand[] = [];
  for (let at = 0; at < bytes.length;) {
    const { command, length } = takeOne(bytes.subarray(at));
    commands.push(command);
    at += length;
  }
  return commands;
}
