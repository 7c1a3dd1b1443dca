import type { CounterBlock } from '../domain/journal-record.ts';
import type { Ledger } from '../domain/ledger.ts';
import { composeNumber, counterCapacity, readNumber, type NumberOf } from '../domain/order-number.ts';
import type { Random } from '../hal/random/contract.ts';

const BLOCK = 100;

/** A number that nothing else gets, and what makes that durable. */
export interface ReservedNumber {
  readonly number: string;
  /** Must become durable no later than the number is used; empty inside a block. */
  readonly facts: readonly CounterBlock[];
}

/**
 * Order and refund numbers from the durable counter, reserved in blocks (M5). The rest of a block is skipped after a restart.
 * The first installation starts at a random place, so that a reflashed terminal does not walk through its old numbers again.
 */
export class OrderNumbers {
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #device: string;
  #next: number | null = null;

  constructor(options: { readonly ledger: Ledger; readonly random: Random; readonly device: string }) {
    this.#ledger = options.ledger;
    this.#random = options.random;
    this.#device = options.device;
  }

  /** A number of our own layout that this very terminal made. */
  isOwn(number: string, prefix: string): boolean {
    const reading = readNumber(number, prefix);
    return reading.ok && reading.device === this.#device;
  }

  /** Never gives the same number twice, whatever becomes of it. @throws TerminalFailure `configuration.invalid` */
  reserve(prefix: string, of: NumberOf): ReservedNumber {
    const capacity = counterCapacity(prefix);
    const counter = this.#next ?? this.#first(capacity);
    this.#next = counter + 1;
    const facts: CounterBlock[] =
      counter < this.#ledger.counterUntil ? [] : [{ type: 'COUNTER_BLOCK', until: counter + BLOCK }];
    return { number: composeNumber({ prefix, device: this.#device, counter: counter % capacity, of }), facts };
  }

  #first(capacity: number): number {
    const { counterUntil } = this.#ledger;
    return counterUntil > 0 ? counterUntil : 1 + Math.floor(this.#random.fraction() * capacity * 0.5);
  }
}
