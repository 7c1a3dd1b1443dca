import type { JournalEntry, OrderIntent, OrderResult } from '../../domain/journal-record.ts';
import type { Platform } from '../../domain/platform.ts';
import type { Book, TrueOrder } from '../../simulator/gateway/book.ts';
import type { Line } from './headless-terminal.ts';

/** What one terminal wrote, said and printed in all its process lives, beside what is true. */
export interface Evidence {
  readonly book: Book;
  readonly entries: readonly JournalEntry[];
  readonly lines: readonly Line[];
}

const PAID_WORDS: Readonly<Record<Platform, string>> = { wechat: '微信支付收款成功', alipay: '支付宝收款成功' };
const UNPAID_WORDS = ['未收款', '未扣款', '收款失败', '没有收款', '没有扣款', '未到账'];

interface Account {
  readonly intent: OrderIntent;
  readonly result: OrderResult | null;
  readonly truth: TrueOrder | undefined;
  readonly voices: readonly string[];
  readonly slips: readonly Line[];
}

/** Everything in which the terminal's view and the truth differ, in words; empty when money truth holds. */
export function contradictions(evidence: Evidence): string[] {
  const { book, entries, lines } = evidence;
  const intents = entries.filter((entry) => entry.type === 'ORDER_INTENT');
  const known = new Set(intents.map(({ order }) => order));
  return [
    ...repeated(intents.map(({ order }) => order)).map((order) => `order number ${order} was used twice`),
    ...repeated(lines.filter(({ is }) => is === 'print').map((line) => String(line['job']))).map(
      (job) => `print job ${job} came out twice`,
    ),
    ...book.orders.filter(({ number }) => !known.has(number)).map(({ number }) => `order ${number} was lost`),
    ...(book.totals.chargedTwice > 0 ? [`${book.totals.chargedTwice} orders were charged twice`] : []),
    ...(book.traps.reverse > 0 ? ['reverse was called'] : []),
    ...accountsOf(evidence, intents).flatMap(judge),
  ];
}

/** The orders whose end the terminal does not know. */
export function unresolvedOrders(entries: readonly JournalEntry[]): string[] {
  const settled = new Set(entries.flatMap((entry) => (entry.type === 'ORDER_RESULT' ? [entry.order] : [])));
  return entries.flatMap((entry) => (entry.type === 'ORDER_INTENT' && !settled.has(entry.order) ? [entry.order] : []));
}

function accountsOf({ book, entries, lines }: Evidence, intents: readonly OrderIntent[]): Account[] {
  const truths = new Map(book.orders.map((order) => [order.number, order]));
  const results = new Map(entries.flatMap((entry) => (entry.type === 'ORDER_RESULT' ? [[entry.order, entry]] : [])));
  const voices = Map.groupBy(
    lines.filter(({ is }) => is === 'voice'),
    (line) => line['order'],
  );
  const slips = Map.groupBy(
    lines.filter(({ is }) => is === 'print'),
    (line) => line['orderBarcode'],
  );
  return intents.map((intent) => ({
    intent,
    result: results.get(intent.order) ?? null,
    truth: truths.get(intent.order),
    voices: (voices.get(intent.order) ?? []).map((line) => String(line['text'])),
    slips: slips.get(intent.order) ?? [],
  }));
}

function judge(account: Account): string[] {
  const { intent, truth } = account;
  const order = `order ${intent.order} (${intent.platform} ${intent.amountFen} fen, ${truth?.script ?? 'no script'})`;
  return [...wrongInJournal(account), ...wrongWords(account), ...untold(account)].map((what) => `${order} ${what}`);
}

const isCharged = ({ truth }: Account): boolean => truth?.charges === 1;
const saidPaid = ({ intent, voices }: Account): string[] =>
  voices.filter((text) => text.includes(PAID_WORDS[intent.platform]));
const saidUnpaid = ({ voices }: Account): string[] =>
  voices.filter((text) => UNPAID_WORDS.some((words) => text.includes(words)));

function wrongInJournal(account: Account): string[] {
  const { intent, result, truth } = account;
  const wrong: string[] = [];
  if (truth !== undefined && truth.charges > 1) wrong.push(`was charged ${truth.charges} times`);
  if (truth !== undefined && (truth.totalFen !== intent.amountFen || truth.platform !== intent.platform))
    wrong.push('is another sale at the gateway');
  if (result !== null && (result.outcome === 'paid') !== isCharged(account))
    wrong.push(`is ${isCharged(account) ? '' : 'not '}charged, but the journal says ${result.outcome}`);
  return wrong;
}

function wrongWords(account: Account): string[] {
  const said = isCharged(account) ? saidUnpaid(account) : saidPaid(account);
  return said.map((text) => `is ${isCharged(account) ? '' : 'not '}charged, but was announced: ${text}`);
}

function untold(account: Account): string[] {
  const { result, slips } = account;
  if (result === null) return [];
  if (result.outcome !== 'paid')
    return saidUnpaid(account).length > 0 ? [] : [`ended as ${result.outcome} and nobody was told`];
  return [
    ...(saidPaid(account).length > 0 ? [] : ['is paid and was never announced']),
    ...(slips.some((line) => line['kind'] === 'payment') ? [] : ['is paid and has no slip']),
  ];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
