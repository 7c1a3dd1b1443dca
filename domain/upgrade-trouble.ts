import type { UpgradeReason } from './upgrade-reason.ts';

/** Characters of a detail that are kept, shown and told. */
const WHY_MAX = 200;

/** Why an upgrade did not go on: a code for people's words, and the detail for logs and support. */
export interface UpgradeCause {
  /** An `UpgradeReason`, or the code of another release; null: none was told, and the detail must do. */
  readonly reason: string | null;
  /** In English, at most 200 characters; '' when there is nothing to say. */
  readonly why: string;
}

/** Nothing went wrong. */
export const NO_CAUSE: UpgradeCause = { reason: null, why: '' };

/** What stops an upgrade, with its code. The message is the detail. */
export class UpgradeTrouble extends Error {
  override readonly name: string = 'UpgradeTrouble';
  readonly reason: UpgradeReason;

  constructor(reason: UpgradeReason, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** The cause that a thrown value stands for: any other error than `UpgradeTrouble` has no code. */
export function causeOf(error: unknown): UpgradeCause {
  const why = (error instanceof Error ? error.message : String(error)).slice(0, WHY_MAX);
  return { reason: error instanceof UpgradeTrouble ? error.reason : null, why };
}

/** A cause in the bounds of a record. */
export function causeFor(reason: UpgradeReason, why: string): UpgradeCause {
  return { reason, why: why.slice(0, WHY_MAX) };
}
