import { JOURNAL_MUTANTS } from './journal-mutants.ts';
import type { Mutant } from './mutant.ts';
import { PAYMENT_MUTANTS } from './payment-mutants.ts';
import { PROTOCOL_MUTANTS } from './protocol-mutants.ts';
import { REFUND_MUTANTS } from './refund-mutants.ts';
import { TELLING_MUTANTS } from './telling-mutants.ts';

/** Every planted bug: what the seeded world is worth is how many of these it finds, and how soon. */
export const MUTANTS: readonly Mutant[] = [
  ...PAYMENT_MUTANTS,
  ...PROTOCOL_MUTANTS,
  ...JOURNAL_MUTANTS,
  ...TELLING_MUTANTS,
  ...REFUND_MUTANTS,
];
