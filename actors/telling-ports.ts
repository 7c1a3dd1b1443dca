import { fromPromise } from 'xstate';
import type { Told } from '../domain/journal-record.ts';
import type { Announcement, Locale } from '../domain/sentence.ts';
import type { QueuedPrintJob } from '../machines/print-spooler.machine.ts';
import { composeSlip, type SlipSources } from './slip-composer.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';
import { ToldWithoutRecord } from './told-without-record.ts';

/** What the voice and the paper ask for, and the record that it was told (M7). */
export function tellingPorts(
  parts: TerminalParts,
  journal: TerminalJournal,
  locale: Locale,
  foundElsewhere: SlipSources['foundElsewhere'],
) {
  const { speaker, printer } = parts.devices;
  const told = new ToldWithoutRecord(journal);
  return {
    speak: fromPromise<void, { announcement: Announcement }>(async ({ input, signal }) => {
      // A payment that crashed after its result was heard is taken up again, and comes by here a second time.
      if (isTold(journal, input.announcement, input.announcement.job) || told.has(input.announcement.job)) return;
      await speaker.speak(input.announcement, signal);
    }),
    recordTold: fromPromise<void, { announcement: Announcement }>(({ input }) => {
      const { job, order, refund } = input.announcement;
      told.record({ type: 'TOLD', job, channel: 'voice', order, refund });
      return Promise.resolve();
    }),
    /** The journal is open again: what was told meanwhile is written down. */
    recordMissed: () => told.recordMissed(),
    printSlip: fromPromise<void, { job: QueuedPrintJob }>(async ({ input, signal }) => {
      const { telling } = input.job;
      // The merchant's copy may be out although the slip as a whole is still owed: never twice by itself.
      if (telling !== null && (isTold(journal, input.job, telling) || told.has(telling))) return;
      await printer.print(await composeSlip(parts, journal, locale, input.job, { signal, foundElsewhere }), signal);
    }),
    recordDropped: (jobs: readonly QueuedPrintJob[]): void => {
      const dropped = jobs.flatMap(({ telling, order, refund }): Told[] =>
        telling === null ? [] : [{ type: 'TOLD', job: telling, channel: 'slip', order, refund, dropped: true }],
      );
      parts.log.warn({ slips: jobs.map(({ id }) => id) }, 'slips that waited too long for the printer were let go');
      try {
        journal.record(dropped, { flush: false });
      } catch {
        // The supervisor was told that the storage failed; after the next start they wait for the printer again.
      }
    },
    recordPrinted: fromPromise<void, { job: QueuedPrintJob }>(({ input }) => {
      const { telling, order, refund } = input.job;
      if (telling !== null) told.record({ type: 'TOLD', job: telling, channel: 'slip', order, refund });
      return Promise.resolve();
    }),
  };
}

function isTold(
  { ledger }: TerminalJournal,
  { order, refund }: { readonly order: string | null; readonly refund: string | null },
  job: string,
): boolean {
  if (order === null) return false;
  const known = refund === null ? ledger.order(order) : ledger.refund(refund);
  return known?.told.has(job) === true;
}
