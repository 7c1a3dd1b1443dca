import type { Screen } from '../../../domain/screen.ts';
import type { ScreenDevice } from '../../screen/contract.ts';

/** The parts of a box whose absence a cashier must know of. */
export type NotedPart = 'scanner' | 'keypad' | 'printer' | 'speaker' | 'wifi';

/** The languages of the line about a missing part. */
export type NoteLocale = 'zh-CN' | 'en';

const NOTES: Readonly<Record<NoteLocale, Readonly<Record<NotedPart, string>>>> = {
  'zh-CN': {
    scanner: '扫码器未连接',
    keypad: '键盘未连接',
    printer: '打印机未连接',
    speaker: '喇叭不可用',
    wifi: 'WiFi不可用',
  },
  en: {
    scanner: 'No scanner',
    keypad: 'No keypad',
    printer: 'No printer',
    speaker: 'No speaker',
    wifi: 'No WiFi',
  },
};

/** A display that says below every screen which part of the box is missing, from the moment it is until it is back. */
export class NotedScreen implements ScreenDevice {
  readonly #screen: ScreenDevice;
  readonly #locale: NoteLocale;
  readonly #missing = new Set<NotedPart>();
  #shown: Screen | null = null;

  constructor(screen: ScreenDevice, locale: NoteLocale) {
    this.#screen = screen;
    this.#locale = locale;
  }

  show(screen: Screen): void {
    this.#shown = screen;
    const notes = [...this.#missing].filter((part) => part !== 'printer' || screen.name !== 'idle');
    // The idle screen says itself how the printer is.
    const words = notes.map((part) => NOTES[this.#locale][part]);
    this.#screen.show(words.length === 0 ? screen : { ...screen, lines: [...screen.lines, words.join(' ')] });
  }

  note(part: NotedPart, isPresent: boolean): void {
    if (this.#missing.has(part) !== isPresent) return;
    if (isPresent) this.#missing.delete(part);
    else this.#missing.add(part);
    if (this.#shown !== null) this.show(this.#shown);
  }

  close(): Promise<void> {
    return this.#screen.close();
  }
}
