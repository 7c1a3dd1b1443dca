import type { SlipCopies, SlipCopy, SlipKind } from '../domain/slip.ts';

/** Slips that a shop may want twice; a warning or a report is needed once. */
const COPIED = ['payment', 'refund'];

/** What of a queued job its copies depend on. */
interface CopiedJob {
  readonly id: string;
  readonly of: SlipKind;
  readonly telling: string | null;
  readonly copy?: SlipCopy;
}

/**
 * The slips to print for what is owed: each copy is a job with an id and a telling of its own. The merchant's copy goes first and the customer's,
 * which carries the telling that the journal waits for, last: once that is told, both are out, whatever was cut in between.
 * A reprint is one slip.
 */
export function inCopies<Job extends CopiedJob>(jobs: readonly Job[], copies: SlipCopies): readonly Job[] {
  return jobs.flatMap((job): Job[] => {
    if (!COPIED.includes(job.of)) return [job];
    if (copies !== 'both') return [{ ...job, copy: copies }];
    const last: Job = { ...job, copy: 'customer' };
    const { id, telling } = job;
    if (telling === null) return [last];
    return [{ ...job, id: `${id}-merchant`, telling: `${telling}-merchant`, copy: 'merchant' }, last];
  });
}
