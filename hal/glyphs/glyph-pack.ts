import { readFileSync, statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { TerminalFailure } from '../../domain/failure.ts';
import { type Bitmap, drawBitmap } from '../printer/bitmap.ts';
import type { GlyphSet, GlyphSize } from './contract.ts';

/**
 * A pack: magic, size, number of half-wide and of square characters, their code points in rising order (16 bits each, half-wide first), the
 * pictures in the same order (rows padded to whole bytes), CRC32 of all of it. Numbers are big-endian.
 */
const MAGIC = 'TILLGLY1';
const HEADER_BYTES = 14;
const CRC_BYTES = 4;
const PACK_BYTES_MAX = 4 * 1024 * 1024;
const SIZES: readonly number[] = [16, 24] satisfies GlyphSize[];

/** A character to pack: its picture is `size` high, and `size / 2` wide if it is ASCII, else `size`. */
export interface PackedGlyph {
  readonly codePoint: number;
  readonly bytes: Uint8Array;
}

const isHalf = (codePoint: number): boolean => codePoint < 0x80;
const widthOf = (size: number, half: boolean): number => (half ? size / 2 : size);
const pictureBytes = (size: number, half: boolean): number => Math.ceil(widthOf(size, half) / 8) * size;

/** The bytes of a pack file. @throws RangeError for a picture of another size, or a character outside the basic plane */
export function writeGlyphPack(size: GlyphSize, glyphs: readonly PackedGlyph[]): Uint8Array {
  const sorted = [...glyphs].sort((left, right) => left.codePoint - right.codePoint);
  for (const { codePoint, bytes } of sorted) {
    if (codePoint > 0xffff || bytes.length !== pictureBytes(size, isHalf(codePoint))) {
      throw new RangeError(`the picture of U+${codePoint.toString(16)} does not fit a pack of ${size} dots`);
    }
  }
  const half = sorted.filter(({ codePoint }) => isHalf(codePoint)).length;
  const head = Buffer.alloc(HEADER_BYTES + 2 * sorted.length);
  head.write(MAGIC, 'latin1');
  head.writeUInt16BE(size, 8);
  head.writeUInt16BE(half, 10);
  head.writeUInt16BE(sorted.length - half, 12);
  sorted.forEach(({ codePoint }, at) => head.writeUInt16BE(codePoint, HEADER_BYTES + 2 * at));
  const body = Buffer.concat([head, ...sorted.map(({ bytes }) => bytes)]);
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([body, crc]);
}

/** @throws TerminalFailure `configuration.invalid` when the file is missing, damaged or no pack of this size */
export function openGlyphPack(path: string, size: GlyphSize): GlyphSet {
  let bytes: Buffer;
  try {
    if (statSync(path).size > PACK_BYTES_MAX) throw new RangeError(`longer than ${PACK_BYTES_MAX} bytes`);
    bytes = readFileSync(path);
  } catch (cause) {
    throw unusable(path, cause instanceof Error ? cause.message : String(cause));
  }
  const problem = problemOf(bytes, size);
  if (problem !== null) throw unusable(path, problem);
  return new GlyphPack(bytes, size);
}

function problemOf(bytes: Buffer, size: GlyphSize): string | null {
  if (bytes.length < HEADER_BYTES + CRC_BYTES || bytes.toString('latin1', 0, 8) !== MAGIC) return 'it is no glyph pack';
  const inside = bytes.readUInt16BE(8);
  if (!SIZES.includes(inside) || inside !== size) return `its characters are ${inside} dots high, not ${size}`;
  const [half, full] = [bytes.readUInt16BE(10), bytes.readUInt16BE(12)];
  const expected =
    HEADER_BYTES + 2 * (half + full) + half * pictureBytes(size, true) + full * pictureBytes(size, false) + CRC_BYTES;
  if (bytes.length !== expected) return `it has ${bytes.length} bytes instead of ${expected}`;
  const crc = bytes.readUInt32BE(bytes.length - CRC_BYTES);
  return crc32(bytes.subarray(0, -CRC_BYTES)) === crc ? null : 'its checksum is wrong';
}

function unusable(path: string, why: string): TerminalFailure {
  return new TerminalFailure(
    'configuration.invalid',
    `the glyph pack ${path} cannot be used: ${why}; install the file that comes with the terminal`,
  );
}

/** Pictures are handed out as views of the file's bytes: nothing is copied or kept beside it. */
class GlyphPack implements GlyphSet {
  readonly size: GlyphSize;
  readonly #bytes: Buffer;
  readonly #half: number;
  readonly #count: number;
  readonly #missing: Readonly<Record<'half' | 'full', Bitmap>>;

  constructor(bytes: Buffer, size: GlyphSize) {
    this.size = size;
    this.#bytes = bytes;
    this.#half = bytes.readUInt16BE(10);
    this.#count = this.#half + bytes.readUInt16BE(12);
    this.#missing = { half: getaMark(size, true), full: getaMark(size, false) };
  }

  has(codePoint: number): boolean {
    return this.#find(codePoint) >= 0;
  }

  glyph(codePoint: number): Bitmap {
    const at = this.#find(codePoint);
    const half = isHalf(codePoint);
    if (at < 0) return this.#missing[half ? 'half' : 'full'];
    const length = pictureBytes(this.size, half);
    const halves = Math.min(at, this.#half) * pictureBytes(this.size, true);
    const fulls = Math.max(0, at - this.#half) * pictureBytes(this.size, false);
    const from = HEADER_BYTES + 2 * this.#count + halves + fulls;
    return { width: widthOf(this.size, half), height: this.size, bytes: this.#bytes.subarray(from, from + length) };
  }

  #find(codePoint: number): number {
    let [low, high] = [0, this.#count - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const here = this.#bytes.readUInt16BE(HEADER_BYTES + 2 * middle);
      if (here === codePoint) return middle;
      if (here < codePoint) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** The mark that printers set where a type is missing: two bars. */
function getaMark(size: GlyphSize, half: boolean): Bitmap {
  const width = widthOf(size, half);
  const bar = size * 0.3;
  return drawBitmap(
    width,
    size,
    (x, y) => x > 0 && x < width - 1 && y > 0 && y < size - 1 && (y < bar || y >= size - bar),
  );
}
