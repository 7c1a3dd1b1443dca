/** Randomness: cryptographic in the real driver, seeded in the simulated world. */
export interface Random {
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1). */
  fraction(): number;
}
