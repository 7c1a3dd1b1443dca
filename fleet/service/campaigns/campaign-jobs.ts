import { sql } from 'kysely';
import type { Job } from '../../contract/jobs.ts';
import type { FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import type { Campaign } from './campaign-record.ts';

/** A job to send to a terminal; without a document it takes an earlier one back. */
export interface DueJob {
  readonly tid: string;
  readonly job: string;
  readonly ver: number;
  readonly doc: Job['doc'] | null;
}

/** The first version of a job's document; taking it back is the second. */
const OFFERED = 1;
const TAKEN_BACK = 2;
/** A terminal that did not answer is told again after this long. */
const ASK_AGAIN_MS = 30_000;

/** What the terminal is asked to do, within what the signed metadata allows. */
export function jobDocument({ version, sha256, plan: { target, terms } }: Campaign): NonNullable<Job['doc']> {
  const { window, notBeforeMs, deadlineMs, bytesPerSecond } = terms;
  return {
    ...{ target, version, sha256 },
    ...(bytesPerSecond !== null && { rate: bytesPerSecond }),
    ...(notBeforeMs !== null && { notBefore: notBeforeMs }),
    ...(deadlineMs !== null && { deadline: deadlineMs }),
    ...(window !== null && { window }),
  };
}

/** Offers the release to waiting members of the waves so far that are there: at most `room` of them. */
export async function offerJobs(
  trx: FleetTransaction,
  campaign: Campaign,
  room: number,
  nowMs: number,
): Promise<DueJob[]> {
  if (room <= 0) return [];
  const { id, wave } = campaign;
  const doc = jobDocument(campaign);
  const { rows: members } = await sql<{ tid: string; job: string }>`update campaign_members m set st = 'working',
      attempt = m.attempt + 1, job = ${id}::text || '-' || (m.attempt + 1), cause = null, reason = null, why = null, sent_ms = ${nowMs},
      asked_ms = ${nowMs}, online_ms = 0, retry_ms = null, ended_ms = null, boot_e = null, boot_s = null,
      baseline = null, health = null, changed_ms = ${nowMs}
    where m.campaign = ${id} and m.tid in (
      select w.tid from campaign_members w join terminals t on t.tid = w.tid
      where w.campaign = ${id} and w.wave <= ${wave} and w.st = 'waiting' and t.online
        and (w.retry_ms is null or w.retry_ms <= ${nowMs})
        and not exists (select 1 from campaign_members o where o.tid = w.tid and o.campaign <> ${id}
          and o.st in ('working', 'withdrawing'))
      order by w.place limit ${room})
    returning m.tid, m.job`.execute(trx);
  if (members.length === 0) return [];
  const rows = members.map(({ tid, job }) => ({ tid, job, ver: OFFERED, doc }));
  await sql`update jobs set st = 'superseded', changed_ms = ${nowMs}
    where tid = any(${members.map(({ tid }) => tid)}::text[])
      and st not in ('ok', 'failed', 'rolledback', 'rejected', 'superseded', 'withdrawn')`.execute(trx);
  await sql`insert into jobs (tid, job, ver, doc, changed_ms) select tid, job, ver, doc, ${nowMs}::bigint
    from ${records(rows, 'tid text, job text, ver bigint, doc jsonb')}`.execute(trx);
  await noteSteps(trx, rows, { st: 'offered', why: null }, nowMs);
  return rows;
}

/** Takes back what is not confirmed yet; each terminal answers what became of it. */
export async function takeJobsBack(
  trx: FleetTransaction,
  { id, why, tids = null }: { readonly id: string; readonly why: string; readonly tids?: readonly string[] | null },
  nowMs: number,
): Promise<DueJob[]> {
  const { rows: members } = await sql<{ tid: string; job: string }>`update campaign_members
    set st = 'withdrawing', asked_ms = ${nowMs}, changed_ms = ${nowMs}
    where campaign = ${id} and st = 'working' and (${tids === null} or tid = any(${tids ?? []}::text[]))
    returning tid, job`.execute(trx);
  await takeBack(trx, members, why, nowMs);
  return members.map(({ tid, job }) => ({ tid, job, ver: TAKEN_BACK, doc: null }));
}

/** Takes single jobs back whose members are at their end already. */
export async function takeBack(
  trx: FleetTransaction,
  members: readonly { readonly tid: string; readonly job: string }[],
  why: string,
  nowMs: number,
): Promise<void> {
  if (members.length === 0) return;
  await sql`update jobs j set ver = ${TAKEN_BACK}, doc = null, n = 0, st = 'withdrawing', changed_ms = ${nowMs}
    from ${records(members, 'tid text, job text')} where j.tid = x.tid and j.job = x.job
      and j.st not in ('ok', 'failed', 'rolledback', 'rejected', 'superseded', 'withdrawn')`.execute(trx);
  await noteSteps(trx, members, { st: 'withdrawing', why }, nowMs);
}

/** Jobs that a terminal which is there has not answered: their packet may have been lost with a service that died. */
export async function unansweredJobs(trx: FleetTransaction, id: string, nowMs: number): Promise<DueJob[]> {
  const { rows } = await sql<DueJob>`update campaign_members m set asked_ms = ${nowMs}
    from jobs j, terminals t
    where m.campaign = ${id} and m.st in ('working', 'withdrawing') and m.asked_ms < ${nowMs - ASK_AGAIN_MS}
      and j.tid = m.tid and j.job = m.job and j.n = 0 and t.tid = m.tid and t.online
    returning j.tid, j.job, j.ver, j.doc`.execute(trx);
  return rows;
}

/** The service's own steps stand in the same history as the terminal's. */
export async function noteSteps(
  trx: FleetTransaction,
  members: readonly { readonly tid: string; readonly job: string }[],
  { st, why }: { readonly st: string; readonly why: string | null },
  nowMs: number,
): Promise<void> {
  await sql`insert into job_steps (tid, job, t_ms, st, why) select tid, job, ${nowMs}::bigint, ${st}::text, ${why}::text
    from ${records(members, 'tid text, job text')}`.execute(trx);
}
