import { fromPromise } from 'xstate';
import type { JournalEntry, PaymentOutcome, RefundOutcome } from '../domain/journal-record.ts';
import type { Overview, Span } from '../domain/payment-gateway.ts';
import { isReserving } from '../domain/refund-arithmetic.ts';
import type { GatewaySide } from '../domain/screens/flow-view.ts';
import { shopSpan, type SummarySpan } from '../domain/shop-day.ts';
import { differencesOf, Tally, type PlatformTakings, type Totals } from '../domain/totals.ts';
import type { SpanSums } from '../machines/summary.machine.ts';
import { OutcomesBackwards, walkBack, type HistoryWalk } from './history-walk.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** Consecutive entries older than the span that end the search: single ones may carry the time of a clock that was wrong. */
const OLDER_IN_A_ROW = 512;

/**
 * Sums up what was begun in the span and is settled by now; refunds count from the moment they are accepted.
 * @throws TerminalFailure `storage.*`
 */
export async function sumSpan(walk: HistoryWalk, span: Span): Promise<Totals> {
  const sums = new SpanWalk(span);
  await walkBack(walk, (entry) => sums.see(entry));
  return sums.totals();
}

type IntentEntry = Extract<JournalEntry, { type: 'ORDER_INTENT' | 'REFUND_INTENT' }>;

/** Meets results before their intents, and counts at the intent. */
class SpanWalk {
  readonly #span: Span;
  readonly #tally = new Tally();
  readonly #payments = new OutcomesBackwards<PaymentOutcome>();
  readonly #refunds = new OutcomesBackwards<RefundOutcome>();
  #older = 0;

  constructor(span: Span) {
    this.#span = span;
  }

  see(entry: JournalEntry): 'on' | 'enough' {
    this.#older = entry.at < this.#span.fromMs ? this.#older + 1 : 0;
    if (entry.type === 'ORDER_RESULT') this.#payments.see(entry.order, entry.outcome, entry.reason);
    if (entry.type === 'REFUND_RESULT') this.#refunds.see(entry.refund, entry.outcome, entry.reason);
    if (entry.type === 'ORDER_INTENT' || entry.type === 'REFUND_INTENT') this.#count(entry);
    return this.#older >= OLDER_IN_A_ROW ? 'enough' : 'on';
  }

  totals(): Totals {
    return this.#tally.totals();
  }

  #count(entry: IntentEntry): void {
    const isWithin = entry.at >= this.#span.fromMs && entry.at <= this.#span.toMs;
    const { platform, staffId } = entry;
    if (entry.type === 'REFUND_INTENT') {
      const seen = this.#refunds.take(entry.refund);
      if (!isWithin || seen === undefined || !isReserving(seen.outcome)) return;
      this.#tally.add({ kind: 'refund', platform, staffId, amountFen: entry.refundFen });
      return;
    }
    const { amountFen } = entry;
    const seen = this.#payments.take(entry.order);
    if (isWithin && seen === undefined) this.#tally.addUnresolved(amountFen);
    if (isWithin && seen?.outcome === 'paid') this.#tally.add({ kind: 'payment', platform, staffId, amountFen });
  }
}

/** Asks the gateway for the totals of this very terminal and names what differs. */
async function askOverview(
  desk: PaymentDesk,
  span: Span,
  own: readonly PlatformTakings[],
  signal: AbortSignal,
): Promise<GatewaySide> {
  const { configuration } = desk.parts.settings.current();
  if (configuration === null) return { kind: 'unconfigured' };
  const query = { configuration, span, staffId: null, deviceId: configuration.deviceId };
  const answer = await desk.calls.attempt((call) => desk.parts.gateway.overview(query, call), { signal });
  if (answer.kind !== 'overview') return { kind: 'unreachable' };
  const platforms = answer.totals.flatMap(takingsOf);
  return { kind: 'known', platforms, differences: differencesOf(own, platforms) };
}

/** Wallets that this terminal does not take are not its business. */
function takingsOf({ platform, paidCount, paidFen, refundedCount, refundedFen }: Overview['totals'][number]) {
  return platform === null
    ? []
    : [{ platform, paidCount, paidFen, refundCount: refundedCount, refundFen: refundedFen }];
}

/** What the summary asks for (B2): sums need no network, the comparison says when there is none. */
export function summaryPorts(desk: PaymentDesk) {
  const { parts, journal } = desk;
  return {
    sumSpan: fromPromise<SpanSums, { span: SummarySpan }>(async ({ input, signal }) => {
      const span = shopSpan(input.span, parts.clock.wallMs(), parts.utcOffsetMinutes);
      return { ...span, totals: await sumSpan({ journal, clock: parts.clock, signal }, span) };
    }),
    askOverview: fromPromise<GatewaySide, Span & { platforms: readonly PlatformTakings[] }>(({ input, signal }) => {
      const { fromMs, toMs, platforms } = input;
      return askOverview(desk, { fromMs, toMs }, platforms, signal);
    }),
  };
}
