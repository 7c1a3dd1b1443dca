import { TerminalFailure } from '../../domain/failure.ts';
import type { JournalEntry, JournalFact, UnknownEntry } from '../../domain/journal-record.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Disk, DiskFile } from '../../hal/disk/contract.ts';
import { decodePayload, isKnownEntry } from './record-schema.ts';
import { type FoundRecord } from './record.ts';
import { hashOf, SEGMENT_BYTES, type SegmentContent } from './segment.ts';
import { corrupt, SegmentFolder } from './segment-folder.ts';
import { bytesOf, type ChainPlace, type Draft, draftOf, encodeDrafts, newSegmentBytes } from './segment-writer.ts';

/** What the owner's state needs at the next boot; an entry keeps its `at`, a bare fact gets the time of the rollover. */
export type CarriedFact = JournalFact & { readonly at?: number; readonly seq?: number };

/** Where a journal lives, and what each new segment must begin with. */
export interface JournalOptions {
  readonly disk: Disk;
  /** Absolute path of the journal's own folder, e.g. `<dataDir>/journal`. */
  readonly folder: string;
  readonly clock: Clock;
  /** Asked at every rollover, before the facts of the running append: everything that is still open, and the counter. */
  readonly carryOver: () => readonly CarriedFact[];
  /** Bytes of a new segment, at least 32 KiB; absent: 1 MiB. */
  readonly segmentBytes?: number;
}

/** `failed`: the disk reported an error, so nothing is written until `reopen` (M10). */
export type JournalStatus = 'open' | 'failed' | 'closed';

const TAIL_ENTRIES_MAX = 256;
/** Unsynced records are kept in memory for `reopen`; beyond this they are synced. */
const LAZY_BYTES_MAX = 64 * 1024;
/** Records of newer releases that are carried over, newest first; what is beyond stays in its sealed segment. */
const UNKNOWN_BYTES_MAX = 256 * 1024;
/** The next segment is begun early when less than this is left, or less than a quarter of a small one. */
const ROOM_BYTES_MIN = 64 * 1024;
const ROOM_PART = 1 / 4;

/** The segment that is written. Everything up to `durable` is on the medium. */
interface Writing {
  readonly number: number;
  readonly capacity: number;
  readonly end: number;
  readonly last: ChainPlace;
  readonly durableEnd: number;
  readonly durableCrc: number;
}

/**
 * The durable truth of the terminal: facts, one behind the other, on disk before the effects they announce (M1, M5, M7).
 * Invariant: what `append` returned with `flush` is found by every later open; what it threw for is found by none after `reopen`.
 * A failed write or sync stops it (M10) until `reopen()`. One process may hold it: take `lockFolder` first.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #segments: SegmentFolder;
  #file: DiskFile | null = null;
  #status: JournalStatus = 'open';
  #writing: Writing;
  /** Bytes accepted since the last sync, in order. */
  #lazy: Buffer[] = [];
  /** Records of newer releases in this segment, to be carried over. */
  #unknown: Draft[] = [];
  #recent: (JournalEntry | UnknownEntry)[] = [];
  readonly #roomBytesMin: number;

  /** @internal Use `openJournal`. */
  constructor(options: JournalOptions, found: (JournalEntry | UnknownEntry)[]) {
    this.#options = options;
    this.#segments = new SegmentFolder(options.disk, options.folder);
    this.#roomBytesMin = Math.min(ROOM_BYTES_MIN, ROOM_PART * (options.segmentBytes ?? SEGMENT_BYTES));
    this.#writing = this.#guard(() => this.#start(found));
  }

  get status(): JournalStatus {
    return this.#status;
  }

  /** Records up to this one survive a power cut. */
  get durableSeq(): number {
    return this.#writing.last.durableSeq;
  }

  /** How many segments there are, the one being written included. */
  get segments(): number {
    return reading(() => this.#segments.numbers().length);
  }

  /** Whether lazy records wait for a sync. */
  get dirty(): boolean {
    return this.#lazy.length > 0;
  }

  /**
   * Writes the facts as one run. With `flush` they are durable when it returns; without, the next flush takes them along.
   * @throws TerminalFailure `storage.failed`: none of the facts is in the journal, and none will be taken until `reopen()`
   */
  append(facts: readonly JournalFact[], options: { readonly flush: boolean }): JournalEntry[] {
    this.#mustBeOpen();
    const at = this.#options.clock.wallMs();
    const drafts = facts.map((fact) => draftOf(fact, at, false));
    const needed = bytesOf(drafts);
    if (needed > LAZY_BYTES_MAX)
      throw new RangeError(`${facts.length} facts take ${needed} bytes; append them in parts`);
    this.#guard(() => {
      if (this.#writing.end + needed > this.#writing.capacity) this.#rollOver(needed);
      const run = Buffer.alloc(needed);
      const { end, last } = this.#writing;
      const next: Writing = { ...this.#writing, end: end + needed, last: encodeDrafts(drafts, last, run, 0) };
      if (needed > 0) this.#opened().write(run, end);
      const lazyBytes = next.end - next.durableEnd;
      if (options.flush || lazyBytes > LAZY_BYTES_MAX) {
        if (needed > 0 || this.dirty) this.#opened().sync();
        this.#settle(next);
      } else {
        this.#writing = next;
        if (needed > 0) this.#lazy.push(run);
      }
    });
    const first = this.#writing.last.seq - facts.length + 1;
    const entries = facts.map((fact, index) => ({ ...fact, seq: first + index, at }));
    this.#remember(entries);
    return entries;
  }

  /** Makes every lazy record durable. */
  flush(): void {
    this.append([], { flush: true });
  }

  /** For idle moments: starts the next segment when this one is nearly full, so that no payment has to wait for it. */
  makeRoom(): void {
    this.#mustBeOpen();
    if (this.#writing.capacity - this.#writing.end >= this.#roomBytesMin) return;
    this.#guard(() => this.#rollOver(this.#roomBytesMin));
  }

  /**
   * Takes a failed journal up again on a new descriptor: checks that everything acknowledged is there, writes accepted lazy records
   * anew (a failed sync may have dropped them while readers still see them), and removes what was never acknowledged.
   * @throws TerminalFailure `storage.failed` (try again later) or `storage.corrupt`
   */
  reopen(): void {
    if (this.#status === 'open') return;
    if (this.#status === 'closed') throw new TerminalFailure('storage.failed', 'the journal is closed');
    this.#guard(() => {
      const { number, durableEnd, durableCrc, last } = this.#writing;
      // A segment whose creation failed half-way holds nothing that was acknowledged.
      for (const later of this.#segments.prepare().filter((found) => found > number)) this.#segments.remove(later);
      this.#file = this.#segments.open(number);
      const { bytes, content } = this.#segments.read(this.#file, number);
      const place = content.records.find((record) => record.seq === last.durableSeq);
      const crc = place?.crc ?? (content.header.firstSeq - 1 === last.durableSeq ? durableCrc : null);
      if (crc !== durableCrc || content.end < durableEnd) {
        throw corrupt(this.#segments.pathOf(number), `the acknowledged record ${last.durableSeq} is no longer there`);
      }
      const tail = Buffer.alloc(Math.max(lastUsed(bytes), this.#writing.end) - durableEnd);
      Buffer.concat(this.#lazy).copy(tail);
      this.#file.write(tail, durableEnd);
      this.#file.sync();
      this.#segments.sync();
      this.#settle(this.#writing);
    });
    this.#status = 'open';
  }

  /** The last `count` (at most 256) entries, oldest first. */
  tail(count: number): readonly (JournalEntry | UnknownEntry)[] {
    const wanted = Math.min(count, TAIL_ENTRIES_MAX);
    if (this.#recent.length < wanted && this.#writing.number > 1) {
      const found: (JournalEntry | UnknownEntry)[] = [];
      for (const entry of this.#walk()) if (found.push(entry) >= wanted) break;
      this.#recent = found.reverse();
    }
    return wanted === 0 ? [] : this.#recent.slice(-wanted);
  }

  /**
   * Every entry, newest first, read segment by segment as it is asked for. A carried-over fact comes once, at its first place.
   * @throws TerminalFailure `storage.corrupt` at a sealed segment that does not fit its successor's hash
   */
  *history(): Generator<JournalEntry> {
    for (const entry of this.#walk()) if (isKnownEntry(entry)) yield entry;
  }

  /** Removes the oldest sealed segments durably; the one being written always stays. */
  prune(options: { readonly keepSegments: number }): void {
    this.#mustBeOpen();
    this.#guard(() => {
      const numbers = this.#segments.numbers();
      for (const number of numbers.slice(0, Math.max(0, numbers.length - Math.max(1, options.keepSegments)))) {
        this.#segments.remove(number);
      }
    });
  }

  /** Flushes and lets go. Idempotent. */
  close(): void {
    if (this.#status === 'closed') return;
    try {
      if (this.#status === 'open') this.flush();
    } finally {
      this.#letGo();
      this.#status = 'closed';
    }
  }

  #start(found: (JournalEntry | UnknownEntry)[]): Writing {
    const number = this.#segments.prepare().at(-1);
    if (number === undefined) return this.#begin({ number: 1, firstSeq: 1, previousHash: new Uint8Array(32) }, [], 0);
    this.#file = this.#segments.open(number);
    const { bytes, content } = this.#segments.read(this.#file, number);
    for (const record of content.records) {
      const entry = this.#entryOf(record, number);
      found.push(entry);
      if (!isKnownEntry(entry))
        this.#unknown.push({ ...record, payload: Uint8Array.from(record.payload), carried: true });
      if (!record.carried) this.#remember([entry]);
    }
    if (content.torn) this.#file.write(Buffer.alloc(lastUsed(bytes) - content.end), content.end);
    // What a killed process wrote may still be in the page cache only, and its rename undone by a power cut: act on neither before it is durable.
    // A sync that failed for that process has even made the cache clean, so that no later sync would write it: it is written anew.
    const inDoubt = startOfDoubt(content);
    if (inDoubt < content.end) this.#file.write(bytes.subarray(inDoubt, content.end), inDoubt);
    this.#file.sync();
    this.#segments.sync();
    const { end, lastCrc, lastSeq } = content;
    const last = { seq: lastSeq, crc: lastCrc, durableSeq: lastSeq };
    return { number, capacity: bytes.length, end, last, durableEnd: end, durableCrc: lastCrc };
  }

  #begin(
    header: { number: number; firstSeq: number; previousHash: Uint8Array },
    carried: Draft[],
    room: number,
  ): Writing {
    const { bytes, end, last } = newSegmentBytes(header, carried, room, this.#options.segmentBytes);
    const file = this.#segments.create(header.number, bytes);
    this.#letGo();
    this.#file = file;
    const settled = { ...last, durableSeq: last.seq };
    return { number: header.number, capacity: bytes.length, end, last: settled, durableEnd: end, durableCrc: last.crc };
  }

  #rollOver(room: number): void {
    const file = this.#opened();
    if (this.dirty) {
      file.sync();
      this.#settle(this.#writing);
    }
    const { number, end, last } = this.#writing;
    const at = this.#options.clock.wallMs();
    const unknown = newestWithin(this.#unknown, UNKNOWN_BYTES_MAX);
    const facts = this.#options.carryOver().map((fact) => draftOf(fact, fact.at ?? at, true));
    const header = { number: number + 1, firstSeq: last.seq + 1, previousHash: hashOf(file.readAt(end, 0)) };
    this.#writing = this.#begin(header, [...unknown, ...facts], room);
    this.#unknown = unknown;
  }

  /** Everything up to the end of `writing` is durable now. */
  #settle(writing: Writing): void {
    const { end, last } = writing;
    this.#writing = { ...writing, last: { ...last, durableSeq: last.seq }, durableEnd: end, durableCrc: last.crc };
    this.#lazy = [];
  }

  #remember(entries: readonly (JournalEntry | UnknownEntry)[]): void {
    this.#recent.push(...entries);
    if (this.#recent.length > 2 * TAIL_ENTRIES_MAX) this.#recent = this.#recent.slice(-TAIL_ENTRIES_MAX);
  }

  *#walk(): Generator<JournalEntry | UnknownEntry> {
    const { number: newest, last } = this.#writing;
    const oldest = reading(() => this.#segments.numbers()[0] ?? newest);
    let expectedHash: Uint8Array | null = null;
    for (let number = newest; number >= oldest; number--) {
      const { bytes, content } = reading(() => this.#readAndClose(number));
      if (expectedHash !== null && !hashOf(bytes.subarray(0, content.end)).equals(expectedHash)) {
        throw corrupt(this.#segments.pathOf(number), 'it is not the one that its successor continues');
      }
      expectedHash = content.header.previousHash;
      for (const record of content.records.toReversed()) {
        if (record.seq > last.seq || (record.carried && number !== oldest)) continue;
        yield this.#entryOf(record, number);
      }
    }
  }

  #readAndClose(number: number): ReturnType<SegmentFolder['read']> {
    const file = this.#segments.open(number);
    try {
      return this.#segments.read(file, number);
    } finally {
      file.close();
    }
  }

  #entryOf(record: FoundRecord, number: number): JournalEntry | UnknownEntry {
    try {
      const payload: unknown = JSON.parse(record.payload.toString('utf8'));
      return decodePayload(payload, record);
    } catch (cause) {
      const what = cause instanceof TypeError ? cause.message : `record ${record.seq} is not JSON`;
      throw corrupt(this.#segments.pathOf(number), what, cause);
    }
  }

  #opened(): DiskFile {
    if (this.#file === null) throw new TerminalFailure('storage.failed', 'the journal has no open segment');
    return this.#file;
  }

  #mustBeOpen(): void {
    if (this.#status === 'open') return;
    const why =
      this.#status === 'closed'
        ? 'the journal is closed'
        : 'the journal stopped after a disk error and was not opened again yet';
    throw new TerminalFailure('storage.failed', why, { retryable: this.#status === 'failed' });
  }

  /** Runs disk work; any error stops the journal, because what a descriptor holds after an error is not known (M10). */
  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      // A fact that cannot be encoded is a bug of the caller and says nothing about the disk.
      if (cause instanceof TypeError || cause instanceof RangeError) throw cause;
      this.#status = 'failed';
      this.#letGo();
      if (cause instanceof TerminalFailure) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new TerminalFailure('storage.failed', `the journal could not be written or read: ${why}`, {
        cause,
        retryable: true,
      });
    }
  }

  #letGo(): void {
    const file = this.#file;
    this.#file = null;
    try {
      file?.close();
    } catch {
      // The descriptor is gone either way.
    }
  }
}

/** Opens the journal, makes everything in it durable, and returns the entries of the newest segment: all that money state needs. */
export function openJournal(options: JournalOptions): {
  readonly journal: Journal;
  readonly entries: readonly (JournalEntry | UnknownEntry)[];
} {
  const entries: (JournalEntry | UnknownEntry)[] = [];
  return { journal: new Journal(options, entries), entries };
}

/** An error while looking back says nothing about the descriptor that is written: the journal stays open. */
function reading<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof TerminalFailure) throw cause;
    throw new TerminalFailure('storage.failed', 'the journal could not be read', { cause, retryable: true });
  }
}

/** Offset behind the last byte that is not zero. */
function lastUsed(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}

/** Offset of the first record that nobody has recorded as durable; what is carried over was, before its segment got its name. */
function startOfDoubt({ records, end }: SegmentContent): number {
  const durableSeq = records.at(-1)?.durableSeq ?? 0;
  const inDoubt = records.filter(({ seq, carried }) => seq > durableSeq && !carried);
  return end - inDoubt.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The newest drafts that fit, in their order. */
function newestWithin(drafts: readonly Draft[], bytes: number): Draft[] {
  let from = drafts.length;
  for (let sum = 0; from > 0; from--) {
    sum += bytesOf(drafts.slice(from - 1, from));
    if (sum > bytes) break;
  }
  return drafts.slice(from);
}
