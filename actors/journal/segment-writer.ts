import type { JournalFact } from '../../domain/journal-record.ts';
import { encodeRecord, PAYLOAD_BYTES_MAX, type RawRecord, recordBytes } from './record.ts';
import { checkFact, SCHEMA_VERSION } from './record-schema.ts';
import { encodeHeader, SEGMENT_BYTES, SEGMENT_HEADER_BYTES, type SegmentHeader } from './segment.ts';

/** Part of a new segment that is free at least, behind what was carried over. */
const FREE_PART_MIN = 1 / 4;

/** A fact that is ready to be written. */
export interface Draft {
  readonly payload: Uint8Array;
  readonly version: number;
  /** Epoch ms. */
  readonly at: number;
  readonly carried: boolean;
}

/** Where a run of records starts in the chain. */
export interface ChainPlace {
  readonly seq: number;
  readonly crc: number;
  readonly durableSeq: number;
}

/**
 * @throws TypeError when the fact does not fit its schema, RangeError when it is longer than a record may be: bugs of the caller,
 * found before a byte is written
 */
export function draftOf(fact: JournalFact, at: number, carried: boolean): Draft {
  checkFact(fact);
  const { seq: _seq, at: _at, ...plain } = fact as JournalFact & { seq?: number; at?: number };
  const payload = Buffer.from(JSON.stringify(plain), 'utf8');
  if (payload.length > PAYLOAD_BYTES_MAX) {
    throw new RangeError(`the fact ${fact.type} takes ${payload.length} bytes; a record holds ${PAYLOAD_BYTES_MAX}`);
  }
  return { payload, version: SCHEMA_VERSION, at, carried };
}

/** Bytes that the drafts take as records, one behind the other. */
export function bytesOf(drafts: readonly Draft[]): number {
  return drafts.reduce((sum, draft) => sum + recordBytes(draft.payload.length), 0);
}

/** Encodes the drafts one behind the other; `after` is the place of the record before them. Returns the place of the last one. */
export function encodeDrafts(drafts: readonly Draft[], after: ChainPlace, target: Buffer, offset: number): ChainPlace {
  let { seq, crc } = after;
  let at = offset;
  for (const draft of drafts) {
    seq += 1;
    const record: RawRecord = { ...draft, seq, durableSeq: after.durableSeq, previousCrc: crc };
    crc = encodeRecord(record, target, at);
    at += recordBytes(draft.payload.length);
  }
  return { seq, crc, durableSeq: after.durableSeq };
}

/** A new segment as it goes to the disk, preallocated in whole multiples of its size: header, carried-over records, zeros. */
export function newSegmentBytes(
  header: SegmentHeader,
  carried: readonly Draft[],
  roomBytes: number,
  segmentBytes: number = SEGMENT_BYTES,
): { readonly bytes: Buffer; readonly end: number; readonly last: ChainPlace } {
  const end = SEGMENT_HEADER_BYTES + bytesOf(carried);
  const needed = end + Math.max(FREE_PART_MIN * segmentBytes, roomBytes);
  const bytes = Buffer.alloc(Math.ceil(needed / segmentBytes) * segmentBytes);
  const crc = encodeHeader(header, bytes);
  const before = { seq: header.firstSeq - 1, crc, durableSeq: header.firstSeq - 1 };
  return { bytes, end, last: encodeDrafts(carried, before, bytes, SEGMENT_HEADER_BYTES) };
}
