import { FLOWS_EN } from '../domain/screens/flow-words-en.ts';
import type { SelfCheckRow } from '../domain/screens/flow-view.ts';
import type { FlowWords } from '../domain/screens/flow-words.ts';
import { FLOWS_ZH_CN } from '../domain/screens/flow-words-zh-cn.ts';
import type { Locale } from '../domain/sentence.ts';
import type { Slip } from '../domain/slip.ts';
import { selfTestSlip } from '../domain/slips/self-test-slip.ts';
import type { SlipMark, SlipSetting } from '../domain/slips/slip-builder.ts';
import { supportSlip } from '../domain/slips/support-slip.ts';
import { shiftSlip, summarySlip } from '../domain/slips/totals-slip.ts';
import type { ReportOnPaper } from '../machines/print-spooler.machine.ts';
import { readShift } from './shift-book.ts';
import { sumSpan } from './takings.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';

const WORDS: Readonly<Record<Locale, FlowWords>> = { 'zh-CN': FLOWS_ZH_CN, en: FLOWS_EN };

/** What reports are summed up from, in which language, and what ends the summing. */
export interface ReportDesk {
  readonly parts: TerminalParts;
  readonly journal: TerminalJournal;
  readonly locale: Locale;
  readonly signal: AbortSignal;
}

/**
 * A report, summed up from the journal at the moment it is printed.
 * @throws TerminalFailure `storage.*`
 */
export function reportSlip(desk: ReportDesk, report: ReportOnPaper, mark: SlipMark): Promise<Slip> {
  switch (report.kind) {
    case 'summary':
      return summaryReport(desk, report.fromMs, report.toMs, mark);
    case 'shift':
      return shiftReport(desk, report.shift, mark);
    case 'self-test':
      return Promise.resolve(selfTestReport(desk, report.checks));
    case 'support':
      return Promise.resolve(supportSlip({ ...settingOf(desk, staffIdOf(desk)), facts: report.facts, mark }));
  }
}

const staffIdOf = ({ parts }: ReportDesk): string | null => parts.settings.current().staff?.id ?? null;

function settingOf({ parts, locale }: ReportDesk, staffId: string | null): SlipSetting {
  const { configuration } = parts.settings.current();
  return {
    locale,
    utcOffsetMinutes: parts.utcOffsetMinutes,
    shopName: configuration?.shopName ?? '',
    deviceId: configuration?.deviceId ?? '',
    staffId,
  };
}

async function summaryReport(desk: ReportDesk, fromMs: number, toMs: number, mark: SlipMark): Promise<Slip> {
  const { parts, journal, signal } = desk;
  const nowMs = parts.clock.wallMs();
  const totals = await sumSpan({ journal, clock: parts.clock, signal }, { fromMs, toMs });
  return summarySlip({
    ...settingOf(desk, staffIdOf(desk)),
    fromMs,
    toMs: Math.min(toMs, Math.max(fromMs, nowMs)),
    printedAtMs: nowMs,
    totals: totals.platforms,
    staffTotals: totals.staff,
    unresolvedCount: totals.unresolvedCount,
    unresolvedFen: totals.unresolvedFen,
    mark,
  });
}

async function shiftReport(desk: ReportDesk, shift: number, mark: SlipMark): Promise<Slip> {
  const { parts, journal, signal } = desk;
  const record = await readShift({ journal, clock: parts.clock, signal }, shift);
  if (record === null) throw new Error(`the journal does not reach back to shift ${shift}`);
  const { totals, fromMs, toMs, staffId } = record;
  const nowMs = parts.clock.wallMs();
  return shiftSlip({
    ...settingOf(desk, staffId),
    shift,
    fromMs,
    toMs: toMs ?? nowMs,
    printedAtMs: nowMs,
    totals: totals.platforms,
    staffTotals: totals.staff,
    unresolvedCount: totals.unresolvedCount,
    unresolvedFen: totals.unresolvedFen,
    mark,
  });
}

function selfTestReport(desk: ReportDesk, checks: readonly SelfCheckRow[]): Slip {
  const { parts, locale } = desk;
  const words = WORDS[locale].selfTest;
  const judged = (state: SelfCheckRow['state']): boolean | null =>
    state === 'ok' ? true : state === 'faulty' ? false : null;
  return selfTestSlip({
    ...settingOf(desk, staffIdOf(desk)),
    sn: parts.config.sn,
    version: parts.version,
    atMs: parts.clock.wallMs(),
    checks: checks.map(({ check, of, state, detail }) => ({
      name: of === '' ? words.check[check] : `${words.check[check]} ${of}`,
      ok: judged(state),
      detail,
    })),
  });
}
