import type { Screen } from '../../domain/screen.ts';

/** A display, real or simulated. Showing never throws: a broken display must not stop a payment. */
export interface ScreenDevice {
  show(screen: Screen): void;
  /** Idempotent. */
  close(): Promise<void>;
}
