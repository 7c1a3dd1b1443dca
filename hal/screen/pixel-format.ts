/** How a framebuffer keeps one dot. `mono`: one bit, the leftmost dot in the lowest one, 1 is lit. */
export type PixelFormat = 'mono' | 'rgb565' | 'xrgb8888';

/** Red, green, blue, 0–255. */
export type Colour = readonly [number, number, number];

/** The format by the kernel's `bits_per_pixel`; null for one that the terminal does not draw. */
export function formatOf(bitsPerPixel: number): PixelFormat | null {
  const formats: Readonly<Record<number, PixelFormat>> = { 1: 'mono', 16: 'rgb565', 32: 'xrgb8888' };
  return formats[bitsPerPixel] ?? null;
}

/** Puts one dot into a row; rows of a framebuffer are little-endian on every board that Node runs on. */
export function putDot(row: Buffer, x: number, format: PixelFormat, [red, green, blue]: Colour): void {
  switch (format) {
    case 'rgb565':
      row.writeUInt16LE(((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3), x * 2);
      return;
    case 'xrgb8888':
      row.writeUInt32LE(((red << 16) | (green << 8) | blue) >>> 0, x * 4);
      return;
    case 'mono': {
      const isLit = red + green + blue > 382;
      const bit = 1 << (x & 7);
      const byte = row[x >> 3] ?? 0;
      row[x >> 3] = isLit ? byte | bit : byte & ~bit;
    }
  }
}
