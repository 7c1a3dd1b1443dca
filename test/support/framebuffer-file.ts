import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FramebufferSetting {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: 1 | 16 | 32;
  /** Bytes at the end of each row that are not seen. */
  readonly padding?: number;
}

/** A regular file in the place of a framebuffer, with the description that the kernel gives beside it. */
export class FramebufferFile {
  readonly path: string;
  readonly sysfs: string;
  readonly stride: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'till-fb-'));
  readonly #setting: FramebufferSetting;

  constructor(setting: FramebufferSetting) {
    this.#setting = setting;
    this.path = join(this.#folder, 'fb0');
    this.sysfs = join(this.#folder, 'graphics');
    this.stride = Math.ceil((setting.width * setting.bitsPerPixel) / 8) + (setting.padding ?? 0);
    this.plugIn();
  }

  plugIn(): void {
    const { width, height, bitsPerPixel } = this.#setting;
    const folder = join(this.sysfs, 'fb0');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'virtual_size'), `${width},${height}\n`);
    writeFileSync(join(folder, 'bits_per_pixel'), `${bitsPerPixel}\n`);
    writeFileSync(join(folder, 'stride'), `${this.stride}\n`);
    writeFileSync(join(folder, 'modes'), `U:${width}x${height}p-0\n`);
    writeFileSync(this.path, Buffer.alloc(this.stride * height));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  bytes(): Buffer {
    return readFileSync(this.path);
  }

  /** What is seen, as RGBA. */
  picture(): { data: Uint8ClampedArray; width: number; height: number } {
    const { width, height } = this.#setting;
    const bytes = this.bytes();
    const data = new Uint8ClampedArray(width * height * 4);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) data.set([...this.#dot(bytes, x, y), 255], (y * width + x) * 4);
    }
    return { data, width, height };
  }

  #dot(bytes: Buffer, x: number, y: number): readonly [number, number, number] {
    const row = y * this.stride;
    const { bitsPerPixel } = this.#setting;
    if (bitsPerPixel === 1) {
      const lit = ((bytes[row + (x >> 3)] ?? 0) >> (x & 7)) & 1;
      return [lit * 255, lit * 255, lit * 255];
    }
    if (bitsPerPixel === 16) {
      const value = bytes.readUInt16LE(row + x * 2);
      return [(value >> 11) << 3, ((value >> 5) & 63) << 2, (value & 31) << 3];
    }
    const [blue = 0, green = 0, red = 0] = bytes.subarray(row + x * 4);
    return [red, green, blue];
  }
}
