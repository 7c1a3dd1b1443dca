import type { JournalEntry } from '../../domain/journal-record.ts';
import type { CallTrace } from '../../domain/payment-gateway.ts';

/** Times of one kind, in milliseconds. */
interface Times {
  count: number;
  sum: number;
  max: number;
}

const PAYING = ['micro_pay', 'query_order'];

/** What this terminal did and met since it started counting: numbers only, so that no secret can be among them. */
export class DeviceStatistics {
  readonly #counts = new Map<string, number>();
  readonly #times = new Map<string, Times>();

  /** One attempt at the gateway. */
  called({ operation, domain, status, connectMs, requestMs }: CallTrace): void {
    this.#count(`call.${operation}`);
    if (status === null) this.#count(`domainFailed.${new URL(domain).hostname}`);
    if (!PAYING.includes(operation)) return;
    this.#time('connectMs', connectMs);
    if (status !== null) this.#time('requestMs', requestMs);
  }

  recorded(entry: JournalEntry): void {
    if (entry.type === 'ORDER_INTENT') this.#count(`orders.${entry.platform}`);
    if (entry.type === 'ORDER_RESULT') this.#count(`payments.${entry.outcome}${entry.late ? '.late' : ''}`);
    if (entry.type === 'REFUND_RESULT') this.#count(`refunds.${entry.outcome}`);
    if (entry.type === 'TOLD' && entry.channel === 'slip') this.#count('slipsPrinted');
  }

  printerChanged(condition: string): void {
    if (condition !== 'ok') this.#count(`printer.${condition}`);
  }

  crashed(): void {
    this.#count('crashes');
  }

  /** Flat, by name: counts, and count, mean and longest of every time. */
  report(): Readonly<Record<string, number>> {
    const times = [...this.#times].flatMap(([name, { count, sum, max }]): [string, number][] => [
      [`${name}.mean`, Math.round(sum / count)],
      [`${name}.max`, Math.round(max)],
    ]);
    return Object.fromEntries([...this.#counts, ...times]);
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  #time(name: string, ms: number): void {
    const known = this.#times.get(name) ?? { count: 0, sum: 0, max: 0 };
    this.#times.set(name, { count: known.count + 1, sum: known.sum + ms, max: Math.max(known.max, ms) });
  }
}
