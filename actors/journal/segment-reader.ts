import type { Disk } from '../../hal/disk/contract.ts';
import type { FoundRecord } from './record.ts';
import { SEGMENT_HEADER_BYTES } from './segment.ts';
import { SegmentFolder } from './segment-folder.ts';

/** Where the header of a segment says its first sequence (see `encodeHeader`). */
const FIRST_SEQ_OFFSET = 12;

/**
 * Reads a journal's records forward from a sequence, beside the journal that writes it. One segment is kept in memory while a reader
 * walks through it.
 */
export class SegmentReader {
  readonly #disk: Disk;
  readonly #segments: SegmentFolder;
  /** A segment's first sequence never changes. */
  readonly #firstSeqs = new Map<number, number>();
  #kept: { readonly number: number; readonly records: readonly FoundRecord[] } | null = null;

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#segments = new SegmentFolder(disk, folder);
  }

  /**
   * At most `count` records of the segment that holds `fromSeq`, or of the oldest one when that is gone, oldest first; carried-over
   * ones included. Empty when nothing as new has been written.
   * @throws TerminalFailure `storage.corrupt`, or what the disk throws
   */
  read(fromSeq: number, untilSeq: number, count: number): readonly FoundRecord[] {
    const number = this.#segmentOf(fromSeq);
    if (number === null) return [];
    const wanted = this.#records(number, untilSeq).filter(({ seq }) => seq >= fromSeq && seq <= untilSeq);
    return wanted.slice(0, count);
  }

  /** Lets go of the segment in memory. */
  rest(): void {
    this.#kept = null;
  }

  #segmentOf(seq: number): number | null {
    const numbers = this.#segments.numbers();
    const holding = numbers.findLast((number) => this.#firstSeqOf(number) <= seq);
    return holding ?? numbers[0] ?? null;
  }

  #firstSeqOf(number: number): number {
    const known = this.#firstSeqs.get(number);
    if (known !== undefined) return known;
    const file = this.#disk.open(this.#segments.pathOf(number));
    try {
      const header = Buffer.from(file.readAt(SEGMENT_HEADER_BYTES, 0));
      const firstSeq = header.readUIntLE(FIRST_SEQ_OFFSET, 6);
      this.#firstSeqs.set(number, firstSeq);
      return firstSeq;
    } finally {
      file.close();
    }
  }

  #records(number: number, untilSeq: number): readonly FoundRecord[] {
    const { records } = this.#kept?.number === number ? this.#kept : { records: [] };
    const newest = records.at(-1)?.seq ?? 0;
    // The segment that is written grows; what is kept of it may be short.
    if (newest >= untilSeq || (newest > 0 && this.#firstSeqs.has(number + 1))) return records;
    const file = this.#segments.open(number);
    try {
      const { content } = this.#segments.read(file, number);
      this.#kept = { number, records: content.records };
      return content.records;
    } finally {
      file.close();
    }
  }
}
