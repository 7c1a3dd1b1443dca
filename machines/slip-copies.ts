import type { SlipCopies } from '../domain/slip.ts';
import type { QueuedPrintJob } from './print-spooler.machine.ts';

/** Slips that a shop may want twice; a warning or a report is needed once. */
const COPIED = ['payment', 'refund'];

/**
 * The slips to print for what is owed: each copy is a job with an id and a telling of its own. The merchant's copy goes first and the customer's,
 * which carries the telling that the journal waits for, last: once that is told, both are out, whatever was cut in between.
 * A reprint is one slip.
 */
export function inCopies(jobs: readonly QueuedPrintJob[], copies: SlipCopies): readonly QueuedPrintJob[] {
  return jobs.flatMap((job): QueuedPrintJob[] => {
    if (!COPIED.includes(job.of)) return [job];
    if (copies !== 'both') return [{ ...job, copy: copies }];
    const last: QueuedPrintJob = { ...job, copy: 'customer' };
    const { id, telling } = job;
    if (telling === null) return [last];
    return [{ ...job, id: `${id}-merchant`, telling: `${telling}-merchant`, copy: 'merchant' }, last];
  });
}
