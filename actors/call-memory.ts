import type { CallTrace } from '../domain/payment-gateway.ts';

/** Calls that are remembered: a failed payment asks for at most a few of the last ones. */
const CALLS_MAX = 48;

/** A call, what it was about and when it ended. */
export interface RememberedCall {
  readonly trace: CallTrace;
  readonly kind: string;
  /** An order's or a refund's number; null: neither. */
  readonly about: string | null;
  /** Epoch ms. */
  readonly atMs: number;
}

/** The last calls to the gateway, for support. Bounded; in memory only. */
export class CallMemory {
  #calls: RememberedCall[] = [];

  add(call: RememberedCall): void {
    this.#calls.push(call);
    if (this.#calls.length > CALLS_MAX) this.#calls.shift();
  }

  /** The newest calls about any of these numbers, oldest first; about anything when there are no numbers. */
  recent(numbers: readonly string[], count: number): readonly RememberedCall[] {
    const fitting =
      numbers.length === 0 ? this.#calls : this.#calls.filter(({ about }) => about !== null && numbers.includes(about));
    return fitting.slice(-count);
  }
}
