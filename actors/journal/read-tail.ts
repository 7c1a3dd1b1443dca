import type { JournalEntry, UnknownEntry } from '../../domain/journal-record.ts';
import { decodePayload } from './record-schema.ts';
import { readSegment, type SegmentContent } from './segment.ts';

const SEGMENT_NAME = /^(\d{6})\.seg$/;
const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;

/** The files of a journal, read and never opened for writing. */
export interface JournalFiles {
  list(): readonly string[];
  size(name: string): number;
  read(name: string): Buffer;
}

/** The end of a journal as it stands on the disk. */
export interface JournalTail {
  /** Oldest first. */
  readonly entries: readonly (JournalEntry | UnknownEntry)[];
  readonly lastSeq: number;
  readonly segments: number;
  /** What is broken, in words; empty when all that was read is whole. */
  readonly damage: readonly string[];
}

/**
 * The last entries of a journal, beside the process that writes it: nothing is opened for writing, repaired or removed. The record that is being
 * written at this moment may be missing. What cannot be read is named, never thrown.
 */
export function readJournalTail(files: JournalFiles, count: number): JournalTail {
  const names = files
    .list()
    .filter((name) => SEGMENT_NAME.test(name))
    .toSorted();
  const damage: string[] = [];
  const bySeq = new Map<number, JournalEntry | UnknownEntry>();
  let lastSeq = 0;
  for (const name of names.toReversed()) {
    const content = segmentOf(files, name, damage);
    if (content !== null) {
      lastSeq = Math.max(lastSeq, content.lastSeq);
      for (const record of content.records.toReversed()) {
        if (bySeq.size >= count) break;
        // A copy of an older fact, which stands in its own place.
        if (record.carried) continue;
        const entry = entryOf(record, name, damage);
        if (entry !== null && !bySeq.has(record.seq)) bySeq.set(record.seq, entry);
      }
    }
    if (bySeq.size >= count) break;
  }
  const entries = [...bySeq.values()].toSorted((one, other) => one.seq - other.seq);
  return { entries, lastSeq, segments: names.length, damage };
}

function segmentOf(files: JournalFiles, name: string, damage: string[]): SegmentContent | null {
  try {
    const size = files.size(name);
    if (size > SEGMENT_BYTES_MAX) throw new Error(`it has ${size} bytes, more than any segment`);
    const content = readSegment(files.read(name));
    if (content === null) throw new Error('its header is broken');
    if (content.damage !== null) damage.push(`${name}: ${content.damage}`);
    return content;
  } catch (error) {
    damage.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function entryOf(
  { payload, seq, at, version }: SegmentContent['records'][number],
  name: string,
  damage: string[],
): JournalEntry | UnknownEntry | null {
  try {
    return decodePayload(JSON.parse(payload.toString('utf8')), { seq, at, version });
  } catch (error) {
    // The words of a parser quote what it read.
    damage.push(`${name}: record ${seq} cannot be read${error instanceof TypeError ? '' : ': it is not JSON'}`);
    return null;
  }
}
