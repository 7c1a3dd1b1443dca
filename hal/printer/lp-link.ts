import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import type { PrinterLink } from './printer-link.ts';

const ANSWERS_MAX = 256;

/**
 * `/dev/usb/lp*`. Opened without blocking: a write to a printer that stands still would otherwise hold a thread of libuv, and four of them
 * the whole process. Question and answer need one descriptor, as the kernel refuses a second opener.
 */
export class LpLink implements PrinterLink {
  readonly #path: string;
  #descriptor: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<void> {
    this.close();
    this.#descriptor = openSync(this.#path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  }

  write(bytes: Uint8Array): number {
    return waiting(() => writeSync(this.#opened(), bytes));
  }

  read(): Uint8Array {
    const answers = new Uint8Array(ANSWERS_MAX);
    return answers.subarray(
      0,
      waiting(() => readSync(this.#opened(), answers)),
    );
  }

  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor === null) return;
    try {
      closeSync(descriptor);
    } catch {
      // The device is gone, and the descriptor with it.
    }
  }

  #opened(): number {
    if (this.#descriptor === null) throw Object.assign(new Error('the printer is not open'), { code: 'ENODEV' });
    return this.#descriptor;
  }
}

/** 0 where the kernel says "not now": its buffer is full or empty, or the printer has no paper. */
function waiting(call: () => number): number {
  try {
    return call();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EAGAIN' || code === 'ENOSPC') return 0;
    throw error;
  }
}
