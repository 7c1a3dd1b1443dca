import { BATCH_EVENTS_MAX, type FleetEvent } from '../../contract/events.ts';

/** Batches on their way at a time. */
const IN_FLIGHT_BATCHES = 16;

/** Events in order until the service's own acknowledgement names them; what is not named is sent again. */
export class SimulatedOutbox {
  #waiting: FleetEvent[] = [];
  #acked = 0;
  #next = 1;
  /** Events below this were sent on this connection. */
  #sentBelow = 1;

  get acked(): number {
    return this.#acked;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Sequence of the newest event; 0 before the first. */
  get newest(): number {
    return this.#next - 1;
  }

  add(t: number, type: string, d: Record<string, unknown>): void {
    this.#waiting.push({ s: this.#next, t, type, d });
    this.#next += 1;
  }

  tail(count: number): FleetEvent[] {
    return this.#waiting.slice(-count);
  }

  /** Committed up to `s`, whatever was said before. */
  acknowledge(s: number): void {
    if (s <= this.#acked || s >= this.#next) return;
    this.#acked = s;
    const first = this.#waiting.findIndex((event) => event.s > s);
    this.#waiting = first < 0 ? [] : this.#waiting.slice(first);
    this.#sentBelow = Math.max(this.#sentBelow, s + 1);
  }

  /** What the service lacks from `from` on: gone events become fillers, so that the sequence has no gap. */
  resendFrom(from: number, t: number): void {
    if (from >= this.#next) return;
    const gone = Math.max(0, Math.min(this.#acked, this.#next - 1) - from + 1);
    const fillers = Array.from({ length: gone }, (_, index) => ({ s: from + index, t, type: 'GONE', d: {} }));
    this.#waiting = [...fillers, ...this.#waiting];
    this.#acked = Math.min(this.#acked, from - 1);
    this.#sentBelow = from;
  }

  /** After a new connection, or a time without acknowledgement: everything goes again. */
  rewind(): void {
    this.#sentBelow = this.#acked + 1;
  }

  /** Batches that may go now; they count as sent. */
  due(batchEvents = BATCH_EVENTS_MAX): FleetEvent[][] {
    const limit = this.#acked + IN_FLIGHT_BATCHES * batchEvents;
    const events = this.#waiting.filter(({ s }) => s >= this.#sentBelow && s <= limit);
    const last = events.at(-1);
    if (last === undefined) return [];
    this.#sentBelow = last.s + 1;
    const batches: FleetEvent[][] = [];
    for (let at = 0; at < events.length; at += batchEvents) batches.push(events.slice(at, at + batchEvents));
    return batches;
  }
}
