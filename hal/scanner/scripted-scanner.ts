import { SCAN_TEXT_MAX, type Scanner } from './contract.ts';

/** A scanner whose reads a program supplies. */
export class ScriptedScanner implements Scanner {
  readonly #listeners = new Set<(text: string) => void>();
  #closed = false;

  /** The scanner read `text`; what is longer than SCAN_TEXT_MAX characters is dropped, as every driver does. */
  read(text: string): void {
    if (this.#closed) return;
    const bounded = text.slice(0, SCAN_TEXT_MAX);
    for (const listener of [...this.#listeners]) listener(bounded);
  }

  subscribe(listener: (text: string) => void): () => void {
    if (!this.#closed) this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
  }
}
