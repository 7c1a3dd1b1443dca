import { openShippedGlyphs } from '../../bin/start/glyph-packs.ts';
import { screenOf } from '../../domain/screens/screen-of.ts';
import type { ScreenView } from '../../domain/screens/screen-view.ts';
import type { Locale } from '../../domain/sentence.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { FramebufferScreen } from '../../hal/screen/framebuffer-screen.ts';
import { layOut, PAGE_MS } from '../../hal/screen/layout.ts';
import { FramebufferFile } from '../../test/support/framebuffer-file.ts';
import { pngOf } from './png.ts';

const DISPLAY = { width: 320, height: 240, bitsPerPixel: 32 } as const;
/** Dots of the file for a dot of the display: print keeps their edges. */
const SCALE = 2;

/** Photographs of a display of 320 by 240 dots behind the terminal's own display driver. */
export class ScreenCamera {
  readonly #file = new FramebufferFile(DISPLAY);
  readonly #clock = new VirtualClock();
  readonly #device: FramebufferScreen;

  constructor() {
    const { path, sysfs } = this.#file;
    this.#device = new FramebufferScreen({ path, sysfs, glyphs: openShippedGlyphs(16), clock: this.#clock });
  }

  /** The pages of the screen as PNG, in the order in which the display turns them. */
  photograph(view: ScreenView, locale: Locale): Buffer[] {
    const { width, height } = DISPLAY;
    const screen = screenOf(view, locale);
    this.#device.show(screen);
    return layOut(screen, DISPLAY).map((_, at) => {
      if (at > 0) this.#clock.advance(PAGE_MS);
      return pngOf({ width, height, colours: new Uint32Array(new Uint8Array(this.#file.bytes()).buffer) }, SCALE);
    });
  }

  async close(): Promise<void> {
    await this.#device.close();
    this.#file.remove();
  }
}
