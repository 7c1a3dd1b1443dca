import type { Key } from '../../domain/screen.ts';
import type { Clock } from '../clock/contract.ts';
import { NodeReader } from '../device-node/node-reader.ts';
import type { Presence } from '../device-node/presence.ts';
import {
  EV_KEY,
  EV_SYN,
  type InputEvent,
  InputEvents,
  PRESSED,
  REPEATED,
  SYN_DROPPED,
  SYN_REPORT,
  wordBitsOf,
  type WordBits,
} from '../evdev/input-events.ts';
import type { Keypad } from './contract.ts';
import { defaultKeyMap } from './key-map.ts';
import { ScriptedKeypad } from './scripted-keypad.ts';

/** Which device the keys come from, and which keys they are. */
export interface EvdevKeypadOptions {
  /** `/dev/input/event*`, or a link to it that stays the same. */
  readonly path: string;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** Keys of this box by key code, beside or instead of those that every keyboard has. */
  readonly keyMap?: ReadonlyMap<number, Key>;
  readonly onPresence?: (presence: Presence) => void;
  /** What copies the device's events to its standard output; `cat` by default. */
  readonly copier?: string;
  /** Of the programs on the box; by default of this process. */
  readonly wordBits?: WordBits;
}

/** Held down, these go on; a held digit or Enter is a finger that rests, not a second press. */
const REPEATING: readonly Key[] = ['up', 'down', 'backspace'];

/** The keys of the box, read from the kernel's input layer. */
export class EvdevKeypad implements Keypad {
  readonly #pressed = new ScriptedKeypad();
  readonly #keyMap: ReadonlyMap<number, Key>;
  readonly #reader: NodeReader;
  /** After SYN_DROPPED everything up to the next report is half an event packet. */
  #skipping = false;

  constructor(options: EvdevKeypadOptions) {
    const { path, clock, wordBits = wordBitsOf(process.arch) } = options;
    this.#keyMap = new Map([...defaultKeyMap(), ...(options.keyMap ?? [])]);
    const events = new InputEvents(wordBits, (event) => this.#take(event));
    this.#reader = new NodeReader({
      device: { what: 'the keypad', path, key: 'devices.keypad' },
      clock,
      ...(options.copier === undefined ? {} : { copier: options.copier }),
      onBytes: (bytes) => events.feed(bytes),
      onPresence: (presence) => {
        events.reset();
        this.#skipping = false;
        options.onPresence?.(presence);
      },
    });
  }

  subscribe(listener: (key: Key) => void): () => void {
    return this.#pressed.subscribe(listener);
  }

  async close(): Promise<void> {
    await this.#pressed.close();
    await this.#reader.close();
  }

  #take({ type, code, value }: InputEvent): void {
    if (type === EV_SYN) {
      if (code === SYN_REPORT) this.#skipping = false;
      if (code === SYN_DROPPED) this.#skipping = true;
      return;
    }
    const key = this.#keyMap.get(code);
    if (type !== EV_KEY || this.#skipping || key === undefined) return;
    if (value === PRESSED || (value === REPEATED && REPEATING.includes(key))) this.#pressed.press(key);
  }
}
