import type { Fen } from '../fen.ts';
import type { Closing } from '../order-life.ts';
import type { Screen } from '../screen.ts';
import type { Locale } from '../sentence.ts';
import { EN } from './en.ts';
import { FLOW_PAINTERS } from './flow-painters.ts';
import { REFUND_PAINTERS } from './refund-screens.ts';
import type { ScreenView, TerminalStatus } from './screen-view.ts';
import type { ScreenWords } from './screen-words.ts';
import { ZH_CN } from './zh-cn.ts';

const WORDS: Readonly<Record<Locale, ScreenWords>> = { 'zh-CN': ZH_CN, en: EN };

interface Shown {
  readonly lines: readonly string[];
  readonly order?: string;
  readonly amountFen?: Fen | null;
  readonly qr?: string;
  readonly closesAtMs?: number;
}

/** A view in words. Empty lines are left out; an order without a number yet is shown as none. */
export function screenOf(view: ScreenView, locale: Locale): Screen {
  const shown = shownOf(view, WORDS[locale]);
  return {
    name: view.name,
    lines: shown.lines.filter((line) => line !== ''),
    order: shown.order === undefined || shown.order === '' ? null : shown.order,
    amountFen: shown.amountFen ?? null,
    ...(shown.qr === undefined ? {} : { qr: shown.qr }),
    ...(shown.closesAtMs === undefined ? {} : { closesAtMs: shown.closesAtMs }),
  };
}

type ViewNamed<Name extends ScreenView['name']> = Extract<ScreenView, { readonly name: Name }>;
type Painters = { readonly [Name in ScreenView['name']]: (view: ViewNamed<Name>, words: ScreenWords) => Shown };

/** One painter a screen. */
const PAINTERS: Painters = {
  ...FLOW_PAINTERS,
  ...REFUND_PAINTERS,
  unconfigured: (view, words) => ({ lines: [...words.unconfigured, words.notes[view.note]] }),
  configuring: (_, words) => ({ lines: words.configuring }),
  configured: (view, words) => ({ lines: words.configured(view.shopName) }),
  'config-failed': (view, words) => ({
    lines: [
      words.configFailed,
      words.configTrouble[view.trouble] ?? view.trouble,
      view.description,
      view.keepsOld ? words.configKept : '',
      words.flows.support.hint,
    ],
  }),
  idle: (view, words) => ({ lines: [words.idle, words.notes[view.note], ...statusLines(view.status, words)] }),
  amount: (view, words) => ({
    lines: [words.idle, `¥${view.typed === '' ? '0' : view.typed}`, words.notes[view.note] || words.amountHint],
  }),
  'present-code': (view, words) => ({
    lines: [words.presentCode, words.yuan(view.amountFen), words.notes[view.note]],
    amountFen: view.amountFen,
  }),
  paying: orderShown,
  password: orderShown,
  paid: orderShown,
  failed: orderShown,
  unknown: orderShown,
  refused: (view, words) => ({ lines: words.refused[view.reason](view.detail), amountFen: view.amountFen }),
  confirm: (view, words) => ({
    lines:
      view.question === 'same-amount'
        ? withAmount(words.confirmSameAmount(view.order), words.yuan(view.amountFen))
        : [...words.refund.confirmUnverified, words.orderNumber(view.order)],
    order: view.order,
    amountFen: view.amountFen,
  }),
  menu: (view, words) => ({
    lines: [
      words.menuTitle,
      ...view.items.map(
        ({ item, digit }, index) => `${index === view.selected ? '▶' : '　'}${digit} ${words.menu[item]}`,
      ),
    ],
  }),
  'domain-check': (view, words) => ({ lines: domainLines(view, words) }),
};

function shownOf<Name extends ScreenView['name']>(view: ViewNamed<Name>, words: ScreenWords): Shown {
  // A view's name picks the painter of that very name, which TypeScript cannot follow through the table.
  const painter = PAINTERS[view.name] as (view: ViewNamed<Name>, words: ScreenWords) => Shown;
  return painter(view, words);
}

type OrderView = Extract<ScreenView, { name: 'paying' | 'password' | 'paid' | 'failed' | 'unknown' }>;

function orderShown(view: OrderView, words: ScreenWords): Shown {
  const shown = { lines: orderLines(view, words), order: view.order, amountFen: view.amountFen };
  return 'closes' in view && view.closes !== undefined ? { ...shown, closesAtMs: view.closes.atMs } : shown;
}

function orderLines(view: OrderView, words: ScreenWords): readonly string[] {
  const amount = words.yuan(view.amountFen);
  const number = view.order === '' ? '' : words.orderNumber(view.order);
  switch (view.name) {
    case 'paying':
      return [words.paying, amount, words.platform(view.platform), closingLine(view, words), number];
    case 'password':
      return [words.password, amount, words.platform(view.platform), closingLine(view, words), number];
    case 'paid':
      return [words.paid(view.platform), amount, view.late ? words.paidLate : '', number];
    case 'failed':
      return [
        words.failed,
        amount,
        view.outcome === 'paid' ? '' : words.outcome[view.outcome],
        view.reason,
        number,
        words.flows.support.hint,
      ];
    case 'unknown':
      return [
        words.unknown,
        amount,
        words.unknownHelp,
        words.unknownWarning,
        closingLine(view, words),
        number,
        words.flows.support.hint,
      ];
  }
}

const closingLine = ({ closes }: { readonly closes?: Closing }, words: ScreenWords): string =>
  closes === undefined ? '' : words.closes(closes.wall);

function statusLines(status: TerminalStatus, words: ScreenWords): readonly string[] {
  return [
    status.storage === 'failed' ? words.storageFailed : '',
    status.trade === 'query-only' ? words.queryOnly : '',
    status.clockWrong === true ? words.clockWrong : '',
    status.shopName,
    status.staffId === null ? '' : words.staff(status.staffId),
    status.connected ? words.connection.up : words.connection.down,
    words.printer[status.printer],
    status.waitingSlips > 0 ? words.waitingSlips(status.waitingSlips) : '',
    status.openOrders > 0 ? words.openOrders(status.openOrders) : '',
    status.openRefunds > 0 ? words.openRefunds(status.openRefunds) : '',
    status.upgradeDue == null ? '' : words.upgradeDue(status.upgradeDue),
  ];
}

function domainLines(view: Extract<ScreenView, { name: 'domain-check' }>, words: ScreenWords): readonly string[] {
  const rows = view.rows.map((row) => {
    const latency = row.state === 'alive' && row.latencyMs !== null ? ` ${Math.round(row.latencyMs)} ms` : '';
    return `${hostOf(row.domain)} ${words.domainRow[row.state]}${latency}`;
  });
  const verdict = view.chosen === null ? words.domainNone : words.domainChosen(hostOf(view.chosen));
  return [words.domainCheck, ...rows, view.done ? verdict : ''];
}

/** The host (and port) of a domain's base URL, which is all that fits a small screen. */
function hostOf(domain: string): string {
  return domain.replace(/^https:\/\//, '');
}

/** The amount below the heading. */
function withAmount([heading = '', ...rest]: readonly string[], amount: string): readonly string[] {
  return [heading, amount, ...rest];
}
