import type { LiveChange } from './live-notice.ts';

/** Tells those who look that something changed: from this process's commits, and from other processes through the database. */
export class LiveHub {
  readonly #listeners = new Set<(change: LiveChange) => void>();

  /** @returns stops listening */
  listen(listener: (change: LiveChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(change: LiveChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}
