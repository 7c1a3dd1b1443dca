import type { Told } from '../domain/journal-record.ts';
import type { Ledger, LedgerOrder, LedgerRefund } from '../domain/ledger.ts';
import type { Announcement, Locale, Sentence } from '../domain/sentence.ts';
import { voiceFor, type Voice } from '../domain/voice/voice.ts';
import type { QueuedPrintJob } from '../machines/print-spooler.machine.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** As many as the replay key walks back through. */
const REPLAYED_MAX = 10;
const TAIL_ENTRIES = 256;

/** What was said and printed before this start, so that the replay and the reprint key go on where they were. */
export interface ToldBefore {
  /** Newest first. */
  readonly voices: readonly Announcement[];
  readonly lastSlip: QueuedPrintJob | null;
}

/** What the journal's tail says was told, in the words of this language. */
export function toldBefore({ parts, journal }: Pick<PaymentDesk, 'parts' | 'journal'>, locale: Locale): ToldBefore {
  const voice = voiceFor(locale, parts.utcOffsetMinutes);
  const told = journal.tail(TAIL_ENTRIES).filter((entry): entry is Told & typeof entry => entry.type === 'TOLD');
  const newestFirst = told.toReversed();
  const voices = newestFirst.flatMap((entry): Announcement[] => {
    const sentence = entry.channel === 'voice' ? sentenceOf(entry, journal.ledger, voice) : null;
    return sentence === null ? [] : [{ job: entry.job, sentence, order: entry.order, refund: entry.refund }];
  });
  const slip = newestFirst.find(({ channel, dropped }) => channel === 'slip' && dropped !== true);
  return { voices: voices.slice(0, REPLAYED_MAX), lastSlip: slip === undefined ? null : slipOf(slip) };
}

/** Null: nothing is known any more of what it was about. */
function sentenceOf({ job, order, refund }: Told, ledger: Ledger, voice: Voice): Sentence | null {
  if (refund !== null) {
    const known = ledger.refund(refund);
    return known === undefined ? null : sentenceOfRefund(job.slice(refund.length + 1), known, voice);
  }
  const known = order === null ? undefined : ledger.order(order);
  return known === undefined || order === null ? null : sentenceOfOrder(job.slice(order.length + 1), known, voice);
}

function sentenceOfOrder(what: string, { intent, result }: LedgerOrder, voice: Voice): Sentence | null {
  const { platform, amountFen } = intent;
  if (what === 'unknown-voice') return voice.unresolved();
  if (result === null) return null;
  if (what === 'paid-voice') return voice.paid(platform, amountFen, result.late ? 'late' : 'now', result.paidAtMs);
  if (what !== 'failed-voice') return null;
  if (result.late || result.outcome === 'denied') return voice.notPaid(amountFen, 'late');
  return voice.failed(result.outcome === 'not-sent' ? 'not-sent' : 'refused', amountFen);
}

function sentenceOfRefund(what: string, { intent }: LedgerRefund, voice: Voice): Sentence | null {
  const { platform, refundFen } = intent;
  switch (what) {
    case 'accepted-voice':
      return voice.refundAccepted(platform, refundFen);
    case 'refunded-voice':
      return voice.refunded(platform, refundFen);
    case 'manual-voice':
      return voice.refundManual(platform, refundFen);
    case 'failed-voice':
      return voice.refundFailed(platform, refundFen);
    case 'unknown-voice':
      return voice.refundUnknown(platform, refundFen);
    default:
      return null;
  }
}

/** The slip as it was asked for; it is composed from the journal when it is printed again. */
function slipOf({ job, order, refund }: Told): QueuedPrintJob | null {
  const telling = job.replace(/-merchant$/, '');
  const about = { id: telling, order, refund, telling, mark: null };
  const shift = /^shift-(\d+)-slip$/.exec(telling)?.[1];
  if (shift !== undefined) {
    return { ...about, kind: 'shift', of: 'shift', report: { kind: 'shift', shift: Number(shift) } };
  }
  if (refund !== null) return { ...about, kind: 'refund', of: 'refund' };
  if (telling.endsWith('-paid-slip')) return { ...about, kind: 'payment', of: 'payment' };
  return telling.endsWith('-unknown-slip') ? { ...about, kind: 'unknown', of: 'unknown' } : null;
}
