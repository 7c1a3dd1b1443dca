import { unresolvedTellings } from '../domain/ledger.ts';
import type { Sentence } from '../domain/sentence.ts';
import { voiceFor, type Told } from '../domain/voice/voice.ts';
import type { QueuedAnnouncement } from './announcer.machine.ts';
import type { PaymentReport } from './payment-order.ts';
import type { QueuedPrintJob } from './print-spooler.machine.ts';
import type { TerminalContext } from './terminal-orders.ts';

type Settled = Extract<PaymentReport, { type: 'payment.settled' }>;
type Progress = Extract<PaymentReport, { type: 'payment.progress' }>;

const voiceIn = (context: TerminalContext) => voiceFor(context.locale, context.utcOffsetMinutes);

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

export function verdictAnnouncement(context: TerminalContext, report: Settled): QueuedAnnouncement {
  const { order, verdict, amountFen, platform } = report;
  const voice = voiceIn(context);
  const when = toldWhen(context, report);
  if (verdict.outcome === 'paid') {
    return result(`${order}-paid-voice`, voice.paid(platform, amountFen, when, verdict.paidAtMs), order);
  }
  const sentence =
    when === 'now'
      ? voice.failed(verdict.outcome === 'not-sent' ? 'not-sent' : 'refused')
      : voice.notPaid(amountFen, when);
  return result(`${order}-failed-voice`, sentence, order);
}

export function unresolvedAnnouncement(context: TerminalContext, report: Progress): QueuedAnnouncement {
  return result(unresolvedTellings(report.order).voice, voiceIn(context).unresolved(), report.order);
}

/** What power was cut between: results that the journal holds, and no telling of them. */
export function owedAnnouncements(context: TerminalContext): QueuedAnnouncement[] {
  const { recovered } = context;
  if (recovered === null) return [];
  const when = recovered.afterPowerCut ? 'after-power-cut' : 'late';
  const voice = voiceIn(context);
  return recovered.owed.flatMap((owed) => {
    if (owed.voice === null) return [];
    const sentence =
      owed.outcome === 'paid'
        ? voice.paid(owed.platform, owed.amountFen, when, owed.paidAtMs)
        : voice.notPaid(owed.amountFen, when);
    return [result(owed.voice, sentence, owed.order)];
  });
}

/** Guidance that only matters now: not journalled, and silenced by any result. */
export function prompt(context: TerminalContext, sentence: Sentence): QueuedAnnouncement {
  return { job: `prompt-${context.prompts}`, sentence, order: null, refund: null, priority: 'prompt', durable: false };
}

export function paymentSlipJob(order: string): QueuedPrintJob {
  const telling = `${order}-paid-slip`;
  return { id: telling, kind: 'payment', of: 'payment', order, refund: null, telling, mark: null };
}

export function unresolvedSlipJob(order: string): QueuedPrintJob {
  const telling = unresolvedTellings(order).slip;
  return { id: telling, kind: 'unknown', of: 'unknown', order, refund: null, telling, mark: null };
}

/** The slip may already lie on the counter: a new id, and a mark that says so (M7). */
export function owedSlipJobs(context: TerminalContext): QueuedPrintJob[] {
  const { recovered } = context;
  if (recovered === null) return [];
  return recovered.owed
    .filter((owed) => owed.slip !== null)
    .map((owed) => paymentSlipJob(owed.order))
    .map((job) => ({ ...job, id: `${job.id}-life${recovered.boot}`, mark: 'after-power-cut' as const }));
}

export function reprintJobs(context: TerminalContext): QueuedPrintJob[] {
  const { lastSlip, recovered, reprints } = context;
  if (lastSlip === null) return [];
  const id = `reprint-${recovered?.boot ?? 0}-${reprints}`;
  return [{ ...lastSlip, id, kind: 'reprint', telling: null, mark: 'reprint' }];
}
