import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatOf, type PixelFormat } from './pixel-format.ts';

/** How a framebuffer's bytes make a picture. */
export interface FramebufferGeometry {
  /** Dots. */
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly format: PixelFormat;
}

const DOTS_MAX = 4_096;
/** What the layout needs at least. */
const WIDTH_MIN = 64;
const HEIGHT_MIN = 32;

/**
 * What the kernel says of a framebuffer, below `/sys/class/graphics`.
 * @throws Error that names what cannot be used
 */
export function readGeometry(path: string, sysfs: string): FramebufferGeometry {
  const folder = join(sysfs, basename(realpathSync(path)));
  const numbers = (name: string): number[] => readFileSync(join(folder, name), 'latin1').trim().split(',').map(Number);
  const bits = numbers('bits_per_pixel')[0] ?? 0;
  const format = formatOf(bits);
  if (format === null) throw new Error(`${bits} bits a dot; the terminal draws 1, 16 and 32`);
  // The mode is what is seen; the virtual size may hold further screens below it.
  const [width = 0, virtualHeight = 0] = numbers('virtual_size');
  const height = Math.min(virtualHeight, modeHeight(folder) ?? virtualHeight);
  const fits = width >= WIDTH_MIN && height >= HEIGHT_MIN && width <= DOTS_MAX && height <= DOTS_MAX;
  if (!fits) throw new Error(`${width} × ${height} dots; the terminal needs at least ${WIDTH_MIN} × ${HEIGHT_MIN}`);
  const stride = numbers('stride')[0] || Math.ceil((width * bits) / 8);
  if (stride * 8 < width * bits || stride > DOTS_MAX * 8)
    throw new Error(`rows of ${stride} bytes do not fit ${width} dots`);
  return { width, height, stride, format };
}

/** `U:480x320p-0`; a driver without modes has an empty file. */
function modeHeight(folder: string): number | null {
  try {
    const height = /^[A-Z]:\d+x(\d+)/.exec(readFileSync(join(folder, 'modes'), 'latin1'))?.[1];
    return height === undefined ? null : Number(height);
  } catch {
    return null;
  }
}
