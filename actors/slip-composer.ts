import type { Locale } from '../domain/sentence.ts';
import type { FoundOrder } from '../domain/found-order.ts';
import type { RefundOutcome } from '../domain/journal-record.ts';
import type { PrintJob, Slip } from '../domain/slip.ts';
import { paymentSlip } from '../domain/slips/payment-slip.ts';
import { refundSlip, type RefundSlipState } from '../domain/slips/refund-slip.ts';
import { unknownSlip } from '../domain/slips/unknown-slip.ts';
import type { SlipSetting } from '../domain/slips/slip-builder.ts';
import type { QueuedPrintJob } from '../machines/print-spooler.machine.ts';
import { reportSlip } from './report-slips.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';

/** What a slip may need beside the journal. */
export interface SlipSources {
  readonly signal: AbortSignal;
  /** An order of another terminal that was looked up here. */
  readonly foundElsewhere: (order: string) => FoundOrder | undefined;
}

/** Composes a slip from the journal at the moment it is printed. */
export async function composeSlip(
  parts: TerminalParts,
  journal: TerminalJournal,
  locale: Locale,
  job: QueuedPrintJob,
  { signal, foundElsewhere }: SlipSources,
): Promise<PrintJob> {
  const { id, order, refund, report } = job;
  if (report !== undefined) {
    return { id, slip: await reportSlip({ parts, journal, locale, signal }, report, job.mark), order, refund };
  }
  const elsewhere = order === null || refund !== null ? undefined : foundElsewhere(order);
  if (elsewhere !== undefined && journal.ledger.order(elsewhere.order) === undefined) {
    return { id, slip: foundSlip(parts, locale, job, elsewhere), order, refund };
  }
  if (order !== null) await journal.recall(order, refund, signal);
  const slip =
    refund === null ? slipOf(parts, journal, locale, job) : slipOfRefund(parts, journal, locale, job, refund);
  return { id, slip, order, refund };
}

function slipOf(parts: TerminalParts, journal: TerminalJournal, locale: Locale, job: QueuedPrintJob): Slip {
  const known = job.order === null ? undefined : journal.ledger.order(job.order);
  if (known === undefined) throw new Error(`the journal holds nothing to print for ${job.id}`);
  const setting = settingOf(parts, locale, known.intent);
  const { order, amountFen, platform } = known.intent;
  const about = { ...setting, platform, amountFen, order, mark: job.mark };
  switch (job.of) {
    case 'payment':
      return paymentSlip({
        ...about,
        copy: job.copy ?? 'customer',
        transactionId: known.result?.transactionId ?? null,
        atMs: known.result?.paidAtMs ?? known.result?.at ?? known.intent.at,
        late: known.result?.late ?? false,
      });
    case 'unknown':
      return unknownSlip({ ...about, atMs: known.intent.at });
    default:
      throw new Error(`no slip of kind ${job.of} is composed from an order`);
  }
}

/** What is true of the refund when it is printed: a slip that waited for paper tells no old state. */
function slipOfRefund(
  parts: TerminalParts,
  journal: TerminalJournal,
  locale: Locale,
  job: QueuedPrintJob,
  refund: string,
): Slip {
  const known = journal.ledger.refund(refund);
  if (known === undefined) throw new Error(`the journal holds nothing to print for ${job.id}`);
  const { order, orderFen, refundFen, platform, at } = known.intent;
  const about = {
    platform,
    refundFen,
    orderFen,
    order,
    refund,
    atMs: at,
    mark: job.mark,
    copy: job.copy ?? 'customer',
  } as const;
  return refundSlip({ ...settingOf(parts, locale, known.intent), ...about, state: slipStateOf(known.outcome) });
}

function slipStateOf(outcome: RefundOutcome | null): RefundSlipState {
  if (outcome === null) return 'unknown';
  return outcome === 'rejected' || outcome === 'not-sent' ? 'failed' : outcome;
}

/** The slip of another terminal's order, from what the gateway said of it. */
function foundSlip(parts: TerminalParts, locale: Locale, job: QueuedPrintJob, found: FoundOrder): Slip {
  const { order, amountFen, platform, transactionId } = found;
  const atMs = found.atMs ?? parts.clock.wallMs();
  const configuration = parts.settings.current().configuration;
  const setting = settingOf(parts, locale, { configuration: configuration?.id ?? '', staffId: null });
  const about = { ...setting, platform, amountFen, order, atMs, mark: job.mark };
  return job.of === 'unknown'
    ? unknownSlip(about)
    : paymentSlip({ ...about, copy: job.copy ?? 'customer', transactionId, late: false });
}

interface MadeBy {
  readonly configuration: string;
  readonly staffId: string | null;
}

function settingOf(parts: TerminalParts, locale: Locale, made: MadeBy): SlipSetting {
  const configuration = parts.settings.configuration(made.configuration);
  return {
    locale,
    utcOffsetMinutes: parts.utcOffsetMinutes,
    shopName: configuration?.shopName ?? '',
    deviceId: configuration?.deviceId ?? '',
    staffId: made.staffId,
  };
}
