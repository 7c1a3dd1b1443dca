import { openJournal } from '../../actors/journal/journal.ts';
import type { OrderIntent, OrderResult, RefundIntent, RefundOutcome } from '../../domain/journal-record.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Disk } from '../../hal/disk/contract.ts';
import type { Sometimes } from './sometimes.ts';
import type { SeenOrder, Truth } from './truth.ts';

/** One order of the terminal's journal, over all its segments. */
interface JournalOrder {
  readonly intent: OrderIntent;
  readonly results: OrderResult[];
}

/** One refund of the terminal's journal, over all its segments. */
interface JournalRefund {
  readonly intent: RefundIntent;
  outcome: RefundOutcome | null;
}

/** Everything that the terminal has durably written. */
export interface FinalBook {
  readonly refunds: ReadonlyMap<string, JournalRefund>;
  readonly orders: ReadonlyMap<string, JournalOrder>;
  /** Ids of announcements and print jobs. */
  readonly told: ReadonlySet<string>;
  /** Orders whose number was given twice (M5). */
  readonly duplicates: readonly string[];
  /** Every entry as text, for the hash of the run. */
  readonly lines: readonly string[];
}

/** Reads the whole journal from the disk as the last life left it, all segments, oldest first. */
export function readFinalBook(disk: Disk, folder: string, clock: Clock): FinalBook {
  const { journal } = openJournal({ disk, folder, clock, carryOver: () => [] });
  const orders = new Map<string, JournalOrder>();
  const refunds = new Map<string, JournalRefund>();
  const told = new Set<string>();
  const duplicates: string[] = [];
  const lines: string[] = [];
  for (const entry of [...journal.history()].reverse()) {
    lines.push(JSON.stringify(entry));
    if (entry.type === 'TOLD') told.add(entry.job);
    if (entry.type === 'ORDER_RESULT') orders.get(entry.order)?.results.push(entry);
    if (entry.type === 'REFUND_INTENT') refunds.set(entry.refund, { intent: entry, outcome: null });
    if (entry.type === 'REFUND_RESULT') {
      const refund = refunds.get(entry.refund);
      if (refund !== undefined) refund.outcome = entry.outcome;
    }
    if (entry.type !== 'ORDER_INTENT') continue;
    if (orders.has(entry.order)) duplicates.push(entry.order);
    else orders.set(entry.order, { intent: entry, results: [] });
  }
  journal.close();
  return { orders, refunds, told, duplicates, lines };
}

/** The rules that can only be judged when everything has come to its end. */
export function judge(book: FinalBook, truth: Truth, sometimes: Sometimes): void {
  for (const number of book.duplicates) truth.broken('M5', `number ${number} was used for two intents`, number);
  for (const order of truth.orders.values()) {
    if (order.pays === 0 || book.orders.has(order.number)) continue;
    if (truth.mayBeGone(order.firstSentMs)) judgeGone(order, truth);
    else truth.broken('M1', `order ${order.number} is not in the journal`, order.number);
  }
  for (const [number, { intent, results }] of book.orders) {
    const order = truth.seen(number);
    judgeOrder(number, results, order, truth);
    countOrder(intent, results, order, truth, sometimes);
  }
  for (const sale of truth.sales) {
    const charged = [...sale.orders].filter((number) => truth.charges(number) > 0);
    if (charged.length > 1 && !sale.confirmed) {
      truth.broken(
        'M2',
        `sale ${sale.id} was charged ${charged.length} times: ${charged.join(', ')}`,
        charged[0] ?? null,
      );
    }
  }
  judgeCodes(truth);
  truth.refunds.judge(book.refunds, (sentMs) => truth.mayBeGone(sentMs));
}

function judgeOrder(number: string, results: readonly OrderResult[], order: SeenOrder, truth: Truth): void {
  const charges = truth.charges(number);
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  const [outcome] = outcomes;
  if (outcome === undefined) truth.broken('M4', `order ${number} never came to an end`, number);
  if (outcomes.size > 1) truth.broken('M3', `order ${number} ended twice: ${[...outcomes].join(', ')}`, number);
  if (outcome !== undefined && (outcome === 'paid') !== charges > 0) {
    truth.broken('M3', `order ${number} is ${outcome} in the journal and charged ${charges} times`, number);
  }
  judgeTold(order, truth);
}

/** What left a full disk's journal had come to its end before, and somebody was told which. */
function judgeGone(order: SeenOrder, truth: Truth): void {
  if (!order.saidPaid && !order.saidFailed)
    truth.broken('M1', `order ${order.number} left the journal before its end was told`, order.number);
  judgeTold(order, truth);
}

/** What was charged, said and printed of one order, whatever the journal holds. */
function judgeTold(order: SeenOrder, truth: Truth): void {
  const { number } = order;
  const charges = truth.charges(number);
  if (charges > 1) truth.broken('M2', `order ${number} was charged ${charges} times`, number);
  if (charges > 0 && order.saidFailed)
    truth.broken('M4', `order ${number} was said to have failed, and is paid`, number);
  if (charges > 0 && order.paidAnnounced === 0)
    truth.broken('M7', `order ${number} is paid and was never announced`, number);
  if (charges > 0 && order.paidPrinted === 0)
    truth.broken('M7', `order ${number} is paid and its slip was never printed`, number);
}

function countOrder(
  intent: OrderIntent,
  results: readonly OrderResult[],
  order: SeenOrder,
  truth: Truth,
  sometimes: Sometimes,
): void {
  const outcome = results[0]?.outcome;
  if (order.saidUnknown) {
    sometimes.count('unresolved when its window ended');
    sometimes.count(outcome === 'paid' ? 'paid after it was unresolved' : 'not paid after it was unresolved');
  }
  if (outcome === 'denied') sometimes.count('denied for good');
  if (outcome === 'not-sent') sometimes.count('never sent');
  if (outcome === 'failed') sometimes.count('refused');
  const charged = truth.bookOrder(intent.order);
  if (outcome === 'paid' && order.pays === 1 && charged?.life.kind === 'pays' && !order.saidUnknown) {
    sometimes.count('paid in the first answer');
  }
}

/** A customer code pays once, whatever was confirmed (M9). */
function judgeCodes(truth: Truth): void {
  const chargedBy = new Map<string, string>();
  for (const order of truth.orders.values()) {
    const row = truth.bookOrder(order.number);
    if (row === undefined || row.charges === 0) continue;
    const other = chargedBy.get(row.codeFingerprint);
    if (other !== undefined) truth.broken('M9', `one code paid ${other} and ${order.number}`, order.number);
    chargedBy.set(row.codeFingerprint, order.number);
  }
}
