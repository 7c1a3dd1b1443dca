import type { FaultRates } from '../world/fault-rates.ts';

/** A text of the product and what it is replaced by. */
export interface Edit {
  /** Path from the project's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly replacement: string;
}

/** A bug that is planted to see whether the seeded world finds it. Never part of what is shipped: it only exists while it is hunted. */
export interface Mutant {
  readonly name: string;
  /** The money rule that it breaks. */
  readonly rule: `M${number}`;
  /** What the product does wrong with it, in one line. */
  readonly bug: string;
  readonly edits: readonly Edit[];
  /** What comes more often than in the usual rough world, where only a rare trouble shows the bug. */
  readonly harder?: Partial<FaultRates>;
  /** Payments within which the world must have found it. */
  readonly within: number;
}
