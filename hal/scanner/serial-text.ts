import type { Clock } from '../clock/contract.ts';
import { SCAN_TEXT_MAX } from './contract.ts';
import { Silence } from './silence.ts';

/** A character has at most four bytes. */
const BYTES_MAX = SCAN_TEXT_MAX * 4;
/** Carriage return, line feed, and the suffixes that some scanners are delivered with: tab, end of text. */
const SUFFIXES: readonly number[] = [0x0d, 0x0a, 0x09, 0x03];
/** Start of text, which belongs to the framing. */
const PREFIX = 0x02;

/** Cuts the bytes of a serial scanner into texts. */
export class SerialText {
  readonly #silence: Silence;
  readonly #tell: (text: string) => void;
  #bytes: number[] = [];

  constructor(options: {
    readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
    readonly tell: (text: string) => void;
  }) {
    this.#silence = new Silence(options.clock, () => this.#end());
    this.#tell = options.tell;
  }

  feed(bytes: Uint8Array): void {
    this.#silence.stop();
    for (const byte of bytes) {
      if (SUFFIXES.includes(byte)) this.#end();
      else if (byte !== PREFIX && this.#bytes.length < BYTES_MAX) this.#bytes.push(byte);
    }
    if (this.#bytes.length > 0) this.#silence.restart();
  }

  /** The device was lost: half a code is none. */
  reset(): void {
    this.#silence.stop();
    this.#bytes = [];
  }

  #end(): void {
    this.#silence.stop();
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    if (bytes.length > 0) this.#tell(textOf(bytes));
  }
}

/** Scanners pass the bytes of the code on; Chinese ones that translate it send GB18030. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
