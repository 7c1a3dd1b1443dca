import type { Key } from '../../domain/screen.ts';
import type { Keypad } from './contract.ts';

/** A keypad whose keys a program presses: a profile on behalf of its user, or the seeded world's cashier. */
export class ScriptedKeypad implements Keypad {
  readonly #listeners = new Set<(key: Key) => void>();
  #closed = false;

  /** Presses the keys one after the other; after `close()` nobody hears them. */
  press(...keys: readonly Key[]): void {
    for (const key of keys) {
      if (this.#closed) return;
      for (const listener of [...this.#listeners]) listener(key);
    }
  }

  subscribe(listener: (key: Key) => void): () => void {
    if (!this.#closed) this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
  }
}
