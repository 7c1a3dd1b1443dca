/**
 * Keeps what must not enter a statechart: customer codes, configuration tickets, passphrases. Events and contexts carry the ref only,
 * so that no snapshot, log or dump can hold the secret itself.
 */
export class SecretVault<Kept> {
  readonly #kept = new Map<string, Kept>();
  readonly #name: string;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Keeps only the newest few: what was scanned and never used is forgotten by the next scans. */
  put(kept: Kept): string {
    this.#count += 1;
    const ref = `${this.#name}-${this.#count}`;
    this.#kept.set(ref, kept);
    if (this.#kept.size > KEPT_MAX) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return ref;
  }

  /** Looks without taking. */
  get(ref: string): Kept | undefined {
    return this.#kept.get(ref);
  }

  /** Gives the secret out once. */
  take(ref: string): Kept | undefined {
    const kept = this.#kept.get(ref);
    this.#kept.delete(ref);
    return kept;
  }
}

const KEPT_MAX = 8;
