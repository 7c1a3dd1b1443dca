import { inflateSync } from 'node:zlib';

const SIGNATURE_BYTES = 8;
const RGBA = 6;
const RGB = 2;

/** How dark each pixel is, 0 to 255, from the top left. */
export interface GrayPicture {
  readonly width: number;
  readonly height: number;
  readonly dark: Uint8Array;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Undoes the filter of one row (PNG specification, §9). */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  for (let at = 0; at < row.length; at += 1) {
    const left = row[at - pixelBytes] ?? 0;
    const up = above[at] ?? 0;
    const corner = at < pixelBytes ? 0 : (above[at - pixelBytes] ?? 0);
    const added = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
    row[at] = ((row[at] ?? 0) + added) & 0xff;
  }
}

/** Reads what rsvg-convert writes: 8 bits a channel, with or without alpha, not interlaced; black text on white. @throws RangeError for other files */
export function readGrayPng(png: Buffer): GrayPicture {
  const [width, height, depth, colour] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || (colour !== RGBA && colour !== RGB)) throw new RangeError('a PNG of 8-bit colours is needed');
  const pixelBytes = colour === RGBA ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const rows = inflateSync(Buffer.concat(parts));
  const dark = new Uint8Array(width * height);
  let above = new Uint8Array(width * pixelBytes);
  for (let y = 0; y < height; y += 1) {
    const from = y * (width * pixelBytes + 1);
    const row = new Uint8Array(rows.subarray(from + 1, from + 1 + width * pixelBytes));
    unfilter(rows[from] ?? 0, row, above, pixelBytes);
    for (let x = 0; x < width; x += 1) dark[y * width + x] = 255 - (row[x * pixelBytes] ?? 255);
    above = row;
  }
  return { width, height, dark };
}
