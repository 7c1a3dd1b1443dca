import type { Writable } from 'node:stream';

import type { Clock } from '../../clock/contract.ts';

/**
 * Writes numbered JSON lines. The stream keeps their order and completes every line however slowly it is read; when its
 * reader is gone the terminal goes on without one, because nobody looking is no reason to lose a payment.
 */
export class LineWriter {
  readonly #output: Writable;
  readonly #clock: Pick<Clock, 'wallMs'>;
  #seq = 0;
  #gone = false;
  #written: Promise<void> = Promise.resolve();
  readonly #closed: Promise<void>;

  constructor(output: Writable, clock: Pick<Clock, 'wallMs'>) {
    this.#output = output;
    this.#clock = clock;
    output.on('error', () => (this.#gone = true));
    this.#closed = new Promise((resolve) => {
      output.on('close', () => {
        this.#gone = true;
        resolve();
      });
    });
  }

  /** One line; `seq` counts up from 1. */
  write(is: string, fields: object): void {
    if (this.#gone) return;
    this.#seq += 1;
    const line = JSON.stringify({ is, seq: this.#seq, at: new Date(this.#clock.wallMs()).toISOString(), ...fields });
    this.#written = new Promise((resolve) => {
      this.#output.write(`${line}\n`, () => resolve());
    });
  }

  /** Resolves when every line was taken by the reader, or the reader is gone. */
  flushed(): Promise<void> {
    return this.#gone ? Promise.resolve() : Promise.race([this.#written, this.#closed]);
  }
}
