import type { Locale } from '../domain/sentence.ts';
import type { LedgerOrder } from '../domain/ledger.ts';
import type { PrintJob, Slip } from '../domain/slip.ts';
import { paymentSlip } from '../domain/slips/payment-slip.ts';
import { unknownSlip } from '../domain/slips/unknown-slip.ts';
import type { SlipSetting } from '../domain/slips/slip-builder.ts';
import type { QueuedPrintJob } from '../machines/print-spooler.machine.ts';
import { reportSlip } from './report-slips.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';

/** Composes a slip from the journal at the moment it is printed. */
export async function composeSlip(
  parts: TerminalParts,
  journal: TerminalJournal,
  locale: Locale,
  job: QueuedPrintJob,
  signal: AbortSignal,
): Promise<PrintJob> {
  const { id, order, refund, report } = job;
  if (report !== undefined) {
    return { id, slip: await reportSlip({ parts, journal, locale, signal }, report, job.mark), order, refund };
  }
  if (order !== null) await journal.recall(order, refund, signal);
  return { id, slip: slipOf(parts, journal, locale, job), order, refund };
}

function slipOf(parts: TerminalParts, journal: TerminalJournal, locale: Locale, job: QueuedPrintJob): Slip {
  const known = job.order === null ? undefined : journal.ledger.order(job.order);
  if (known === undefined) throw new Error(`the journal holds nothing to print for ${job.id}`);
  const setting = settingOf(parts, locale, known);
  const { order, amountFen, platform } = known.intent;
  const about = { ...setting, platform, amountFen, order, mark: job.mark };
  switch (job.of) {
    case 'payment':
      return paymentSlip({
        ...about,
        copy: 'customer',
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

function settingOf(parts: TerminalParts, locale: Locale, order: LedgerOrder): SlipSetting {
  const configuration = parts.settings.configuration(order.intent.configuration);
  return {
    locale,
    utcOffsetMinutes: parts.utcOffsetMinutes,
    shopName: configuration?.shopName ?? '',
    deviceId: configuration?.deviceId ?? '',
    staffId: order.intent.staffId,
  };
}
