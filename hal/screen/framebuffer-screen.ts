import { closeSync, openSync, writeSync } from 'node:fs';
import type { Screen } from '../../domain/screen.ts';
import type { Clock } from '../clock/contract.ts';
import { absent, type Presence, PRESENT } from '../device-node/presence.ts';
import { Reopening } from '../device-node/reopening.ts';
import type { GlyphSet } from '../glyphs/contract.ts';
import { type Tone, toneOf } from '../profiles/screen-tone.ts';
import type { ScreenDevice } from './contract.ts';
import { drawPage } from './draw-page.ts';
import { type FramebufferGeometry, readGeometry } from './framebuffer-geometry.ts';
import { layOut, PAGE_MS, type ScreenPage } from './layout.ts';
import { type Colour, putDot } from './pixel-format.ts';

/** Which display is drawn on, and with which characters. */
export interface FramebufferScreenOptions {
  /** `/dev/fb0`. */
  readonly path: string;
  readonly glyphs: GlyphSet;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** Where the kernel describes framebuffers. */
  readonly sysfs?: string;
  readonly onPresence?: (presence: Presence) => void;
}

interface Colours {
  readonly ink: Colour;
  readonly paper: Colour;
}

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];

/** Contrast of 4.5 to 1 at least: read at arm's length, in a shop window's light, also by who cannot tell red from green. */
const COLOURS: Readonly<Record<Tone, Colours>> = {
  calm: { ink: WHITE, paper: [16, 32, 72] },
  ask: { ink: BLACK, paper: [120, 200, 235] },
  busy: { ink: WHITE, paper: [16, 32, 72] },
  good: { ink: WHITE, paper: [10, 92, 45] },
  bad: { ink: WHITE, paper: [150, 22, 22] },
  careful: { ink: BLACK, paper: [245, 196, 60] },
};
/** Small displays glow: lit text on dark, except for a QR code, which no phone reads inverted. */
const MONO: Colours = { ink: WHITE, paper: BLACK };
const CODE: Colours = { ink: BLACK, paper: WHITE };

/** A display behind the kernel's framebuffer. Only rows that changed are written; what has more than one page shows them in turn. */
export class FramebufferScreen implements ScreenDevice {
  readonly #options: FramebufferScreenOptions;
  readonly #reopening: Reopening;
  #descriptor: number | null = null;
  #geometry: FramebufferGeometry | null = null;
  /** What the display shows, as far as it was written. */
  #frame: Buffer = Buffer.alloc(0);
  #shown: Screen | null = null;
  #pageTimer: unknown = null;
  #presence: Presence | null = null;
  #closed = false;

  constructor(options: FramebufferScreenOptions) {
    this.#options = options;
    this.#reopening = new Reopening(options.clock, () => this.#open());
    this.#open();
  }

  show(screen: Screen): void {
    if (this.#closed) return;
    this.#shown = screen;
    this.#draw();
  }

  /** Leaves a dark display: what is shown after the end of the process would be believed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#reopening.stop();
    this.#options.clock.clearTimeout(this.#pageTimer);
    try {
      if (this.#descriptor !== null) this.#write(Buffer.alloc(this.#frame.length));
    } catch {
      // A display that went away shows nothing either.
    }
    this.#release();
  }

  #open(): void {
    const { path, sysfs = '/sys/class/graphics' } = this.#options;
    try {
      this.#descriptor = openSync(path, 'r+');
      this.#geometry = readGeometry(path, sysfs);
      // Unlike any picture, so that the first one is written whole.
      this.#frame = Buffer.alloc(0);
    } catch (error) {
      return this.#lost(error);
    }
    this.#reopening.succeeded();
    this.#tell(PRESENT);
    this.#draw();
  }

  #draw(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#pageTimer);
    if (this.#shown === null || this.#geometry === null) return;
    const pages = layOut(this.#shown, this.#geometry);
    this.#turnPage(pages, 0, toneOf(this.#shown.name));
  }

  #turnPage(pages: readonly ScreenPage[], at: number, tone: Tone): void {
    const { clock, glyphs } = this.#options;
    const [page, geometry] = [pages[at], this.#geometry];
    if (page === undefined || geometry === null) return;
    try {
      this.#write(framed(page, geometry, glyphs, tone));
    } catch (error) {
      return this.#lost(error);
    }
    if (pages.length < 2) return;
    this.#pageTimer = clock.setTimeout(() => this.#turnPage(pages, (at + 1) % pages.length, tone), PAGE_MS);
  }

  /** From the first to the last row that changed. */
  #write(frame: Buffer): void {
    const { stride, height } = this.#geometry ?? { stride: 0, height: 0 };
    const rowOf = (bytes: Buffer, row: number): Buffer => bytes.subarray(row * stride, (row + 1) * stride);
    const isDirty = (row: number): boolean =>
      this.#frame.length !== frame.length || !rowOf(frame, row).equals(rowOf(this.#frame, row));
    for (let row = 0; row < height; row += 1) {
      if (!isDirty(row)) continue;
      let end = row + 1;
      while (end < height && isDirty(end)) end += 1;
      this.#writeRows(frame.subarray(row * stride, end * stride), row * stride);
      row = end;
    }
    this.#frame = frame;
  }

  #writeRows(bytes: Buffer, offset: number): void {
    if (this.#descriptor === null) return;
    let written = 0;
    while (written < bytes.length) {
      const count = writeSync(this.#descriptor, bytes, written, bytes.length - written, offset + written);
      if (count === 0) throw new Error('the display takes no more bytes');
      written += count;
    }
  }

  #lost(error: unknown): void {
    const { path } = this.#options;
    this.#release();
    this.#tell(absent({ what: 'the display', path, key: 'devices.screen' }, error));
    if (!this.#closed) this.#reopening.schedule();
  }

  #release(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    this.#geometry = null;
    try {
      if (descriptor !== null) closeSync(descriptor);
    } catch {
      // The device is gone, and the descriptor with it.
    }
  }

  #tell(presence: Presence): void {
    if (presence.why === this.#presence?.why) return;
    this.#presence = presence;
    this.#options.onPresence?.(presence);
  }
}

function framed(page: ScreenPage, geometry: FramebufferGeometry, glyphs: GlyphSet, tone: Tone): Buffer {
  const { width, height, stride, format } = geometry;
  const colours = page.code !== null ? CODE : format === 'mono' ? MONO : COLOURS[tone];
  const bitmap = drawPage(page, geometry, glyphs);
  const blank = Buffer.alloc(stride);
  for (let x = 0; x < width; x += 1) putDot(blank, x, format, colours.paper);
  const frame = Buffer.alloc(stride * height);
  const bitmapStride = Math.ceil(width / 8);
  for (let y = 0; y < height; y += 1) {
    blank.copy(frame, y * stride);
    const row = frame.subarray(y * stride, (y + 1) * stride);
    // Most of a page is paper: eight dots without ink are passed over at once.
    bitmap.bytes.subarray(y * bitmapStride, (y + 1) * bitmapStride).forEach((dots, at) => {
      for (let bit = 0; dots !== 0 && bit < 8; bit += 1) {
        if ((dots & (0x80 >> bit)) !== 0) putDot(row, at * 8 + bit, format, colours.ink);
      }
    });
  }
  return frame;
}
