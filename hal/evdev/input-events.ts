/** Event types and codes of Linux's `input-event-codes.h` that the terminal needs. */
export const EV_SYN = 0;

/** Event type of a key. */
export const EV_KEY = 1;

/** Code of EV_SYN: the events so far belong together. */
export const SYN_REPORT = 0;

/** Code of EV_SYN: the kernel lost events, so what was read up to the next report is worth nothing. */
export const SYN_DROPPED = 3;

/** Value of a key that went down. */
export const PRESSED = 1;

/** Value of a key that is held down. */
export const REPEATED = 2;

/** `struct input_event` without its time. */
export interface InputEvent {
  readonly type: number;
  readonly code: number;
  /** Of a key: 0 released, 1 pressed, 2 repeated. */
  readonly value: number;
}

/** Width of the time in front of the event, by the word size of the programs on the box. */
export type WordBits = 32 | 64;

/** The word size of this process, which is the one that the kernel writes for. */
export function wordBitsOf(architecture: string): WordBits {
  return ['arm', 'ia32', 'mips', 'mipsel', 'ppc', 's390'].includes(architecture) ? 32 : 64;
}

/** Cuts the byte stream of `/dev/input/event*` into events, however the reads were split. */
export class InputEvents {
  readonly #timeBytes: number;
  readonly #emit: (event: InputEvent) => void;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(wordBits: WordBits, emit: (event: InputEvent) => void) {
    this.#timeBytes = wordBits === 64 ? 16 : 8;
    this.#emit = emit;
  }

  feed(bytes: Uint8Array): void {
    const eventBytes = this.#timeBytes + 8;
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const littleEndian = isLittleEndian();
    let at = 0;
    for (; at + eventBytes <= all.length; at += eventBytes) {
      const from = at + this.#timeBytes;
      this.#emit({
        type: view.getUint16(from, littleEndian),
        code: view.getUint16(from + 2, littleEndian),
        value: view.getInt32(from + 4, littleEndian),
      });
    }
    this.#rest = Uint8Array.from(all.subarray(at));
  }

  /** A device that was opened again begins with a whole event. */
  reset(): void {
    this.#rest = new Uint8Array(0);
  }
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
