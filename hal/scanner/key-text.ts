import type { Clock } from '../clock/contract.ts';
import { EV_KEY, EV_SYN, type InputEvent, PRESSED, SYN_DROPPED, SYN_REPORT } from '../evdev/input-events.ts';
import {
  isShift,
  KEY_CAPS_LOCK,
  KEY_ENTER,
  KEY_KEYPAD_ENTER,
  type KeyboardLayout,
  layoutTable,
  type LayoutTable,
} from '../evdev/keyboard-layout.ts';
import { SCAN_TEXT_MAX } from './contract.ts';
import { Silence } from './silence.ts';

/** What became of a scan. */
export type ScanReading =
  | { readonly is: 'text'; readonly text: string }
  /** The kernel dropped events in the middle: what is left would be another number. */
  | { readonly is: 'lost'; readonly why: string };

/** Puts the keystrokes of a scanner that acts as a keyboard together to texts. */
export class KeyText {
  readonly #silence: Silence;
  readonly #tell: (reading: ScanReading) => void;
  readonly #table: LayoutTable;
  readonly #shifts = new Set<number>();
  #capsLock = false;
  #characters: string[] = [];
  #lost = false;
  /** After SYN_DROPPED everything up to the next report is half an event packet. */
  #skipping = false;

  constructor(options: {
    readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
    readonly layout: KeyboardLayout;
    readonly tell: (reading: ScanReading) => void;
  }) {
    this.#silence = new Silence(options.clock, () => this.end());
    this.#tell = options.tell;
    this.#table = layoutTable(options.layout);
  }

  feed({ type, code, value }: InputEvent): void {
    if (type === EV_SYN) return this.#synchronise(code);
    if (type !== EV_KEY || this.#skipping) return;
    if (isShift(code)) {
      if (value === 0) this.#shifts.delete(code);
      else this.#shifts.add(code);
      return;
    }
    if (value !== PRESSED) return;
    if (code === KEY_CAPS_LOCK) this.#capsLock = !this.#capsLock;
    else if (code === KEY_ENTER || code === KEY_KEYPAD_ENTER) this.end();
    else this.#take(this.#characterOf(code));
  }

  /** The code is complete; nothing happens when none was begun. */
  end(): void {
    this.#silence.stop();
    const text = this.#characters.join('');
    const lost = this.#lost;
    this.#characters = [];
    this.#lost = false;
    if (lost) this.#tell({ is: 'lost', why: 'the kernel dropped keystrokes of a scan: scan it again' });
    else if (text !== '') this.#tell({ is: 'text', text });
  }

  /** The device was lost: half a code is none. */
  reset(): void {
    this.#silence.stop();
    this.#characters = [];
    this.#shifts.clear();
    this.#capsLock = false;
    this.#lost = false;
    this.#skipping = false;
  }

  #synchronise(code: number): void {
    if (code === SYN_REPORT) this.#skipping = false;
    if (code !== SYN_DROPPED) return;
    this.#skipping = true;
    this.#lost = true;
    this.#shifts.clear();
    this.#silence.restart();
  }

  #take(character: string | undefined): void {
    if (character !== undefined && this.#characters.length < SCAN_TEXT_MAX) this.#characters.push(character);
    this.#silence.restart();
  }

  #characterOf(code: number): string | undefined {
    const shifted = this.#shifts.size > 0;
    const character = (shifted ? this.#table.shifted : this.#table.plain).get(code);
    if (!this.#capsLock || character === undefined) return character;
    return shifted ? character.toLowerCase() : character.toUpperCase();
  }
}
