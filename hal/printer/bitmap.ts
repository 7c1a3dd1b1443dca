/** Black dots on paper: one bit a dot, most significant bit left, each row padded to whole bytes. */
export interface Bitmap {
  /** Dots. */
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Draws a bitmap from a question asked for every dot. */
export function drawBitmap(width: number, height: number, isBlack: (x: number, y: number) => boolean): Bitmap {
  const rowBytes = Math.ceil(width / 8);
  const bytes = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * rowBytes + (x >> 3);
      if (isBlack(x, y)) bytes[at] = (bytes[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { width, height, bytes };
}

/** Whether the dot in column `x` of row `y` is black, both counted from 0 at the upper left. */
export function isBlackDot(bitmap: Bitmap, x: number, y: number): boolean {
  const byte = bitmap.bytes[y * Math.ceil(bitmap.width / 8) + (x >> 3)] ?? 0;
  return (byte & (0x80 >> (x & 7))) !== 0;
}
