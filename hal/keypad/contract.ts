import type { Key } from '../../domain/screen.ts';

/** The keys under the cashier's hand. */
export interface Keypad {
  /** In order, never after `close()`; returns the unsubscribe function. */
  subscribe(listener: (key: Key) => void): () => void;
  close(): Promise<void>;
}
