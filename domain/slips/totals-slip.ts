import { yuanText, type Fen } from '../fen.ts';
import type { Platform } from '../platform.ts';
import type { Slip } from '../slip.ts';
import type { StaffTakings } from '../totals.ts';
import { SlipBuilder, type SlipMark, type SlipSetting } from './slip-builder.ts';
import { platformName, slipAmount } from './slip-words.ts';

/** What was taken and given back with one wallet in a span of time. */
export interface PlatformTotals {
  readonly platform: Platform;
  readonly paidCount: number;
  readonly paidFen: Fen;
  readonly refundCount: number;
  readonly refundFen: Fen;
}

/** What a slip of totals tells, of a span of time or of a shift. */
export interface TotalsSlipContent extends SlipSetting {
  /** Epoch ms, inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly printedAtMs: number;
  readonly totals: readonly PlatformTotals[];
  /** Payments whose result is not confirmed; they are in no total. */
  readonly unresolvedCount: number;
  readonly unresolvedFen: Fen;
  /** The number of the shift, where it is one. */
  readonly shift?: number;
  /** Of each clerk; one line each. */
  readonly staffTotals?: readonly StaffTakings[];
  readonly mark: SlipMark;
}

function totalsBlocks(slip: SlipBuilder, totals: Omit<PlatformTotals, 'platform'>): SlipBuilder {
  const { words } = slip;
  return slip
    .field(words.paidCount, String(totals.paidCount))
    .money(words.paidSum, totals.paidFen)
    .field(words.refundCount, String(totals.refundCount))
    .money(words.refundSum, totals.refundFen)
    .money(words.net, totals.paidFen - totals.refundFen);
}

/** Who took what; a shop that sets no staff needs no such part. */
function staffBlocks(slip: SlipBuilder, staff: readonly StaffTakings[]): void {
  const { words } = slip;
  if (staff.every(({ staffId }) => staffId === null)) return;
  slip.rule();
  for (const { staffId, paidCount, paidFen, refundCount, refundFen } of staff) {
    const amount = (fen: Fen): string => slipAmount(words, yuanText(fen));
    slip.text(`${words.staff} ${staffId ?? '-'}`, true);
    if (paidCount > 0) slip.field(`  ${words.paidSum} ×${paidCount}`, amount(paidFen));
    if (refundCount > 0) slip.field(`  ${words.refundSum} ×${refundCount}`, amount(refundFen));
  }
}

function totalsSlip(slip: SlipBuilder, title: string, content: TotalsSlipContent): SlipBuilder {
  const { words } = slip;
  slip
    .heading(title, content.mark)
    .surroundings(words.staff)
    .field(words.shift, content.shift === undefined ? null : String(content.shift))
    .time(words.from, content.fromMs)
    .time(words.to, content.toMs)
    .time(words.printedAt, content.printedAtMs)
    .rule();
  for (const totals of content.totals)
    totalsBlocks(slip.text(platformName(words, totals.platform), true), totals).rule();
  const sum = (pick: (totals: PlatformTotals) => number): number =>
    content.totals.reduce((total, totals) => total + pick(totals), 0);
  totalsBlocks(slip.text(words.total, true), {
    paidCount: sum((totals) => totals.paidCount),
    paidFen: sum((totals) => totals.paidFen),
    refundCount: sum((totals) => totals.refundCount),
    refundFen: sum((totals) => totals.refundFen),
  });
  staffBlocks(slip, content.staffTotals ?? []);
  if (content.unresolvedCount > 0) {
    slip
      .rule()
      .field(words.unresolvedCount, String(content.unresolvedCount))
      .money(words.unresolvedSum, content.unresolvedFen);
  }
  return slip;
}

/** The totals of a span of time. */
export function summarySlip(content: TotalsSlipContent): Slip {
  const slip = new SlipBuilder(content);
  return totalsSlip(slip, slip.words.summaryTitle, content).build('summary', content.mark);
}

/** The totals of one shift, with a line to sign. */
export function shiftSlip(content: TotalsSlipContent): Slip {
  const slip = new SlipBuilder(content);
  return totalsSlip(slip, slip.words.shiftTitle, content)
    .rule()
    .feed(1)
    .text(`${slip.words.signature}: ____________________`)
    .build('shift', content.mark);
}
