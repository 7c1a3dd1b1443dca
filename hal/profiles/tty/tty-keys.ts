import type { Key } from '../../../domain/screen.ts';
import type { Clock } from '../../clock/contract.ts';
import { BurstReader } from '../../scanner/burst-reader.ts';
import { SCAN_TEXT_MAX } from '../../scanner/contract.ts';

/** A lone Escape is a key, Escape and more at once is a cursor key: this is how long "at once" may take on a serial line. */
const ESCAPE_MS = 40;

const LETTERS: Readonly<Record<string, Key>> = { r: 'refund', q: 'query', m: 'menu', p: 'replay', t: 'reprint' };
const ARROWS: Readonly<Record<string, Key>> = { A: 'up', B: 'down' };

/** What the characters of a console mean. */
export interface TtyHands {
  press(key: Key): void;
  scan(text: string): void;
  /** The line typed after `:`, as it grows; null when it was sent or given up. */
  edit(text: string | null): void;
  /** Ctrl+D: a look inside. */
  look(): void;
  /** Ctrl+C. */
  stop(): void;
}

/** Turns what a console sends into keys and scans. */
export class TtyKeys {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly #hands: TtyHands;
  readonly #burst: BurstReader;
  #escape: string | null = null;
  #escapeTimer: unknown = null;
  #typing: string | null = null;

  constructor(clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>, hands: TtyHands) {
    this.#clock = clock;
    this.#hands = hands;
    this.#burst = new BurstReader({
      clock,
      typed: (character) => this.#typed(character),
      scanned: (text) => hands.scan(text),
    });
  }

  feed(text: string): void {
    for (const character of text) this.#feedOne(character);
  }

  /** Lets go of the timers. */
  close(): void {
    this.#burst.flush();
    this.#clock.clearTimeout(this.#escapeTimer);
  }

  #feedOne(character: string): void {
    if (this.#escape !== null) return this.#feedEscape(character);
    if (character === '\x1b') return this.#startEscape();
    if (character === '\x03') return this.#hands.stop();
    if (character === '\x04') return this.#hands.look();
    if (this.#typing !== null) return this.#feedTyping(character);
    if (character === '\x7f' || character === '\b') {
      this.#burst.flush();
      return this.#hands.press('backspace');
    }
    if (character >= ' ' || character === '\r' || character === '\n') this.#burst.feed(character);
  }

  #typed(character: string): void {
    if (this.#typing !== null) return this.#feedTyping(character);
    if (character === ':') {
      this.#typing = '';
      return this.#hands.edit('');
    }
    if (character === '\n') return this.#hands.press('enter');
    if (/^[0-9.]$/.test(character)) return this.#hands.press(character as Key);
    const key = LETTERS[character.toLowerCase()];
    if (key !== undefined) this.#hands.press(key);
  }

  #feedTyping(character: string): void {
    const typing = this.#typing ?? '';
    if (character === '\r' || character === '\n') {
      this.#typing = null;
      this.#hands.edit(null);
      if (typing !== '') this.#hands.scan(typing);
      return;
    }
    if (character === '\x7f' || character === '\b') this.#typing = typing.slice(0, -1);
    else if (character >= ' ' && typing.length < SCAN_TEXT_MAX) this.#typing = typing + character;
    this.#hands.edit(this.#typing);
  }

  #startEscape(): void {
    this.#burst.flush();
    this.#escape = '';
    this.#escapeTimer = this.#clock.setTimeout(() => this.#endEscape(), ESCAPE_MS);
  }

  /** `ESC [ … letter` and `ESC O letter` are cursor and function keys; those the terminal does not have mean nothing. */
  #feedEscape(character: string): void {
    const escape = (this.#escape ?? '') + character;
    if (escape === '[' || escape === 'O') {
      this.#escape = escape;
      return;
    }
    if (/^\[[0-9;]{1,16}$/.test(escape)) {
      this.#escape = escape;
      return;
    }
    const isSequence = escape.length > 1;
    this.#clock.clearTimeout(this.#escapeTimer);
    this.#escape = null;
    if (!isSequence) {
      this.#cancel();
      this.#feedOne(character);
      return;
    }
    const arrow = ARROWS[character];
    if (arrow !== undefined) this.#hands.press(arrow);
  }

  #endEscape(): void {
    const isLone = this.#escape === '';
    this.#escape = null;
    if (isLone) this.#cancel();
  }

  #cancel(): void {
    if (this.#typing === null) return this.#hands.press('cancel');
    this.#typing = null;
    this.#hands.edit(null);
  }
}
