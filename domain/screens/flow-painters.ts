import { codesOf, supportText } from '../support-facts.ts';
import type { Totals } from '../totals.ts';
import { sumOf } from '../totals.ts';
import type { FlowView, JournalRow, UpgradeShown } from './flow-view.ts';
import type { FlowWords } from './flow-words.ts';
import type { TerminalStatus } from './screen-view.ts';
import type { ScreenWords } from './screen-words.ts';

/** What a flow's view says. Empty lines are left out later. */
interface Shown {
  readonly lines: readonly string[];
  readonly order?: string;
  readonly amountFen?: number | null;
  readonly qr?: string;
}

type ViewNamed<Name extends FlowView['name']> = Extract<FlowView, { readonly name: Name }>;
type Painters = { readonly [Name in FlowView['name']]: (view: ViewNamed<Name>, words: ScreenWords) => Shown };

/** Staff lines on the screen; the slip has them all. */
const STAFF_LINES_MAX = 4;

/** One painter a screen of the flows. */
export const FLOW_PAINTERS: Painters = {
  journal: (view, { flows }) => (view.shows === 'list' ? listShown(view, flows) : entryShown(view, flows)),
  summary: (view, { flows }) => ({ lines: summaryLines(view, flows) }),
  staff: (view, { flows }) => ({ lines: staffLines(view, flows) }),
  shift: (view, { flows }) => ({ lines: shiftLines(view, flows) }),
  'self-test': (view, words) => ({ lines: selfTestLines(view, words) }),
  unbind: (view, { flows }) => ({ lines: unbindLines(view, flows) }),
  settings: (view, { flows: { settings } }) => ({
    lines: [
      settings.title,
      ...[settings.managerCode(view.managerCodeSet), settings.guidance(view.guided)].map(
        (row, at) => `${at === view.selected ? '▶' : '　'}${at + 1} ${row}`,
      ),
      view.failed ? settings.failed : '',
    ],
  }),
  upgrade: (view, { flows: { upgrade } }) => ({
    lines: [
      upgrade.title,
      upgrade.version(view.version),
      upgrade.slot(view.slot),
      ...upgradeLines(view.upgrade, upgrade),
    ],
  }),
  support: (view, { flows }) => ({ lines: supportLines(view, flows), qr: supportText(view.facts) }),
  'wifi-joining': (view, { flows }) => ({ lines: flows.wifi.joining(view.ssid) }),
  'wifi-joined': (view, { flows }) => ({ lines: flows.wifi.joined(view.ssid) }),
  'wifi-failed': (view, { flows: { wifi } }) => ({
    lines: [wifi.failed, view.ssid, wifi.trouble[view.trouble], wifi.backOn(view.backOn)],
  }),
};

function upgradeLines(shown: UpgradeShown | undefined, words: FlowWords['upgrade']): readonly string[] {
  if (shown === undefined || !(shown.fromServer || shown.fromMedia)) return words.noSource;
  const { phase, step } = shown;
  if (phase !== 'resting') return [words.phase[phase](shown), shown.mayWait ? words.later : ''];
  const ways = [shown.fromServer ? words.fromServer : '', shown.fromMedia ? words.fromMedia : ''];
  const isOver = step === null || step === 'offered' || step === 'staged' || step === 'switching' || step === 'trial';
  return [...(isOver ? [] : words.last[step](shown)), ...ways];
}

function rowLine(row: JournalRow, marked: boolean, words: FlowWords): string {
  const { journal } = words;
  const unresolved = row.state === 'unresolved' ? '?' : '';
  const failed = ['failed', 'not-sent', 'denied', 'rejected'].includes(row.state) ? '×' : '';
  const what = `${journal.kind[row.kind]}${unresolved}${failed}`;
  return `${marked ? '▶' : '　'}${row.time} ${what} ${words.yuan(row.amountFen)}`;
}

function listShown(view: Extract<FlowView, { shows: 'list' }>, words: FlowWords): Shown {
  const { journal } = words;
  const heading = `${journal.title} ${journal.filter[view.filter]}`;
  if (view.stage === 'reading') return { lines: [heading, words.reading] };
  if (view.stage === 'failed') return { lines: [heading, ...words.unreadable] };
  if (view.rows.length === 0) return { lines: [heading, journal.empty, journal.keys] };
  const page = view.page > 1 || view.hasMore ? ` ${journal.page(view.page)}` : '';
  const chosen = view.rows[view.selected];
  return {
    lines: [
      `${heading}${page}`,
      ...view.rows.map((row, at) => rowLine(row, at === view.selected, words)),
      journal.keys,
    ],
    ...(chosen === undefined ? {} : { order: chosen.order, amountFen: chosen.amountFen }),
  };
}

function entryShown({ row, slip }: Extract<FlowView, { shows: 'entry' }>, words: FlowWords): Shown {
  const { journal } = words;
  return {
    lines: [
      `${words.wallet[row.platform]} ${journal.state[row.kind][row.state] ?? row.state}`,
      words.yuan(row.amountFen),
      row.time,
      journal.order(row.order),
      row.refund === null ? '' : journal.refund(row.refund),
      row.staffId === null ? '' : journal.staff(row.staffId),
      row.reason,
      slip === 'none' ? journal.entryKeys : journal.slip[slip],
    ],
    order: row.order,
    amountFen: row.amountFen,
  };
}

function totalsLines(totals: Totals, words: FlowWords): string[] {
  const { totals: say, yuan } = words;
  const sum = sumOf(totals.platforms);
  const named = totals.staff.filter(({ staffId }) => staffId !== null || totals.staff.length > 1);
  const shown = named.slice(0, STAFF_LINES_MAX);
  return [
    ...totals.platforms.flatMap((one) => [
      say.paid(words.wallet[one.platform], one.paidCount, yuan(one.paidFen)),
      one.refundCount === 0 ? '' : say.refunded(words.wallet[one.platform], one.refundCount, yuan(one.refundFen)),
    ]),
    say.net(yuan(sum.paidFen - sum.refundFen)),
    ...shown.flatMap((one) => [
      one.paidCount === 0 ? '' : say.paid(say.staff(one.staffId), one.paidCount, yuan(one.paidFen)),
      one.refundCount === 0 ? '' : say.refunded(say.staff(one.staffId), one.refundCount, yuan(one.refundFen)),
    ]),
    named.length > shown.length ? say.moreStaff(named.length - shown.length) : '',
    totals.unresolvedCount === 0 ? '' : say.unresolved(totals.unresolvedCount, yuan(totals.unresolvedFen)),
  ];
}

function gatewayLines({ gateway }: ViewNamed<'summary'>, words: FlowWords): string[] {
  const { summary } = words;
  if (gateway.kind !== 'known') return [summary.gateway[gateway.kind]];
  if (gateway.differences.length === 0) return [summary.gateway.same];
  const lines = gateway.differences.map(({ platform, kind, count, fen }) =>
    summary.difference(platform, kind, count, words.yuan(fen)),
  );
  return [summary.differs, ...lines];
}

function summaryLines(view: ViewNamed<'summary'>, words: FlowWords): readonly string[] {
  const { summary } = words;
  const heading = `${summary.title} ${summary.span[view.span]}`;
  if (view.stage === 'failed') return [heading, ...words.unreadable];
  if (view.totals === null) return [heading, words.reading];
  const below = view.printed ? summary.printed : summary.keys;
  return [heading, ...totalsLines(view.totals, words), ...gatewayLines(view, words), below];
}

function staffLines(view: ViewNamed<'staff'>, { staff: words }: FlowWords): readonly string[] {
  const who = view.staffName === null ? (view.staffId ?? '') : `${view.staffId ?? ''} ${view.staffName}`;
  switch (view.stage) {
    case 'typing':
      return [words.title, words.current(view.staffId), view.typed === '' ? '' : `> ${view.typed}`, words.hint];
    case 'checking':
      return [words.title, view.typed, words.checking];
    case 'set':
      return words.set(who);
    case 'set-unchecked':
      return [...words.set(who), words.unchecked];
    case 'unknown-staff':
      return words.unknown(view.typed);
    case 'failed':
      return words.failed;
  }
}

function shiftLines(view: ViewNamed<'shift'>, words: FlowWords): readonly string[] {
  const { shift } = words;
  if (view.stage === 'failed') return shift.failed;
  if (view.totals === null) return [shift.title(view.shift), words.reading];
  const sums = [shift.since(view.since), ...totalsLines(view.totals, words)];
  switch (view.stage) {
    case 'closing':
      return [shift.title(view.shift), shift.closing];
    case 'closed':
      return [...shift.closed, shift.title(view.shift), ...sums];
    case 'reading':
    case 'open':
      return [shift.title(view.shift), ...sums, shift.ask];
  }
}

function selfTestLines(view: ViewNamed<'self-test'>, screen: ScreenWords): readonly string[] {
  const words = screen.flows.selfTest;
  const rows = view.rows.map(({ check, of, state, detail }) => {
    // The printer's condition has the same words as on the idle screen.
    if (check === 'printer' && isPrinterCondition(detail)) return `${words.mark[state]} ${screen.printer[detail]}`;
    const told = detail === '' && state === 'listen' ? (words.hint[check] ?? '') : detail;
    return `${words.mark[state]} ${of === '' ? words.check[check] : of}${told === '' ? '' : ` ${told}`}`;
  });
  const facts = view.facts === null ? [] : words.facts(view.facts.sn, view.facts.version, view.facts.deviceId);
  const below = view.printed ? words.printed : view.done ? words.keys : '';
  return [words.title, ...rows, ...facts, below];
}

/** The newest call in full; the others are in the code and on paper. */
function supportLines({ facts, printed }: ViewNamed<'support'>, { support, journal }: FlowWords): readonly string[] {
  const last = facts.calls.at(-1);
  const told =
    last === undefined
      ? [support.nothing]
      : [
          `${last.operation} ${codesOf(last)}`,
          last.logId === null ? '' : `log_id ${last.logId}`,
          last.host,
          `${Math.round(last.connectMs)}+${Math.round(last.requestMs)} ms ${last.time}`,
        ];
  return [
    support.title,
    support.scan,
    ...told,
    facts.sn,
    facts.order === null ? '' : journal.order(facts.order),
    facts.refund === null ? '' : journal.refund(facts.refund),
    printed ? support.printed : support.keys,
  ];
}

function isPrinterCondition(detail: string): detail is TerminalStatus['printer'] {
  return detail === 'out-of-paper' || detail === 'cover-open' || detail === 'unplugged';
}

function unbindLines(view: ViewNamed<'unbind'>, words: FlowWords): readonly string[] {
  const { unbind } = words;
  switch (view.stage) {
    case 'reading':
      return [unbind.title, words.reading];
    case 'asking':
      return [unbind.title, ...unbind.ask(view.shopName)];
    case 'unbinding':
      return [unbind.title, unbind.unbinding];
    case 'unbound':
      return unbind.unbound;
    case 'refused':
      return view.trouble === null ? [unbind.title] : unbind.refused[view.trouble](view.open, view.description);
  }
}
