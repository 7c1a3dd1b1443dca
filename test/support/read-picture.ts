import { scanRGBABuffer } from '@undecaf/zbar-wasm';
import jsqr from 'jsqr';

/** The black areas of a slip's picture as RGBA pixels; text is left out. Knows rectangles of paths only: `M x y h w v h h -w z`. */
export function rasterisePaths(svg: string): { data: Uint8ClampedArray; width: number; height: number } {
  const [, width, height] = (/width="(\d+)" height="(\d+)"/.exec(svg) ?? []).map(Number);
  if (width === undefined || height === undefined) throw new Error('no size in the picture');
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const match of svg.matchAll(/M(\d+) (\d+)h(\d+)v(\d+)h-\d+z/g)) {
    const [x, y, w, h] = match.slice(1).map(Number) as [number, number, number, number];
    for (let row = y; row < y + h; row += 1) {
      for (let column = x; column < x + w; column += 1) data.set([0, 0, 0, 255], (row * width + column) * 4);
    }
  }
  return { data, width, height };
}

/** What a decoder that is not ours reads off the paper: barcodes and QR codes, as `CODE128:text`. */
export async function readBarcodes(svg: string): Promise<string[]> {
  const { data, width, height } = rasterisePaths(svg);
  const symbols = await scanRGBABuffer(data.buffer as ArrayBuffer, width, height);
  return symbols.map((symbol) => `${symbol.typeName.replace('ZBAR_', '')}:${symbol.decode()}`);
}

/** The QR code on the paper, read by a second decoder; null when there is none. */
export function readQr(svg: string): string | null {
  const { data, width, height } = rasterisePaths(svg);
  const decode = jsqr as unknown as (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
  return decode(data, width, height)?.data ?? null;
}
