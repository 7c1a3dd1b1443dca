import { type FileHandle, open } from 'node:fs/promises';
import type { Screen } from '../../domain/screen.ts';
import type { Clock } from '../clock/contract.ts';
import { absent, type Presence, PRESENT } from '../device-node/presence.ts';
import { Reopening } from '../device-node/reopening.ts';
import type { ScreenDevice } from './contract.ts';
import { characterPages, type CharacterGrid } from './character-layout.ts';
import { PAGE_MS } from './layout.ts';

/** Which display is written to, and how many characters it has. */
export interface CharacterLcdOptions {
  /** `/dev/lcd`, of the kernel's charlcd driver. */
  readonly path: string;
  readonly grid: CharacterGrid;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly onPresence?: (presence: Presence) => void;
}

/** The driver's own commands: start anew, no cursor, no blinking, light on; go to a place. */
const START = '\x1b[LI\x1b[Lc\x1b[Lb\x1b[L+\x1b[2J\x1b[H';
const goTo = (column: number, row: number): string => `\x1b[Lx${column}y${row};`;

/**
 * An HD44780 display of 16 × 2 or 20 × 4 characters. It has no Chinese: configured with the English words, it shows amounts, numbers and results.
 * A display on a slow bus takes a millisecond a character, so only what changed is written, one write at a time, off the event loop.
 */
export class CharacterLcd implements ScreenDevice {
  readonly #options: CharacterLcdOptions;
  readonly #reopening: Reopening;
  #handle: FileHandle | null = null;
  /** What the display shows; null: unknown. */
  #glass: readonly string[] | null = null;
  #wanted: readonly string[] = [];
  #shown: Screen | null = null;
  #pageTimer: unknown = null;
  #writing: Promise<void> | null = null;
  #presence: Presence | null = null;
  #closed = false;

  constructor(options: CharacterLcdOptions) {
    this.#options = options;
    this.#wanted = blank(options.grid);
    this.#reopening = new Reopening(options.clock, () => this.#settle());
    this.#settle();
  }

  show(screen: Screen): void {
    if (this.#closed) return;
    this.#shown = screen;
    this.#options.clock.clearTimeout(this.#pageTimer);
    this.#turnPage(characterPages(screen, this.#options.grid), 0, screen);
  }

  /** Leaves an empty display: what is shown after the end of the process would be believed. */
  async close(): Promise<void> {
    if (this.#closed) return this.#writing ?? undefined;
    this.#options.clock.clearTimeout(this.#pageTimer);
    this.#reopening.stop();
    this.#shown = null;
    this.#wanted = blank(this.#options.grid);
    this.#closed = true;
    await this.#writing;
    if (this.#handle !== null) await this.#update(this.#handle).catch(() => undefined);
    await this.#release();
  }

  #turnPage(pages: readonly (readonly string[])[], at: number, screen: Screen): void {
    if (this.#shown !== screen || this.#closed) return;
    this.#wanted = pages[at] ?? this.#wanted;
    this.#settle();
    if (pages.length < 2) return;
    const next = (at + 1) % pages.length;
    this.#pageTimer = this.#options.clock.setTimeout(() => this.#turnPage(pages, next, screen), PAGE_MS);
  }

  /** Writes until the glass shows what is wanted; what is wanted meanwhile is written next, the newest only. */
  #settle(): void {
    if (this.#writing !== null) return;
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  async #writeAll(): Promise<void> {
    try {
      this.#handle ??= await this.#opened();
      while (this.#glass !== this.#wanted && !this.#closed) await this.#update(this.#handle);
    } catch (error) {
      await this.#release();
      this.#tell(absent({ what: 'the display', path: this.#options.path, key: 'devices.screen' }, error));
      if (!this.#closed) this.#reopening.schedule();
    }
  }

  async #opened(): Promise<FileHandle> {
    const handle = await open(this.#options.path, 'w');
    this.#glass = null;
    this.#reopening.succeeded();
    this.#tell(PRESENT);
    return handle;
  }

  async #update(handle: FileHandle): Promise<void> {
    const wanted = this.#wanted;
    const text =
      this.#glass === null ? START + changes(blank(this.#options.grid), wanted) : changes(this.#glass, wanted);
    if (text !== '') await handle.write(Buffer.from(text, 'latin1'));
    this.#glass = wanted;
  }

  async #release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    this.#glass = null;
    await handle?.close().catch(() => undefined);
  }

  #tell(presence: Presence): void {
    if (presence.why === this.#presence?.why) return;
    this.#presence = presence;
    this.#options.onPresence?.(presence);
  }
}

function blank({ columns, rows }: CharacterGrid): readonly string[] {
  return Array.from({ length: rows }, () => ' '.repeat(columns));
}

/** The first to the last character of each row that differs. */
function changes(before: readonly string[], wanted: readonly string[]): string {
  return wanted
    .map((row, at) => {
      const old = before[at] ?? '';
      const from = [...row].findIndex((character, index) => character !== old[index]);
      if (from < 0) return '';
      let to = row.length;
      while (row[to - 1] === old[to - 1]) to -= 1;
      return goTo(from, at) + row.slice(from, to);
    })
    .join('');
}
