import { fromPromise } from 'xstate';
import type { OrderIntent, PaymentOutcome, RefundIntent, RefundOutcome } from '../domain/journal-record.ts';
import type { JournalFilter, JournalRow } from '../domain/screens/flow-view.ts';
import { localTimeText } from '../domain/slips/local-time.ts';
import type { JournalPage, JournalPageQuery } from '../machines/journal.machine.ts';
import { OutcomesBackwards, walkBack } from './history-walk.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** The list goes back this far; what is older is found by its number. */
const ROWS_MAX = 2000;

type Seen<Outcome> = { readonly outcome: Outcome; readonly reason: string } | undefined;

/** `MM-DD HH:MM` on the shop's wall. */
export function shortTime(atMs: number, utcOffsetMinutes: number): string {
  return localTimeText(atMs, utcOffsetMinutes).slice(5, 16);
}

function paymentRow(intent: OrderIntent & { at: number }, seen: Seen<PaymentOutcome>, offset: number): JournalRow {
  const { order, platform, amountFen, staffId, at } = intent;
  const state = seen?.outcome ?? 'unresolved';
  const reason = seen?.reason ?? '';
  return {
    kind: 'payment',
    order,
    refund: null,
    platform,
    amountFen,
    time: shortTime(at, offset),
    staffId,
    state,
    reason,
  };
}

function refundRow(intent: RefundIntent & { at: number }, seen: Seen<RefundOutcome>, offset: number): JournalRow {
  const { order, refund, platform, refundFen: amountFen, staffId, at } = intent;
  const state = seen?.outcome ?? 'unresolved';
  const reason = seen?.reason ?? '';
  return { kind: 'refund', order, refund, platform, amountFen, time: shortTime(at, offset), staffId, state, reason };
}

function fits(row: JournalRow, filter: JournalFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'payments':
      return row.kind === 'payment';
    case 'refunds':
      return row.kind === 'refund';
    case 'unresolved':
      return row.state === 'unresolved' || row.state === 'accepted';
    case 'wechat':
    case 'alipay':
      return row.platform === filter;
  }
}

/** One page of the list, newest first. Read anew for each page, so that it is as fresh as the journal and holds nothing in memory. */
export async function readPage(desk: PaymentDesk, query: JournalPageQuery, signal: AbortSignal): Promise<JournalPage> {
  const { parts, journal } = desk;
  const offset = parts.utcOffsetMinutes;
  const payments = new OutcomesBackwards<PaymentOutcome>();
  const refunds = new OutcomesBackwards<RefundOutcome>();
  const rows: JournalRow[] = [];
  let matched = 0;
  const take = (row: JournalRow): 'on' | 'enough' => {
    if (!fits(row, query.filter)) return 'on';
    matched += 1;
    if (matched > query.skip && rows.length <= query.take) rows.push(row);
    return rows.length > query.take || matched >= ROWS_MAX ? 'enough' : 'on';
  };
  if (query.filter === 'unresolved') return openPage(desk, query);
  await walkBack({ journal, clock: parts.clock, signal }, (entry) => {
    switch (entry.type) {
      case 'ORDER_RESULT':
        payments.see(entry.order, entry.outcome, entry.reason);
        return 'on';
      case 'REFUND_RESULT':
        refunds.see(entry.refund, entry.outcome, entry.reason);
        return 'on';
      case 'ORDER_INTENT':
        return take(paymentRow(entry, payments.take(entry.order), offset));
      case 'REFUND_INTENT':
        return take(refundRow(entry, refunds.take(entry.refund), offset));
      default:
        return 'on';
    }
  });
  return { rows: rows.slice(0, query.take), hasMore: rows.length > query.take };
}

/** What is open is in memory, however old it is. */
function openPage({ parts, journal: { ledger } }: PaymentDesk, { skip, take }: JournalPageQuery): JournalPage {
  const offset = parts.utcOffsetMinutes;
  const all = [
    ...ledger.openOrders().map(({ intent }) => ({ at: intent.at, row: paymentRow(intent, undefined, offset) })),
    ...ledger.openRefunds().map(({ intent, outcome, reason }) => {
      const seen = outcome === null ? undefined : { outcome, reason };
      return { at: intent.at, row: refundRow(intent, seen, offset) };
    }),
  ]
    .reverse()
    .sort((one, other) => other.at - one.at);
  return { rows: all.slice(skip, skip + take).map(({ row }) => row), hasMore: all.length > skip + take };
}

/** What the list of payments and refunds asks for (B1). */
export function journalPorts(desk: PaymentDesk) {
  return {
    readPage: fromPromise<JournalPage, JournalPageQuery>(({ input, signal }) => readPage(desk, input, signal)),
  };
}
