import { randomBytes } from 'node:crypto';
import type { Random } from './contract.ts';

/** The kernel's cryptographic randomness. */
export class SystemRandom implements Random {
  bytes(count: number): Uint8Array {
    return randomBytes(count);
  }

  fraction(): number {
    const bytes = randomBytes(7);
    // 53 bits, as many as a number holds exactly.
    return (bytes.readUIntBE(0, 6) * 32 + (bytes.readUInt8(6) >> 3)) / 2 ** 53;
  }
}
