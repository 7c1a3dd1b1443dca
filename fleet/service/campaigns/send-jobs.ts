import { sendDown, type Downlink } from '../ingest/downlink.ts';
import type { DueJob } from './campaign-jobs.ts';

/** Tells terminals of their jobs. One that is away asks at its next birth, so nothing depends on it. */
export function sendJobs(downlink: Downlink, due: readonly DueJob[]): void {
  for (const { tid, job, ver, doc } of due) sendDown(downlink, tid, 'dn/jb', { job, ver, ...(doc != null && { doc }) });
}
