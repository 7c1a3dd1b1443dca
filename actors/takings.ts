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
  const tally = new Tally();
  const payments = new OutcomesBackwards<PaymentOutcome>();
  const refunds = new OutcomesBackwards<RefundOutcome>();
  let older = 0;
  await walkBack(walk, (entry) => {
    older = entry.at < span.fromMs ? older + 1 : 0;
    const isWithin = entry.at >= span.fromMs && entry.at <= span.toMs;
    if (entry.type === 'ORDER_RESULT') payments.see(entry.order, entry.outcome, entry.reason);
    if (entry.type === 'REFUND_RESULT') refunds.see(entry.refund, entry.outcome, entry.reason);
    if (entry.type === 'ORDER_INTENT') {
      const seen = payments.take(entry.order);
      const { platform, staffId, amountFen } = entry;
      if (isWithin && seen === undefined) tally.addUnresolved(amountFen);
      if (isWithin && seen?.outcome === 'paid') tally.add({ kind: 'payment', platform, staffId, amountFen });
    }
    if (entry.type === 'REFUND_INTENT') {
      const seen = refunds.take(entry.refund);
      if (isWithin && seen !== undefined && isReserving(seen.outcome)) tally.add(refundTaking(entry));
    }
    return older >= OLDER_IN_A_ROW ? 'enough' : 'on';
  });
  return tally.totals();
}

type RefundEntry = Extract<JournalEntry, { type: 'REFUND_INTENT' }>;

function refundTaking({ platform, staffId, refundFen }: RefundEntry) {
  return { kind: 'refund' as const, platform, staffId, amountFen: refundFen };
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
