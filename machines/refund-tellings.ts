import { owedRefundTellings, unresolvedRefundTellings } from '../domain/ledger.ts';
import type { Fen } from '../domain/fen.ts';
import type { RefundOutcome } from '../domain/journal-record.ts';
import type { Platform } from '../domain/platform.ts';
import type { Sentence } from '../domain/sentence.ts';
import type { Voice } from '../domain/voice/voice.ts';
import type { QueuedAnnouncement } from './announcer.machine.ts';
import type { QueuedPrintJob } from './print-spooler.machine.ts';
import type { RefundReport } from './refund-order.ts';
import type { OwedRefundTelling, OwedTelling, TerminalContext } from './terminal-orders.ts';
import { inThisLife } from './terminal-tellings.ts';
import { voiceIn } from './terminal-voice.ts';

type Progress = Extract<RefundReport, { type: 'refund.progress' }>;
type Accepted = Extract<RefundReport, { type: 'refund.accepted' }>;
type Settled = Extract<RefundReport, { type: 'refund.settled' }>;

/** One refund, and the journal's name of what is told of it. */
interface Telling {
  readonly telling: string;
  readonly order: string;
  readonly refund: string;
}

const announcement = ({ telling, order, refund }: Telling, sentence: Sentence): QueuedAnnouncement => ({
  job: telling,
  sentence,
  order,
  refund,
  priority: 'result',
  durable: true,
});

/** A slip that an earlier life may have printed gets a new id and a mark that says so (M7). */
function slipJob(context: TerminalContext, { telling, order, refund }: Telling, isRecovered: boolean): QueuedPrintJob {
  const job: QueuedPrintJob = { id: telling, kind: 'refund', of: 'refund', order, refund, telling, mark: null };
  return isRecovered ? inThisLife(context, job) : job;
}

function sentenceOf(voice: Voice, outcome: RefundOutcome | 'unresolved', platform: Platform, refundFen: Fen): Sentence {
  switch (outcome) {
    case 'unresolved':
      return voice.refundUnknown(platform, refundFen);
    case 'accepted':
      return voice.refundAccepted(platform, refundFen);
    case 'refunded':
      return voice.refunded(platform, refundFen);
    case 'manual':
      return voice.refundManual(platform, refundFen);
    case 'failed':
    case 'rejected':
    case 'not-sent':
      return voice.refundFailed(platform, refundFen);
  }
}

const outcomeOf = (report: Accepted | Settled): RefundOutcome =>
  report.type === 'refund.accepted' ? 'accepted' : report.verdict.outcome;

/** Accepted, or at its end: the platform and the amount, never just "success" (C7). */
export function refundAnnouncements(context: TerminalContext, report: Accepted | Settled): QueuedAnnouncement[] {
  const { order, refund, platform, refundFen } = report;
  const outcome = outcomeOf(report);
  const { voice: telling } = owedRefundTellings(refund, outcome);
  return [announcement({ telling, order, refund }, sentenceOf(voiceIn(context), outcome, platform, refundFen))];
}

/** The slip of an accepted or ended refund; none where that outcome is not told on paper. */
export function refundSlipJobs(context: TerminalContext, report: Accepted | Settled): QueuedPrintJob[] {
  const { order, refund } = report;
  const { slip: telling } = owedRefundTellings(refund, outcomeOf(report));
  return telling === null ? [] : [slipJob(context, { telling, order, refund }, report.recovered)];
}

/** What the voice says when a refund's result stays unknown, unless an earlier life said it already (M7). */
export function unknownRefundAnnouncements(context: TerminalContext, report: Progress): QueuedAnnouncement[] {
  if (report.unresolvedTold.voice) return [];
  const { order, refund, platform, refundFen } = report;
  const telling = unresolvedRefundTellings(refund).voice;
  return [announcement({ telling, order, refund }, voiceIn(context).refundUnknown(platform, refundFen))];
}

/** The slip of a refund whose result stays unknown, unless an earlier life printed it already (M7). */
export function unknownRefundSlipJobs(context: TerminalContext, report: Progress): QueuedPrintJob[] {
  if (report.unresolvedTold.slip) return [];
  const { order, refund } = report;
  return [slipJob(context, { telling: unresolvedRefundTellings(refund).slip, order, refund }, report.recovered)];
}

/** What power was cut between: results of refunds that the journal holds, and no telling of them. */
export function owedRefundAnnouncements(context: TerminalContext): QueuedAnnouncement[] {
  const voice = voiceIn(context);
  return owedIn(context).flatMap(({ voice: telling, order, refund, outcome, platform, refundFen }) =>
    telling === null ? [] : [announcement({ telling, order, refund }, sentenceOf(voice, outcome, platform, refundFen))],
  );
}

/** What power was cut between: refunds that the journal holds a result of, and no slip. */
export function owedRefundSlipJobs(context: TerminalContext): QueuedPrintJob[] {
  return owedIn(context).flatMap(({ slip: telling, order, refund }) =>
    telling === null ? [] : [slipJob(context, { telling, order, refund }, true)],
  );
}

/** What crashed refunds owe. What others owe waits in the queues of the voice and the paper. */
export function withOwedOfCrashedRefunds(context: TerminalContext, owed: readonly OwedTelling[]): TerminalContext {
  const { recovered, crashedRefunds } = context;
  if (recovered === null) return context;
  const ofCrashed = owed.filter(
    ({ refund, order, outcome }) =>
      refund !== null &&
      outcome !== 'unresolved' &&
      crashedRefunds.some((crashed) => (crashed.refund === '' ? crashed.order === order : crashed.refund === refund)),
  );
  return { ...context, recovered: { ...recovered, owed: ofCrashed, afterPowerCut: false } };
}

/** What the crashed refund on the screen did not tell it; null when there is none. */
export function reportOfCrashedRefund(
  context: TerminalContext,
  owed: readonly OwedTelling[],
): Accepted | Settled | null {
  const followed = context.crashedRefunds.find((crashed) => crashed.followed);
  const known = owed.find(({ refund }) => refund !== null && refund === followed?.refund);
  if (known === undefined || known.refund === null || known.outcome === 'unresolved') return null;
  const { refund, order, orderFen, refundFen, platform, outcome } = known;
  const about = { slot: '', refund, order, orderFen, refundFen, platform, recovered: true };
  if (outcome === 'accepted') return { type: 'refund.accepted', ...about };
  return { type: 'refund.settled', ...about, verdict: { outcome, reason: '' } };
}

function owedIn(context: TerminalContext): readonly OwedRefundTelling[] {
  const owed = context.recovered?.owed ?? [];
  return owed.filter((telling): telling is OwedRefundTelling => telling.refund !== null);
}
