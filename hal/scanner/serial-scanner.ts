import type { Clock } from '../clock/contract.ts';
import { NodeReader } from '../device-node/node-reader.ts';
import type { Presence } from '../device-node/presence.ts';
import type { Scanner } from './contract.ts';
import { ScriptedScanner } from './scripted-scanner.ts';
import { SerialText } from './serial-text.ts';

/** Which line the scans come from. */
export interface SerialScannerOptions {
  /** `/dev/ttyACM*` (CDC-ACM), `/dev/ttyUSB*` or `/dev/ttyS*`, or a link to it that stays the same. */
  readonly path: string;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** CDC-ACM ignores it. */
  readonly baud?: number;
  readonly onPresence?: (presence: Presence) => void;
}

const BAUD_DEFAULT = 9_600;
/**
 * Bytes as they are, no echo, no wait for a carrier that no scanner raises. `min 1 time 0`: a read returns with the first byte.
 * The settings stay while the device is plugged in, so they are made before each opening.
 */
const LINE = ['raw', '-echo', '-echoe', '-echok', 'clocal', '-hupcl', '-crtscts', 'cs8', 'min', '1', 'time', '0'];

/** A scanner on a serial line, true or over USB. */
export class SerialScanner implements Scanner {
  readonly #readings = new ScriptedScanner();
  readonly #text: SerialText;
  readonly #reader: NodeReader;

  constructor(options: SerialScannerOptions) {
    const { path, clock, baud = BAUD_DEFAULT } = options;
    this.#text = new SerialText({ clock, tell: (text) => this.#readings.read(text) });
    this.#reader = new NodeReader({
      device: { what: 'the scanner', path, key: 'devices.scanner' },
      clock,
      prepare: ['stty', '-F', path, String(baud), ...LINE],
      onBytes: (bytes) => this.#text.feed(bytes),
      onPresence: (presence) => {
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
