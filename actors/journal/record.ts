import { crc32 } from 'node:zlib';

/** Longest payload of one record. */
export const PAYLOAD_BYTES_MAX = 8 * 1024;
const RECORD_HEADER_BYTES = 40;
/** Records start at multiples of this, so that a search for one after damage has few places to look at. */
export const RECORD_ALIGN_BYTES = 8;

/** Little-endian 'TR'. */
const MARK = 0x5254;
const CARRIED = 1;

/**
 * One record: mark u16, schema version u16, payload length u32, CRC32 u32, CRC32 of the record before (the first one: of the segment
 * header) u32, sequence u48, flags u16, durable sequence u48, unused u16, wall-clock ms f64, payload (JSON, UTF-8), zeros to the next multiple
 * of 8. The CRC covers everything behind itself, and mark, version and length by its starting value.
 */
export interface RawRecord {
  readonly version: number;
  readonly seq: number;
  /** Epoch ms of the fact; a carried-over fact keeps that of its origin. */
  readonly at: number;
  /** Copied from an earlier segment at rollover. */
  readonly carried: boolean;
  /**
   * The highest sequence that was durable when this record was written. A broken record at or below it was acknowledged once: damage.
   * A broken record above it belongs to a tail that the power cut took.
   */
  readonly durableSeq: number;
  readonly previousCrc: number;
  readonly payload: Uint8Array;
}

/** A record as found in a segment. */
export interface FoundRecord extends RawRecord {
  readonly payload: Buffer;
  readonly crc: number;
  /** Bytes it takes in the segment, padding included. */
  readonly bytes: number;
}

/** Bytes that a record with such a payload takes. */
export function recordBytes(payloadBytes: number): number {
  return Math.ceil((RECORD_HEADER_BYTES + payloadBytes) / RECORD_ALIGN_BYTES) * RECORD_ALIGN_BYTES;
}

/** Writes the record into `target` at `offset`; returns its CRC. */
export function encodeRecord(record: RawRecord, target: Buffer, offset: number): number {
  const { payload } = record;
  target.writeUInt16LE(MARK, offset);
  target.writeUInt16LE(record.version, offset + 2);
  target.writeUInt32LE(payload.length, offset + 4);
  target.writeUInt32LE(record.previousCrc, offset + 12);
  target.writeUIntLE(record.seq, offset + 16, 6);
  target.writeUInt16LE(record.carried ? CARRIED : 0, offset + 22);
  target.writeUIntLE(record.durableSeq, offset + 24, 6);
  target.writeUInt16LE(0, offset + 30);
  target.writeDoubleLE(record.at, offset + 32);
  target.set(payload, offset + RECORD_HEADER_BYTES);
  const crc = crcOf(target, offset, payload.length);
  target.writeUInt32LE(crc, offset + 8);
  return crc;
}

/** The record at `offset`, or null when no whole record stands there. Whether it continues the chain is the caller's question. */
export function recordAt(bytes: Buffer, offset: number): FoundRecord | null {
  if (offset + RECORD_HEADER_BYTES > bytes.length || bytes.readUInt16LE(offset) !== MARK) return null;
  const length = bytes.readUInt32LE(offset + 4);
  if (length > PAYLOAD_BYTES_MAX || offset + recordBytes(length) > bytes.length) return null;
  const crc = bytes.readUInt32LE(offset + 8);
  if (crc !== crcOf(bytes, offset, length)) return null;
  return {
    version: bytes.readUInt16LE(offset + 2),
    previousCrc: bytes.readUInt32LE(offset + 12),
    seq: bytes.readUIntLE(offset + 16, 6),
    carried: (bytes.readUInt16LE(offset + 22) & CARRIED) !== 0,
    durableSeq: bytes.readUIntLE(offset + 24, 6),
    at: bytes.readDoubleLE(offset + 32),
    payload: bytes.subarray(offset + RECORD_HEADER_BYTES, offset + RECORD_HEADER_BYTES + length),
    crc,
    bytes: recordBytes(length),
  };
}

/** Mark, version and length enter through the starting value, so that one call does for the rest: boot reads thousands of these. */
function crcOf(bytes: Buffer, offset: number, payloadBytes: number): number {
  const start = (Math.imul(bytes.readUInt32LE(offset), 0x9e3779b1) + bytes.readUInt32LE(offset + 4)) >>> 0;
  return crc32(bytes.subarray(offset + 12, offset + RECORD_HEADER_BYTES + payloadBytes), start);
}
