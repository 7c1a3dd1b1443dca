import type { Random } from '../../hal/random/contract.ts';
import type { DiskEvent } from './disk-log.ts';

const BLOCK_BYTES = 4096;
const SECTOR_BYTES = 512;
/** The superblock of ext4 spans two sectors and is written past its journal: a torn one is the end of any ext4, whoever writes its files. */
const SUPERBLOCK_AT = 0;

/** What the power cut did to the writes behind the last flush. */
export type CutKind = 'all kept' | 'all lost' | 'blocks lost' | 'blocks torn';

/** Every kind of cut, tried in turn. */
export const CUT_KINDS: readonly CutKind[] = ['all kept', 'all lost', 'blocks lost', 'blocks torn'];

/**
 * A disk that is replayed event by event, and can be looked at as a power cut would leave it at that place: everything up to the last
 * flush is there; of each later 4 KiB block that was written any version may be, or any of its 512-byte sectors alone.
 */
export class CutDisk {
  readonly #durable: Buffer;
  #pending: { readonly offset: number; readonly bytes: Buffer }[] = [];

  /** The disk as it was when the log began; it is copied. */
  constructor(base: Buffer) {
    this.#durable = Buffer.from(base);
  }

  /** Writes that no flush covers yet. */
  get pending(): number {
    return this.#pending.length;
  }

  take(event: DiskEvent): void {
    if (event.kind === 'write') this.#pending.push(event);
    if (event.kind !== 'flush') return;
    for (const { offset, bytes } of this.#pending) bytes.copy(this.#durable, offset);
    this.#pending = [];
  }

  /** The medium after a power cut here. */
  cut(kind: CutKind, random: Random): Buffer {
    const medium = Buffer.from(this.#durable);
    for (const { offset, bytes } of this.#pending) {
      for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
        this.#keepSome(medium, offset + at, bytes.subarray(at, at + BLOCK_BYTES), kind, random);
      }
    }
    return medium;
  }

  #keepSome(medium: Buffer, offset: number, block: Buffer, kind: CutKind, random: Random): void {
    if (kind === 'all lost') return;
    const chance = random.fraction();
    if (kind === 'all kept' || chance < 1 / 3) {
      block.copy(medium, offset);
    } else if (kind === 'blocks torn' && chance < 2 / 3 && offset !== SUPERBLOCK_AT) {
      for (let at = 0; at < block.length; at += SECTOR_BYTES) {
        if (random.fraction() < 0.5) block.subarray(at, at + SECTOR_BYTES).copy(medium, offset + at);
      }
    }
  }
}

/**
 * Where to cut: half of the places anywhere in the log, half where many writes wait for a flush (new segments, settings, the file
 * system's own journal). A place is the number of events that happened before the cut. Sorted; a place can come more than once.
 */
export function cutPlaces(events: readonly DiskEvent[], count: number, random: Random): number[] {
  const crowded: number[] = [];
  let pending = 0;
  events.forEach((event, index) => {
    pending =
      event.kind === 'flush' ? 0 : pending + (event.kind === 'write' ? Math.ceil(event.bytes.length / 4096) : 0);
    if (pending >= 3) crowded.push(index + 1);
  });
  const places = Array.from({ length: count }, (_, index) => {
    const anywhere = Math.floor(random.fraction() * (events.length + 1));
    return index % 2 === 0 ? anywhere : (crowded[Math.floor(random.fraction() * crowded.length)] ?? anywhere);
  });
  return places.sort((one, other) => one - other);
}
