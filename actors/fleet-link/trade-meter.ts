import type { JournalEntry } from '../../domain/journal-record.ts';
import { unresolvedTellings } from '../../domain/ledger.ts';
import { LATENCY_BOUNDS_MS, type PhaseHistogram, type Telemetry } from '../../fleet/contract/telemetry.ts';

/** Payments whose phases are being timed; one that is older is forgotten. */
const TIMED_MAX = 64;
const COUNTS_MAX = 64;

interface Timed {
  readonly platform: string;
  readonly startedAt: number;
  readonly settledAt: number | null;
}

/** How often and how long: a histogram with the contract's bounds. */
class Histogram {
  readonly #le = Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0);
  #n = 0;
  #sum = 0;

  add(durationMs: number): void {
    // A wall clock that jumped says nothing about a duration.
    if (!Number.isFinite(durationMs) || durationMs < 0) return;
    const found = LATENCY_BOUNDS_MS.findIndex((bound) => durationMs <= bound);
    const bucket = found < 0 ? LATENCY_BOUNDS_MS.length : found;
    this.#le[bucket] = (this.#le[bucket] ?? 0) + 1;
    this.#n += 1;
    this.#sum += Math.round(durationMs);
  }

  reading(): PhaseHistogram {
    return { n: this.#n, sum: this.#sum, le: [...this.#le] };
  }
}

/**
 * Counts per platform and outcome, and how long the phases of payments take, from the facts as they are recorded and from finished
 * gateway calls. In memory only: the journal is the truth, this is for a look.
 */
export class TradeMeter {
  readonly #phases = new Map<string, Histogram>();
  readonly #counts = new Map<string, number>();
  readonly #timed = new Map<string, Timed>();
  readonly #platformOf: (number: string) => string | undefined;

  /** @param platformOf of an order or refund that an earlier process life began */
  constructor(platformOf: (number: string) => string | undefined) {
    this.#platformOf = platformOf;
  }

  /** A fact of this process life. */
  see(entry: JournalEntry): void {
    switch (entry.type) {
      case 'ORDER_INTENT':
        this.#remember(entry.order, { platform: entry.platform, startedAt: entry.at, settledAt: null });
        break;
      case 'ORDER_RESULT':
        this.#settled(entry.order, entry.outcome, entry.at);
        break;
      case 'REFUND_INTENT':
        this.#remember(entry.refund, { platform: entry.platform, startedAt: entry.at, settledAt: null });
        break;
      case 'REFUND_RESULT':
        this.#count(
          this.#timed.get(entry.refund)?.platform ?? this.#platformOf(entry.refund),
          `refund-${entry.outcome}`,
        );
        break;
      case 'TOLD':
        this.#told(entry.order, entry.job, entry.channel, entry.at);
        break;
      default:
        break;
    }
  }

  /** A finished call to the gateway. */
  seeCall(operation: string, durationMs: number): void {
    if (operation === 'micro_pay') this.#time('pay', durationMs);
    else if (operation === 'query_order') this.#time('query', durationMs);
    else this.#time('other-call', durationMs);
  }

  reading(): Required<Pick<Telemetry, 'ph' | 'cnt'>> {
    return {
      ph: Object.fromEntries([...this.#phases].map(([phase, histogram]) => [phase, histogram.reading()])),
      cnt: Object.fromEntries(this.#counts),
    };
  }

  #settled(order: string, outcome: string, at: number): void {
    const timed = this.#timed.get(order);
    this.#count(timed?.platform ?? this.#platformOf(order), outcome);
    if (timed === undefined) return;
    this.#time('result', at - timed.startedAt);
    this.#timed.set(order, { ...timed, settledAt: at });
  }

  #told(order: string | null, job: string, channel: 'voice' | 'slip', at: number): void {
    const timed = order === null ? undefined : this.#timed.get(order);
    if (order === null || timed === undefined) return;
    if (job === unresolvedTellings(order).voice) this.#count(timed.platform, 'unknown');
    if (timed.settledAt !== null) this.#time(channel, at - timed.settledAt);
  }

  #remember(number: string, timed: Timed): void {
    this.#timed.set(number, timed);
    if (this.#timed.size <= TIMED_MAX) return;
    const [oldest] = this.#timed.keys();
    if (oldest !== undefined) this.#timed.delete(oldest);
  }

  #count(platform: string | undefined, outcome: string): void {
    const key = `${platform ?? 'other'}.${outcome}`;
    if (!this.#counts.has(key) && this.#counts.size >= COUNTS_MAX) return;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  #time(phase: string, durationMs: number): void {
    const histogram = this.#phases.get(phase) ?? new Histogram();
    this.#phases.set(phase, histogram);
    histogram.add(durationMs);
  }
}
