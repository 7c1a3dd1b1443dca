import type { Clock } from '../clock/contract.ts';
import { SCAN_TEXT_MAX } from './contract.ts';

/** Nobody types with less than this between two characters; scanners that act as keyboards and pasted text do. */
const GAP_MS = 30;
/** Shorter than any code of the trade (customer codes, order numbers, QR texts), longer than any amount. */
const SCAN_CHARACTERS_MIN = 10;

/**
 * Tells a scanner that acts as a keyboard from a person on the same keyboard: a long burst of characters is
 * a scan (with or without an Enter after it, as the scanner is set), all others were typed. Typed characters are passed on once
 * the burst is over, so at most `gapMs` late, in order.
 */
export class BurstReader {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly #gapMs: number;
  readonly #typed: (character: string) => void;
  readonly #scanned: (text: string) => void;
  #pending: string[] = [];
  #timer: unknown = null;

  constructor(options: {
    clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
    gapMs?: number;
    /** One typed character; Enter is `'\n'`. */
    typed: (character: string) => void;
    scanned: (text: string) => void;
  }) {
    this.#clock = options.clock;
    this.#gapMs = options.gapMs ?? GAP_MS;
    this.#typed = options.typed;
    this.#scanned = options.scanned;
  }

  /** Takes one character; `'\r'` and `'\n'` are Enter. */
  feed(character: string): void {
    this.#stopTimer();
    if (character === '\r' || character === '\n') {
      if (!this.flush()) this.#typed('\n');
      return;
    }
    if (this.#pending.length < SCAN_TEXT_MAX) this.#pending.push(character);
    this.#timer = this.#clock.setTimeout(() => this.flush(), this.#gapMs);
  }

  /** Ends the burst and passes on what waits. True when it was a scan. */
  flush(): boolean {
    this.#stopTimer();
    const characters = this.#pending;
    this.#pending = [];
    if (characters.length >= SCAN_CHARACTERS_MIN) {
      this.#scanned(characters.join(''));
      return true;
    }
    for (const character of characters) this.#typed(character);
    return false;
  }

  #stopTimer(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
