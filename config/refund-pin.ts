import { scryptSync, timingSafeEqual } from 'node:crypto';

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** 4 MiB of memory: what a small terminal can spare, a few tens of milliseconds there. */
const COST = { N: 4096, r: 8, p: 1 } as const;

/** Wrong tries in a row before the PIN is locked. */
export const PIN_FAILURES_MAX = 5;
/** How long it is locked then. */
export const PIN_LOCK_MS = 15 * 60_000;

/** What a typed PIN came to. `locked`: too many wrong tries, for so many ms. */
export type PinAnswer =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'locked'; readonly leftMs: number }
  /** None was set: refunds need none. */
  | { readonly kind: 'none' };

/** 4 to 8 digits. */
export function isPin(text: string): boolean {
  return /^\d{4,8}$/.test(text);
}

/** Typed like a PIN, or scanned from a badge. */
export function isManagerCode(text: string): boolean {
  return /^[A-Za-z0-9_-]{4,32}$/.test(text);
}

/** Salt and hash in one. */
export function hashedPin(pin: string, salt: Uint8Array): Uint8Array {
  return Buffer.concat([salt, scryptSync(pin, salt, HASH_BYTES, COST)]);
}

/** Compares in constant time. */
export function pinFits(pin: string, saltedHash: Uint8Array): boolean {
  const salt = saltedHash.subarray(0, SALT_BYTES);
  const hashed = hashedPin(pin, salt);
  return hashed.length === saltedHash.length && timingSafeEqual(hashed, saltedHash);
}

/** Milliseconds until the lock opens; a clock that jumped back never makes it longer than it was. */
export function lockLeftMs(lockedUntilMs: number | null, nowMs: number): number {
  return lockedUntilMs === null ? 0 : Math.min(PIN_LOCK_MS, Math.max(0, lockedUntilMs - nowMs));
}

export { SALT_BYTES as PIN_SALT_BYTES };
