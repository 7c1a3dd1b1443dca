import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type FoundRecord, RECORD_ALIGN_BYTES, recordAt } from './record.ts';

/** Bytes of one preallocated segment, where nobody wants another size. */
export const SEGMENT_BYTES = 1024 * 1024;
/** The header has a sector of its own, so that no later write touches it. */
export const SEGMENT_HEADER_BYTES = 512;

const MARK = Buffer.from('TILLJNL1', 'latin1');
const HEADER_USED_BYTES = 64;
const HASH_BYTES = 32;
const ZEROS = Buffer.alloc(64 * 1024);

/** The first bytes of a segment: mark, number u32, first sequence u48, 2 unused, hash of the segment before (32), …, CRC32 at byte 60. */
export interface SegmentHeader {
  readonly number: number;
  readonly firstSeq: number;
  /** SHA-256 over the used bytes of the segment before; zeros in the first one. */
  readonly previousHash: Uint8Array;
}

/** A segment as read: everything up to the first byte that is not a whole, chained record. */
export interface SegmentContent {
  readonly header: SegmentHeader;
  readonly records: readonly FoundRecord[];
  /** Offset behind the last record. */
  readonly end: number;
  /** CRC of the last record, or of the header: what the next record names as its predecessor. */
  readonly lastCrc: number;
  readonly lastSeq: number;
  /** Something that is not zero stands behind `end`: a tail that was torn before it was durable. */
  readonly torn: boolean;
  /** A record that had been durable is broken: says where. Null when all is well. */
  readonly damage: string | null;
}

/** Writes the header into the beginning of `target`; returns its CRC, which the first record's chain begins with. */
export function encodeHeader(header: SegmentHeader, target: Buffer): number {
  MARK.copy(target);
  target.writeUInt32LE(header.number, 8);
  target.writeUIntLE(header.firstSeq, 12, 6);
  target.set(header.previousHash, 20);
  const crc = crc32(target.subarray(0, HEADER_USED_BYTES - 4));
  target.writeUInt32LE(crc, HEADER_USED_BYTES - 4);
  return crc;
}

/** Reads a whole segment; null when it has no valid header. */
export function readSegment(bytes: Buffer): SegmentContent | null {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, MARK.length).equals(MARK)) return null;
  const headerCrc = bytes.readUInt32LE(HEADER_USED_BYTES - 4);
  if (headerCrc !== crc32(bytes.subarray(0, HEADER_USED_BYTES - 4))) return null;
  const header = {
    number: bytes.readUInt32LE(8),
    firstSeq: bytes.readUIntLE(12, 6),
    previousHash: Uint8Array.from(bytes.subarray(20, 20 + HASH_BYTES)),
  };
  const records: FoundRecord[] = [];
  let end = SEGMENT_HEADER_BYTES;
  let lastCrc = headerCrc;
  let lastSeq = header.firstSeq - 1;
  for (let record = recordAt(bytes, end); record !== null; record = recordAt(bytes, end)) {
    if (record.previousCrc !== lastCrc || record.seq !== lastSeq + 1) break;
    records.push(record);
    end += record.bytes;
    lastCrc = record.crc;
    lastSeq = record.seq;
  }
  const torn = !isZero(bytes.subarray(end));
  return { header, records, end, lastCrc, lastSeq, torn, damage: torn ? damageBehind(bytes, end, lastSeq) : null };
}

/** The hash that the next segment's header carries. */
export function hashOf(usedBytes: Uint8Array): Buffer {
  return createHash('sha256').update(usedBytes).digest();
}

/**
 * Whole records may stand behind a broken one in two ways. A power cut took an earlier sector of a tail that was never synced: then none of them knows the
 * broken one as durable, and all of them go. Or a durable record decayed: then a later one says so.
 */
function damageBehind(bytes: Buffer, end: number, lastSeq: number): string | null {
  for (let at = end; at < bytes.length; at += RECORD_ALIGN_BYTES) {
    const record = recordAt(bytes, at);
    if (record === null || record.durableSeq <= lastSeq) continue;
    return `record ${lastSeq + 1} at byte ${end} is broken, but record ${record.seq} at byte ${at} was written after it was durable`;
  }
  return null;
}

function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (!part.equals(ZEROS.subarray(0, part.length))) return false;
  }
  return true;
}
