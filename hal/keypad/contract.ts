import type { Key } from '../../domain/screen.ts';

export interface Keypad {
  /** In order, never after `close()`; returns the unsubscribe function. */
  subscribe(listener: (key: Key) => void): () => void;
  close(): Promise<void>;
}
