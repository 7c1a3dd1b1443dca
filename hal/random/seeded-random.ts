import type { Random } from './contract.ts';

/** xoshiro128**, seeded by splitmix32: fast, one seed = one sequence on every machine. Never for secrets. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** A whole number or a text; every bit of it counts. */
  constructor(seed: number | string) {
    const next = splitmix32(typeof seed === 'string' ? seed : String(seed));
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += 4) {
      const word = this.#next();
      for (let part = 0; part < 4 && at + part < count; part++) bytes[at + part] = (word >>> (8 * part)) & 0xff;
    }
    return bytes;
  }

  fraction(): number {
    return ((this.#next() >>> 5) * 67_108_864 + (this.#next() >>> 6)) / 2 ** 53;
  }

  #next(): number {
    const scaled = Math.imul(this.#b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }
}

/** Spreads a seed text over as many words as wanted. */
function splitmix32(seed: string): () => number {
  let state = 0x9e3779b9;
  for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
