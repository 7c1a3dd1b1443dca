import type { JournalEntry, UnknownEntry } from '../../domain/journal-record.ts';
import type { FleetEvent } from '../../fleet/contract/events.ts';
import type { FoundRecord } from '../journal/record.ts';
import { eventOf, filler, weightOf } from './event-of.ts';

/** Behind this many unacknowledged events counters are given up, behind the next one everything but money. */
export const DEBUG_DROPPED_BEHIND = 5_000;

/** Behind this many unacknowledged events everything but money is given up. */
export const INFO_DROPPED_BEHIND = 20_000;
const TAIL_ENTRIES = 256;

/** The journal as the outbox reads it. */
export interface EventJournal {
  readonly durableSeq: number;
  tail(count: number): readonly (JournalEntry | UnknownEntry)[];
}

/** Records by sequence, for what is older than the tail. */
export interface RecordSource {
  read(fromSeq: number, untilSeq: number, count: number): readonly FoundRecord[];
  rest(): void;
}

interface Place {
  readonly seq: number;
  readonly at: number;
  readonly event: FleetEvent;
}

/**
 * The journal as a sequence of events without a gap. Events are not copied into a queue of their own: a week without a network costs
 * no memory, and what is durable is there to be sent.
 * Invariant: only durable records leave. One that a power cut could take back would leave its sequence to another fact.
 */
export class EventSource {
  readonly #journal: EventJournal;
  readonly #records: RecordSource;

  constructor(journal: EventJournal, records: RecordSource) {
    this.#journal = journal;
    this.#records = records;
  }

  /** The newest sequence that may leave. */
  get newest(): number {
    return this.#journal.durableSeq;
  }

  /**
   * At most `count` events from `from` on, `s` without a gap.
   * @throws TerminalFailure `storage.*` when an older segment cannot be read
   */
  read(from: number, count: number): FleetEvent[] {
    const until = this.newest;
    if (from > until) return [];
    const behind = until - from;
    const { places, missing } = this.#places(from, until, count);
    const events: FleetEvent[] = [];
    for (const { seq, at, event } of places) {
      while (from + events.length < seq && events.length < count) {
        events.push(filler(missing, from + events.length, at));
      }
      if (events.length >= count) break;
      events.push(isGivenUp(event.type, behind) ? filler('DROPPED', seq, at) : event);
    }
    return events;
  }

  #places(from: number, until: number, count: number): { places: Place[]; missing: 'CARRIED' | 'GONE' } {
    const tail = this.#journal.tail(TAIL_ENTRIES);
    const [oldest] = tail;
    if (oldest !== undefined && oldest.seq <= from) {
      this.#records.rest();
      // The tail leaves out what was carried over; a segment's records do not.
      const wanted = tail.filter(({ seq }) => seq >= from && seq <= until).slice(0, count);
      return {
        places: wanted.map((entry) => ({ seq: entry.seq, at: entry.at, event: eventOf(entry) })),
        missing: 'CARRIED',
      };
    }
    return { places: this.#records.read(from, until, count).map(placeOf), missing: 'GONE' };
  }
}

function placeOf(record: FoundRecord): Place {
  const { seq, at } = record;
  if (record.carried) return { seq, at, event: filler('CARRIED', seq, at) };
  return { seq, at, event: eventOf({ ...factOf(record), seq, at }) };
}

function factOf(record: FoundRecord): { readonly type: string } {
  try {
    const payload: unknown = JSON.parse(record.payload.toString('utf8'));
    if (typeof payload === 'object' && payload !== null && 'type' in payload && typeof payload.type === 'string') {
      return payload as { readonly type: string };
    }
  } catch {
    // Its checksum is right, so a newer release wrote something that is no JSON: its place is told, its content is not.
  }
  return { type: 'UNREADABLE' };
}

function isGivenUp(type: string, behind: number): boolean {
  const weight = weightOf(type);
  return (weight === 'debug' && behind > DEBUG_DROPPED_BEHIND) || (weight === 'info' && behind > INFO_DROPPED_BEHIND);
}
