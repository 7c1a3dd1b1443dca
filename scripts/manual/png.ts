import { crc32, deflateSync } from 'node:zlib';

/** A picture as a display shows it: the colour of each dot as 0xRRGGBB, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly colours: Uint32Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PALETTE_MAX = 256;

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/**
 * A picture of few colours as PNG with a palette (ISO/IEC 15948), each dot `scale` by `scale` large.
 * @throws RangeError for a picture of more than 256 colours
 */
export function pngOf({ width, height, colours }: Picture, scale = 1): Buffer {
  const palette = new Map<number, number>();
  const rowBytes = width * scale + 1;
  const rows = Buffer.alloc(rowBytes * height * scale);
  for (let y = 0; y < height; y += 1) {
    const at = y * scale * rowBytes;
    for (let x = 0; x < width; x += 1) {
      const colour = colours[y * width + x] ?? 0;
      let index = palette.get(colour);
      if (index === undefined) palette.set(colour, (index = palette.size));
      rows.fill(index, at + 1 + x * scale, at + 1 + (x + 1) * scale);
    }
    for (let copy = 1; copy < scale; copy += 1) rows.copy(rows, at + copy * rowBytes, at, at + rowBytes);
  }
  if (palette.size > PALETTE_MAX) throw new RangeError(`${palette.size} colours do not fit a palette`);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width * scale, 0);
  header.writeUInt32BE(height * scale, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const entries = [...palette.keys()].flatMap((colour) => [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255]);
  const image = chunk('IDAT', deflateSync(rows));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(entries)),
    image,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
