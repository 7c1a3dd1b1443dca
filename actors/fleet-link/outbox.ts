import { messageBytes } from '../../fleet/contract/codec.ts';
import {
  BATCH_EVENTS_MAX,
  type Acknowledgement,
  type EventBatch,
  type FleetEvent,
} from '../../fleet/contract/events.ts';
import type { EventSource } from './event-source.ts';

/** Batches sent and not acknowledged by the service; with everything else on its way it stays within twenty packets. */
export const BATCHES_IN_FLIGHT_MAX = 8;
/** JSON of one batch; well below a packet, so that no single event can make one too long. */
const BATCH_BYTES_MAX = 32 * 1024;
/** Between two re-sends that the service asked for: whoever asks in a loop gets one answer. */
const RESEND_PAUSE_MS = 30_000;

/** What the events are read from, and how far the service has them. */
export interface OutboxOptions {
  /** Names this life of the journal; sequences count inside it. */
  readonly epoch: string;
  readonly source: EventSource;
  /** Highest sequence that an earlier process life knew to be committed. */
  readonly acknowledged: number;
  readonly monotonicMs: () => number;
}

/**
 * The events on their way: what is acknowledged, what is sent, and the next batch. The journal is the store; here are only sequences.
 * Invariant: nothing is free before `dn/ack` of our epoch names it, and no acknowledgement names what was never written.
 */
export class Outbox {
  readonly epoch: string;
  readonly #source: EventSource;
  readonly #monotonicMs: () => number;
  #acknowledged: number;
  #sent: number;
  /** Last sequence of each batch on its way, oldest first. */
  #batches: number[] = [];
  #resentAtMs: number | null = null;
  #refused = 0;

  constructor(options: OutboxOptions) {
    this.epoch = options.epoch;
    this.#source = options.source;
    this.#monotonicMs = options.monotonicMs;
    this.#acknowledged = Math.min(options.acknowledged, options.source.newest);
    this.#sent = this.#acknowledged;
  }

  /** Events up to here are committed by the service. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Events written and not acknowledged. */
  get waiting(): number {
    return Math.max(0, this.#source.newest - this.#acknowledged);
  }

  /** Batches that wait for their acknowledgement. */
  get inFlight(): number {
    return this.#batches.length;
  }

  /** Acknowledgements that named another epoch or the future, and resend requests that came too often. */
  get refused(): number {
    return this.#refused;
  }

  /** Nothing is on its way any more: the connection is new, or its answers do not come. */
  rewind(): void {
    this.#sent = this.#acknowledged;
    this.#batches = [];
  }

  /**
   * The next batch, counted as sent; null when all is sent or enough is on its way.
   * @throws TerminalFailure `storage.*` when the journal cannot be read; nothing is counted then
   */
  next(): EventBatch | null {
    if (this.#batches.length >= BATCHES_IN_FLIGHT_MAX) return null;
    const events = fitting(this.#source.read(this.#sent + 1, BATCH_EVENTS_MAX));
    const last = events.at(-1);
    if (last === undefined) return null;
    this.#sent = last.s;
    this.#batches.push(last.s);
    return { e: this.epoch, ev: events };
  }

  /** Takes an acknowledgement or a request to send again. False when it cannot be right, or comes too soon after the last. */
  take(acknowledgement: Acknowledgement): boolean {
    const taken = acknowledgement.e === this.epoch && this.#takes(acknowledgement);
    if (!taken) this.#refused += 1;
    return taken;
  }

  #takes(acknowledgement: Acknowledgement): boolean {
    const from = 'from' in acknowledgement && typeof acknowledgement.from === 'number' ? acknowledgement.from : null;
    if (from !== null) return this.#sendAgain(from);
    const { s } = acknowledgement as { readonly s: number };
    // The service may know more than this process life, never more than the journal.
    if (s > this.#source.newest) return false;
    if (s <= this.#acknowledged) return true;
    this.#acknowledged = s;
    this.#sent = Math.max(this.#sent, s);
    this.#batches = this.#batches.filter((last) => last > s);
    return true;
  }

  #sendAgain(from: number): boolean {
    if (from > this.#source.newest + 1) return false;
    const now = this.#monotonicMs();
    if (this.#resentAtMs !== null && now - this.#resentAtMs < RESEND_PAUSE_MS) return false;
    this.#resentAtMs = now;
    this.#acknowledged = from - 1;
    this.rewind();
    return true;
  }
}

/** The longest run from the start that fits a batch; one event always does. */
function fitting(events: readonly FleetEvent[]): FleetEvent[] {
  let bytes = 0;
  const fits = events.findIndex((event, index) => {
    bytes += messageBytes(event) + 1;
    return index > 0 && bytes > BATCH_BYTES_MAX;
  });
  return events.slice(0, fits < 0 ? events.length : fits);
}
