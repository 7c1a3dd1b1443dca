/** One thing that reached the logged disk, in the order in which it did. */
export type DiskEvent =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Buffer }
  /** Everything before it is on the medium. */
  | { readonly kind: 'flush' }
  /** The workload believes something to be durable, or says what it is about to do. */
  | { readonly kind: 'ack'; readonly line: string };

const HEADER_BYTES = 16;
const KINDS = { write: 1, flush: 2, ack: 3 } as const;

/**
 * Reads what `block-logger.c` wrote: kind (u32), length (u32), offset (u64), bytes. A last record that is not whole is left out.
 * @throws RangeError for a kind that is none: the file is no disk log
 */
export function readDiskLog(log: Buffer): DiskEvent[] {
  const events: DiskEvent[] = [];
  for (let at = 0; at + HEADER_BYTES <= log.length;) {
    const kind = log.readUInt32LE(at);
    const length = log.readUInt32LE(at + 4);
    const offset = Number(log.readBigUInt64LE(at + 8));
    const bytes = log.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
    if (bytes.length < length) break;
    events.push(eventOf(kind, offset, bytes, at));
    at += HEADER_BYTES + length;
  }
  return events;
}

function eventOf(kind: number, offset: number, bytes: Buffer, at: number): DiskEvent {
  switch (kind) {
    case KINDS.write:
      return { kind: 'write', offset, bytes };
    case KINDS.flush:
      return { kind: 'flush' };
    case KINDS.ack:
      return { kind: 'ack', line: bytes.toString('utf8').trimEnd() };
    default:
      throw new RangeError(`byte ${at} of the disk log holds the kind ${kind}; 1, 2 and 3 are known`);
  }
}

/** One event as `readDiskLog` reads it. */
export function encodeDiskEvent(event: DiskEvent): Buffer {
  const bytes =
    event.kind === 'write' ? event.bytes : event.kind === 'ack' ? Buffer.from(event.line, 'utf8') : Buffer.alloc(0);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(KINDS[event.kind]);
  header.writeUInt32LE(bytes.length, 4);
  header.writeBigUInt64LE(BigInt(event.kind === 'write' ? event.offset : 0), 8);
  return Buffer.concat([header, bytes]);
}
