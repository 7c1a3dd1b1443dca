import type { FlowView, JournalRow } from '../../domain/screens/flow-view.ts';
import type { RefusalReason, ScreenView, TerminalStatus } from '../../domain/screens/screen-view.ts';
import type { Locale } from '../../domain/sentence.ts';
import { Tally, type Totals } from '../../domain/totals.ts';
import { sampleRow } from '../../test/support/sample-flow-views.ts';
import { SAMPLE_ORDER, SAMPLE_REFUND } from '../../test/support/sample-slips.ts';
import { everyView } from '../../test/support/sample-views.ts';
import { screenId } from './screen-id.ts';

const SALE_FEN = 2005;
const REFUND_FEN = 500;
const GATEWAY_WORDS: Readonly<Record<Locale, string>> = { 'zh-CN': '余额不足', en: 'Balance too low' };
const SHOP: Readonly<Record<Locale, string>> = { 'zh-CN': '南山茶铺', en: 'Nanshan Tea' };

/** What stands on a day's screen in the place of the widest thing that a test puts there. */
const TEXTS: Readonly<Record<string, string>> = {
  '49999.99': '20.05',
  '10010101': '1001',
  '12.34.56': '0.2.0',
  '2026-12-31 23:59:59': '2026-01-02 12:05:00',
  '23:59:59': '12:10:00',
  VENDOR_MODEL_0123456789012345678901234567: 'TILL_T1_000001',
  Tea: 'Nanshan Tea 5G',
  Old: 'Nanshan Tea',
};
const NUMBER_LENGTH = 24;

function plausibleText(text: string, locale: Locale): string {
  const known = TEXTS[text];
  if (known !== undefined) return known;
  if (/^0100\d+$/.test(text)) {
    return text.endsWith('9999888877779999')
      ? SAMPLE_REFUND
      : SAMPLE_ORDER.slice(0, Math.min(text.length, NUMBER_LENGTH));
  }
  if (text.startsWith('[104]')) return `[104] ${GATEWAY_WORDS[locale]}`;
  if (text.startsWith('楼下奶茶店') || text === SHOP['zh-CN']) return SHOP[locale];
  if (text === '林晓雨') return locale === 'en' ? 'Lin Xiaoyu' : text;
  return text.replace(/:8443$/, '');
}

function plausibleNumber(value: number): number {
  if (value === 5_000_000) return SALE_FEN;
  if (value === 4_999_999 || value === 1_000_000) return REFUND_FEN;
  if (value === 2999) return 38;
  return value;
}

function plausible(value: unknown, locale: Locale): unknown {
  if (typeof value === 'string') return plausibleText(value, locale);
  if (typeof value === 'number') return plausibleNumber(value);
  if (Array.isArray(value)) return value.map((one) => plausible(one, locale));
  if (typeof value !== 'object' || value === null || value.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plausible(one, locale)]));
}

const quietStatus = (locale: Locale): TerminalStatus => ({
  configured: true,
  shopName: SHOP[locale],
  staffId: '1001',
  connected: true,
  printer: 'ok',
  waitingSlips: 0,
  openOrders: 0,
  openRefunds: 0,
  storage: 'ok',
  trade: 'selling',
});

/** A day's takings of a small shop. */
function dayTotals(): Totals {
  const tally = new Tally();
  for (const [platform, staffId, amounts] of [
    ['wechat', '1001', [2005, 1800, 660, 3500, 1200]],
    ['alipay', '1002', [880, 2600, 1500]],
  ] as const) {
    for (const amountFen of amounts) tally.add({ kind: 'payment', platform, staffId, amountFen });
  }
  tally.add({ kind: 'refund', platform: 'wechat', staffId: '1001', amountFen: REFUND_FEN });
  tally.addUnresolved(1200);
  return tally.totals();
}

const ROWS: readonly JournalRow[] = (
  [
    ['payment', 'wechat', SALE_FEN, '01-02 12:05', 'paid'],
    ['refund', 'wechat', REFUND_FEN, '01-02 11:48', 'accepted'],
    ['payment', 'alipay', 1200, '01-02 11:20', 'unresolved'],
    ['payment', 'alipay', 880, '01-02 10:02', 'paid'],
  ] as const
).map(([kind, platform, amountFen, time, state]) =>
  sampleRow({ kind, platform, amountFen, time, state, order: SAMPLE_ORDER }),
);

function isListed(row: JournalRow, filter: Extract<FlowView, { shows: 'list' }>['filter']): boolean {
  const chosen = { all: true, payments: row.kind === 'payment', refunds: row.kind === 'refund' };
  if (filter === 'wechat' || filter === 'alipay') return row.platform === filter;
  return filter === 'unresolved' ? row.state === 'unresolved' : chosen[filter];
}

/** What a refusal says beside its reason, where it says anything. */
function refusalDetail(reason: RefusalReason, locale: Locale): string {
  if (reason === 'amount-over-maximum') return '5000000';
  if (reason === 'over-refundable') return String(SALE_FEN - REFUND_FEN);
  if (reason === 'too-many-unresolved') return '20';
  if (reason === 'not-refundable') return 'closed';
  return locale === 'zh-CN' ? '请重试' : 'Please try again';
}

type Of<Name extends ScreenView['name']> = Extract<ScreenView, { readonly name: Name }>;
type Daily = { readonly [Name in ScreenView['name']]?: (view: Of<Name>, locale: Locale) => ScreenView };

/** What needs more than another text or number to look like a day in a shop. */
const DAILY: Daily = {
  idle: (view, locale) => ({ ...view, status: quietStatus(locale) }),
  paying: (view) => ({ ...view, reason: '' }),
  unknown: (view) => ({ ...view, reason: '' }),
  'refund-amount': (view) => (view.typed === '' ? view : { ...view, typed: '5', amountFen: REFUND_FEN }),
  'refund-pin': (view) => ({ ...view, digits: view.note.kind === 'none' && view.question !== 'again' ? 0 : 4 }),
  summary: (view) => ({
    ...view,
    totals: view.totals === null ? null : dayTotals(),
    gateway: { kind: 'known', platforms: [], differences: [] },
  }),
  shift: (view) => ({
    ...view,
    totals: view.totals === null ? null : dayTotals(),
    since: '01-02 08:00',
    shift: 12,
  }),
  refused: (view, locale) => ({ ...view, detail: refusalDetail(view.reason, locale) }),
  upgrade: (view) =>
    view.upgrade?.phase === 'downloading' ? { ...view, upgrade: { ...view.upgrade, percent: 64 } } : view,
  journal: journalView,
  order: orderView,
};

function dailyView(view: ScreenView, locale: Locale): ScreenView {
  const daily = DAILY[view.name] as ((one: ScreenView, locale: Locale) => ScreenView) | undefined;
  return daily?.(view, locale) ?? view;
}

function journalView(view: Extract<FlowView, { name: 'journal' }>): FlowView {
  if (view.shows === 'list') {
    const rows = view.rows.length === 0 ? [] : ROWS.filter((row) => isListed(row, view.filter));
    return { ...view, rows, page: 1, hasMore: false };
  }
  const refund = view.row.kind === 'refund' ? SAMPLE_REFUND : null;
  const amountFen = view.row.kind === 'refund' ? REFUND_FEN : SALE_FEN;
  return { ...view, row: { ...view.row, time: '01-02 12:05', amountFen, order: SAMPLE_ORDER, refund } };
}

function orderView(view: Extract<ScreenView, { name: 'order' }>): ScreenView {
  const { state } = view.found;
  const refundedFen = state === 'fully-refunded' ? SALE_FEN : state === 'partly-refunded' ? REFUND_FEN : 0;
  const refunds =
    refundedFen === 0 ? [] : [{ refund: SAMPLE_REFUND, refundFen: refundedFen, state: 'refunded' } as const];
  const isRefundable = state === 'paid' || state === 'partly-refunded';
  const amounts = { refundedFen, refundableFen: SALE_FEN - refundedFen, gatewayRefundedFen: refundedFen };
  return { ...view, found: { ...view.found, ...amounts, refunds, isRefundable } };
}

/** A screen on which everything that can be wrong with the surroundings is wrong. */
function troubled(locale: Locale): ScreenView {
  const printer = 'out-of-paper';
  const troubles = {
    connected: false,
    printer,
    waitingSlips: 2,
    openOrders: 1,
    openRefunds: 1,
    clockWrong: true,
  } as const;
  return { name: 'idle', note: 'none', status: { ...quietStatus(locale), ...troubles } };
}

/**
 * Every kind of screen as a shop would see it, by the manual's name for it. Made from the samples that the tests draw, so
 * that a new screen is here by itself and the manual has to speak of it.
 */
export function plausibleViews(locale: Locale): ReadonlyMap<string, ScreenView> {
  const views = new Map<string, ScreenView>();
  for (const sample of everyView()) {
    const id = screenId(sample);
    if (!views.has(id)) views.set(id, dailyView(plausible(sample, locale) as ScreenView, locale));
  }
  return views.set('idle-troubled', troubled(locale));
}
