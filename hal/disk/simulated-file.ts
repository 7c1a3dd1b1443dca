import type { Random } from '../random/contract.ts';

/** The unit that a disk writes whole or not at all. */
export const SECTOR_BYTES = 512;

/**
 * One file as the page cache shows it and as the medium holds it.
 *
 * Between two syncs every sector independently holds any version it has had since, or zeros where the new bytes should be
 * (a hole of a file system that allocates late). Bytes that were synced and not written again, or written again as they were, are never
 * touched.
 */
export class SimulatedFile {
  #cache: Uint8Array = new Uint8Array(0);
  #size = 0;
  #medium: Uint8Array = new Uint8Array(0);
  #mediumSize = 0;
  #cutOff = false;
  /** Sector number → the contents it has had since the last sync, oldest first. */
  readonly #dirty = new Map<number, Uint8Array[]>();
  /** As `#dirty`, but a failed sync dropped them: no later sync makes them durable (the fsync trap of M10). */
  readonly #dropped = new Map<number, Uint8Array[]>();

  size(): number {
    return this.#size;
  }

  readAt(length: number, offset: number): Uint8Array {
    const end = Math.max(offset, Math.min(this.#size, offset + length));
    return this.#cache.slice(offset, end);
  }

  write(bytes: Uint8Array, offset: number): void {
    if (bytes.length === 0) return;
    const end = offset + bytes.length;
    this.#cache = grown(this.#cache, end);
    const first = Math.floor(offset / SECTOR_BYTES);
    const last = Math.floor((end - 1) / SECTOR_BYTES);
    const start = first * SECTOR_BYTES;
    const holes = this.#cache.slice(start, (last + 1) * SECTOR_BYTES);
    for (let at = offset; at < end; at++) if (holes[at - start] !== bytes[at - offset]) holes[at - start] = 0;
    this.#cache.set(bytes, offset);
    const written = this.#cache.slice(start, (last + 1) * SECTOR_BYTES);
    for (let sector = first; sector <= last; sector++) {
      const from = sector * SECTOR_BYTES - start;
      const versions = this.#dirty.get(sector);
      const [hole, content] = [holes.subarray(from, from + SECTOR_BYTES), written.subarray(from, from + SECTOR_BYTES)];
      if (versions === undefined) this.#dirty.set(sector, [hole, content]);
      else versions.push(hole, content);
    }
    this.#size = Math.max(this.#size, end);
  }

  truncate(size: number): void {
    this.#cache = grown(this.#cache, size);
    this.#cache.fill(0, size);
    this.#size = size;
    this.#cutOff = true;
    // Cutting off is metadata: what lay behind is gone from the medium as soon as the length is.
    for (const sector of this.#dirty.keys()) if (sector * SECTOR_BYTES >= size) this.#dirty.delete(sector);
  }

  sync(): void {
    this.#medium = grown(this.#medium, this.#cache.length);
    for (const [sector, versions] of this.#dirty) {
      const newest = versions.at(-1);
      if (newest !== undefined) this.#medium.set(newest, sector * SECTOR_BYTES);
      if (this.#dropped.size > 0) this.#dropped.delete(sector);
    }
    this.#dirty.clear();
    if (this.#cutOff) this.#medium = this.#cache.slice();
    this.#cutOff = false;
    this.#mediumSize = this.#size;
  }

  /** A sync that failed: the kernel forgets what it had to write, although readers still see it. */
  dropUnsynced(): void {
    for (const [sector, versions] of this.#dirty) {
      this.#dropped.set(sector, [...(this.#dropped.get(sector) ?? []), ...versions]);
    }
    this.#dirty.clear();
  }

  /** What the medium holds once the power is gone; the cache starts anew from it. */
  powerCut(random: Random): void {
    const keepSize = this.#size === this.#mediumSize || random.fraction() < 0.5;
    for (const pending of [this.#dropped, this.#dirty]) {
      for (const [sector, versions] of pending) {
        const pick = Math.floor(random.fraction() * (versions.length + 1));
        const content = versions[pick - 1];
        if (content === undefined) continue;
        this.#medium = grown(this.#medium, (sector + 1) * SECTOR_BYTES);
        this.#medium.set(content, sector * SECTOR_BYTES);
      }
      pending.clear();
    }
    if (keepSize) this.#mediumSize = this.#size;
    this.#medium = grown(this.#medium, this.#mediumSize);
    this.#medium.fill(0, this.#mediumSize);
    this.#cache = this.#medium.slice();
    this.#size = this.#mediumSize;
  }

  /** Flips bits on the medium and in the cache alike: decay, for tests of corruption. */
  damage(offset: number, mask: number): void {
    for (const bytes of [this.#cache, this.#medium]) bytes[offset] = (bytes[offset] ?? 0) ^ mask;
  }
}

/** The same bytes in whole sectors, zero-filled, at least `size` long. */
function grown(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length >= size) return bytes;
  const sectors = Math.ceil(Math.max(size, bytes.length * 2) / SECTOR_BYTES);
  const larger = new Uint8Array((size > 64 * 1024 ? Math.ceil(size / SECTOR_BYTES) : sectors) * SECTOR_BYTES);
  larger.set(bytes);
  return larger;
}
