import { unresolvedTellings } from '../domain/ledger.ts';
import type { Sentence } from '../domain/sentence.ts';
import type { Told } from '../domain/voice/voice.ts';
import type { QueuedAnnouncement } from './announcer.machine.ts';
import type { PaymentReport } from './payment-order.ts';
import type { QueuedPrintJob } from './print-spooler.machine.ts';
import type { OwedTelling, TerminalContext } from './terminal-orders.ts';
import { voiceIn } from './terminal-voice.ts';

type Settled = Extract<PaymentReport, { type: 'payment.settled' }>;
type Progress = Extract<PaymentReport, { type: 'payment.progress' }>;

const result = (job: string, sentence: Sentence, order: string): QueuedAnnouncement => ({
  job,
  sentence,
  order,
  refund: null,
  priority: 'result',
  durable: true,
});

/** A verdict that the cashier watched arrive is told as it is; any other says which payment it speaks of. */
function toldWhen(context: TerminalContext, report: Settled): Told {
  if (report.recovered) return context.recovered?.afterPowerCut === true ? 'after-power-cut' : 'late';
  return report.verdict.late || context.followed !== report.slot ? 'late' : 'now';
}

/** What the voice says of a verdict: now, or as news of an earlier order when the cashier has gone on. */
export function verdictAnnouncement(context: TerminalContext, report: Settled): QueuedAnnouncement {
  const { order, verdict, amountFen, platform } = report;
  const voice = voiceIn(context);
  const when = toldWhen(context, report);
  if (verdict.outcome === 'paid') {
    return result(`${order}-paid-voice`, voice.paid(platform, amountFen, when, verdict.paidAtMs), order);
  }
  const sentence =
    when === 'now'
      ? voice.failed(verdict.outcome === 'not-sent' ? 'not-sent' : 'refused', amountFen)
      : voice.notPaid(amountFen, when);
  return result(`${order}-failed-voice`, sentence, order);
}

/** What the voice says when the window is over and the result unknown, unless an earlier life said it already (M7). */
export function unresolvedAnnouncements(context: TerminalContext, report: Progress): QueuedAnnouncement[] {
  if (report.unresolvedTold.voice) return [];
  return [result(unresolvedTellings(report.order).voice, voiceIn(context).unresolved(), report.order)];
}

/** What power was cut between: results that the journal holds, and no telling of them. */
export function owedAnnouncements(context: TerminalContext): QueuedAnnouncement[] {
  const { recovered } = context;
  if (recovered === null) return [];
  const when = recovered.afterPowerCut ? 'after-power-cut' : 'late';
  const voice = voiceIn(context);
  return recovered.owed.flatMap((owed) => {
    if (owed.refund !== null || owed.voice === null) return [];
    if (owed.outcome === 'unresolved') return [result(owed.voice, voice.unresolved(), owed.order)];
    const sentence =
      owed.outcome === 'paid'
        ? voice.paid(owed.platform, owed.amountFen, when, owed.paidAtMs)
        : voice.notPaid(owed.amountFen, when);
    return [result(owed.voice, sentence, owed.order)];
  });
}

/** What is open is told as unknown only when its own chart has found that its window is over. */
export function owedNow(context: TerminalContext, owed: readonly OwedTelling[]): readonly OwedTelling[] {
  const unresolved = new Set(
    [...Object.values(context.slots), ...Object.values(context.refundSlots)].flatMap((slot) => {
      if (slot?.phase !== 'unresolved') return [];
      return ['refund' in slot ? slot.refund : slot.order];
    }),
  );
  return owed.filter(
    ({ outcome, order, refund }) => outcome !== 'unresolved' || unresolved.has(refund === null ? order : refund),
  );
}

/** What crashed payments owe. What others owe waits in the queues of the voice and the paper. */
export function withOwedOfCrashed(context: TerminalContext, owed: readonly OwedTelling[]): TerminalContext {
  const { recovered, crashed } = context;
  if (recovered === null) return context;
  const ofCrashed = owed.filter(
    ({ refund, outcome, order }) =>
      refund === null && outcome !== 'unresolved' && crashed.some((payment) => payment.order === order),
  );
  return { ...context, recovered: { ...recovered, owed: ofCrashed, afterPowerCut: false } };
}

/** The verdict that the crashed payment on the screen did not tell; null when there is none. */
export function settledOfCrashed(context: TerminalContext, owed: readonly OwedTelling[]): Settled | null {
  const followed = context.crashed.find((payment) => payment.followed)?.order ?? null;
  const known = owed.find(({ refund, order }) => refund === null && order === followed);
  if (known === undefined || known.refund !== null || known.outcome === 'unresolved') return null;
  const { order, platform, amountFen, outcome, paidAtMs } = known;
  const verdict = { outcome, reason: '', transactionId: null, paidAtMs, late: false };
  return { type: 'payment.settled', slot: '', order, platform, amountFen, verdict, recovered: true };
}

/** Guidance that only matters now: not journalled, and silenced by any result. */
export function prompt(context: TerminalContext, sentence: Sentence, order: string | null = null): QueuedAnnouncement {
  return { job: `prompt-${context.prompts}`, sentence, order, refund: null, priority: 'prompt', durable: false };
}

/** A slip that may already lie on the counter: a new id, and a mark that says so (M7). */
export function inThisLife(context: TerminalContext, job: QueuedPrintJob): QueuedPrintJob {
  const { boot = 0, afterPowerCut = false, rereads = 0 } = context.recovered ?? {};
  return {
    ...job,
    id: `${job.id}-life${boot}${rereads === 0 ? '' : `.${rereads}`}`,
    mark: afterPowerCut ? 'after-power-cut' : null,
  };
}

function orderSlipJob(order: string, kind: 'payment' | 'unknown', telling: string): QueuedPrintJob {
  return { id: telling, kind, of: kind, order, refund: null, telling, mark: null };
}

const paidSlipJob = (order: string): QueuedPrintJob => orderSlipJob(order, 'payment', `${order}-paid-slip`);

/** The slip of a paid order. */
export function paymentSlipJob(context: TerminalContext, report: Settled): QueuedPrintJob {
  const job = paidSlipJob(report.order);
  // An earlier life may have printed it and failed to record either the result or the slip.
  return report.recovered ? inThisLife(context, job) : job;
}

/** The slip of an unknown result. */
export function unresolvedSlipJob(context: TerminalContext, report: Progress): QueuedPrintJob {
  const job = orderSlipJob(report.order, 'unknown', unresolvedTellings(report.order).slip);
  return report.recovered ? inThisLife(context, job) : job;
}

/** The slip of an unknown result, unless an earlier life printed it already (M7). */
export function unresolvedSlipJobs(context: TerminalContext, report: Progress): QueuedPrintJob[] {
  return report.unresolvedTold.slip ? [] : [unresolvedSlipJob(context, report)];
}

/** What power was cut between: payments that the journal holds a result of, and no slip. */
export function owedSlipJobs(context: TerminalContext): QueuedPrintJob[] {
  const owed = context.recovered?.owed ?? [];
  return owed
    .filter(({ refund, slip }) => refund === null && slip !== null)
    .map(({ order, outcome }) =>
      inThisLife(
        context,
        outcome === 'unresolved' ? orderSlipJob(order, 'unknown', unresolvedTellings(order).slip) : paidSlipJob(order),
      ),
    );
}

/** The last slip once more, marked as a reprint and with an id of its own; none when nothing was printed yet. */
export function reprintJobs(context: TerminalContext): QueuedPrintJob[] {
  const { lastSlip, recovered, reprints } = context;
  if (lastSlip === null) return [];
  const id = `reprint-${recovered?.boot ?? 0}-${reprints}`;
  return [{ ...lastSlip, id, kind: 'reprint', telling: null, mark: 'reprint' }];
}
