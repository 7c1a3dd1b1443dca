import type { Clock } from '../clock/contract.ts';
import { NodeReader } from '../device-node/node-reader.ts';
import type { Presence } from '../device-node/presence.ts';
import { InputEvents, wordBitsOf, type WordBits } from '../evdev/input-events.ts';
import type { KeyboardLayout } from '../evdev/keyboard-layout.ts';
import type { Scanner } from './contract.ts';
import { KeyText } from './key-text.ts';
import { ScriptedScanner } from './scripted-scanner.ts';

/** Which device the scans come from, and how its keys read. */
export interface EvdevScannerOptions {
  /** `/dev/input/event*`, or a link to it that stays the same. */
  readonly path: string;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly layout?: KeyboardLayout;
  readonly onPresence?: (presence: Presence) => void;
  /** What copies the device's events to its standard output; `cat` by default. */
  readonly copier?: string;
  /** A scan that was discarded, in words for the log. */
  readonly onLost?: (why: string) => void;
  /** Of the programs on the box; by default of this process. */
  readonly wordBits?: WordBits;
}

/** A scanner that acts as a keyboard, read from the kernel's input layer. */
export class EvdevScanner implements Scanner {
  readonly #readings = new ScriptedScanner();
  readonly #text: KeyText;
  readonly #reader: NodeReader;

  constructor(options: EvdevScannerOptions) {
    const { path, clock, layout = 'us', wordBits = wordBitsOf(process.arch) } = options;
    this.#text = new KeyText({
      clock,
      layout,
      tell: (reading) => {
        if (reading.is === 'text') this.#readings.read(reading.text);
        else options.onLost?.(reading.why);
      },
    });
    const events = new InputEvents(wordBits, (event) => this.#text.feed(event));
    this.#reader = new NodeReader({
      device: { what: 'the scanner', path, key: 'devices.scanner' },
      clock,
      ...(options.copier === undefined ? {} : { copier: options.copier }),
      onBytes: (bytes) => events.feed(bytes),
      onPresence: (presence) => {
        events.reset();
        this.#text.reset();
        options.onPresence?.(presence);
      },
    });
  }

  subscribe(listener: (text: string) => void): () => void {
    return this.#readings.subscribe(listener);
  }

  async close(): Promise<void> {
    await this.#readings.close();
    this.#text.reset();
    await this.#reader.close();
  }
}
