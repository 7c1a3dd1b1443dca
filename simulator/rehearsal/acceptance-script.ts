import { PASSWORD, PLAIN_PAYMENTS, SLOW_CUSTOMER, ZERO_AMOUNTS } from './payment-rows.ts';
import { HIDDEN_REFUND, SPOKEN_RESULTS, TWO_REFUNDS } from './refund-rows.ts';
import type { RehearsalRow } from './row.ts';
import { TERMINAL_TYPE } from './terminal-type-row.ts';

/** The test cases C1 to C8 of the acceptance table, in its order. */
export const ACCEPTANCE_SCRIPT: readonly RehearsalRow[] = [
  PLAIN_PAYMENTS,
  PASSWORD,
  SLOW_CUSTOMER,
  ZERO_AMOUNTS,
  TWO_REFUNDS,
  HIDDEN_REFUND,
  SPOKEN_RESULTS,
  TERMINAL_TYPE,
];
