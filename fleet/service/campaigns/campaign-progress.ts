import { sql } from 'kysely';
import type { FleetTransaction } from '../store/database.ts';
import { dayOf } from '../store/event-partitions.ts';
import { records } from '../store/records.ts';
import type { WaveCounts } from './campaign-life.ts';
import { noteSteps, takeBack } from './campaign-jobs.ts';
import type { FailureCause } from './campaign-plan.ts';
import type { Campaign } from './campaign-record.ts';

interface MovedMember {
  readonly tid: string;
  readonly job: string;
}

/** Takes over what the terminals reported of their jobs. */
export async function readReports(trx: FleetTransaction, { id }: Campaign, nowMs: number): Promise<void> {
  await sql`update campaign_members m set ended_ms = j.changed_ms, changed_ms = ${nowMs}, reason = j.reason, why = j.why,
      st = case j.st when 'ok' then 'ok' when 'withdrawn' then 'withdrawn'
        else case when m.st = 'withdrawing' then 'withdrawn' else 'failed' end end,
      cause = case when j.st = 'ok' or j.st = 'withdrawn' then null when m.st = 'withdrawing' then null
        when j.st = 'rolledback' then 'rolled-back' else j.st end
    from jobs j where m.campaign = ${id} and m.st in ('working', 'withdrawing') and j.tid = m.tid and j.job = m.job
      and j.st in ('ok', 'failed', 'rolledback', 'rejected', 'superseded', 'withdrawn')`.execute(trx);
  // A job that another campaign replaced was no failure of the release.
  await sql`update campaign_members set st = 'withdrawn', cause = null where campaign = ${id} and st = 'failed'
    and cause = 'superseded'`.execute(trx);
}

/** Ends attempts whose time on-line, or by the clock, is over. */
export async function endLateAttempts(trx: FleetTransaction, campaign: Campaign, nowMs: number): Promise<void> {
  const { id, plan, steppedMs } = campaign;
  // A service that was away saw nobody on-line: that time is nobody's fault. Nor is what a staged release waits for window and idle counter.
  const elapsedMs = steppedMs === 0 ? 0 : Math.min(60_000, Math.max(0, nowMs - steppedMs));
  await sql`update campaign_members m set online_ms = m.online_ms + ${elapsedMs}::bigint from terminals t
    where m.campaign = ${id} and m.st = 'working' and t.tid = m.tid and t.online
      and not exists (select 1 from jobs j where j.tid = m.tid and j.job = m.job and j.st = 'wait')`.execute(trx);
  const { onlineMs, wallMs } = plan.terms;
  const why = 'it did not come to an end in time';
  const { rows } =
    await sql<MovedMember>`update campaign_members set st = 'failed', cause = 'time-out', reason = null, why = ${why},
      ended_ms = ${nowMs}, changed_ms = ${nowMs}
    where campaign = ${id} and st = 'working' and (online_ms > ${onlineMs} or sent_ms < ${nowMs - wallMs})
    returning tid, job`.execute(trx);
  await takeBack(trx, rows, why, nowMs);
}

/** A release that is kept but starts again and again has failed too. */
export async function endRestless(trx: FleetTransaction, campaign: Campaign, nowMs: number): Promise<void> {
  const { id, version, plan } = campaign;
  const { restartsMax } = plan.limits;
  const { rows } = await sql<MovedMember & { starts: number }>`with restless as (
      select m.tid, count(*)::bigint as starts from campaign_members m
      join events v on v.tid = m.tid and v.e = m.boot_e and v.s > m.boot_s and v.type = 'BOOT'
        and v.d ->> 'version' = ${version} and v.received_ms >= m.ended_ms and v.day >= ${dayOf(nowMs - plan.soakMs - 86_400_000)}::date
      where m.campaign = ${id} and m.st = 'ok' and m.boot_s is not null
      group by m.tid having count(*) > ${restartsMax})
    update campaign_members m set st = 'failed', cause = 'restarts', changed_ms = ${nowMs}, ended_ms = ${nowMs},
      reason = null, why = 'it started again ' || r.starts || ' times'
    from restless r where m.campaign = ${id} and m.tid = r.tid returning m.tid, m.job, r.starts`.execute(trx);
  await noteSteps(trx, rows, { st: 'restarts', why: 'it starts again and again' }, nowMs);
}

/** Puts failed terminals back into the queue whose cause is worth another attempt. */
export async function retryFailed(trx: FleetTransaction, campaign: Campaign, nowMs: number): Promise<void> {
  const { id, plan } = campaign;
  const { causes, attemptsMax, backOffMs } = plan.retry;
  await sql`update campaign_members set st = 'waiting', changed_ms = ${nowMs},
      retry_ms = ${nowMs}::bigint + ${backOffMs}::bigint * power(2, attempt - 1)::bigint
    where campaign = ${id} and st = 'failed' and attempt < ${attemptsMax}
      and cause = any(${causes satisfies readonly FailureCause[]}::text[])`.execute(trx);
}

interface CountRow {
  readonly wave: number;
  readonly st: string;
  readonly cause: string | null;
  readonly online: boolean;
  readonly later: boolean;
  readonly recent: boolean;
  readonly n: number;
}

function placeOf({ st, later, online }: CountRow): Exclude<keyof WaveCounts, 'failed'> {
  if (st === 'working' || st === 'withdrawing') return 'working';
  if (st === 'ok' || st === 'withdrawn') return st;
  if (later) return 'waitingRetry';
  return online ? 'waitingOnline' : 'waitingOffline';
}

/** Where the members of the waves so far are; and each wave by itself, for the chart. */
export async function countMembers(
  trx: FleetTransaction,
  { id, wave, judgedMs }: Campaign,
  nowMs: number,
): Promise<{ readonly soFar: WaveCounts; readonly waves: ReadonlyMap<number, Record<string, number>> }> {
  const { rows } = await sql<CountRow>`select m.wave, m.st, m.cause, t.online, count(*)::bigint as n,
      coalesce(m.retry_ms > ${nowMs}, false) as later, coalesce(m.ended_ms > ${judgedMs}, true) as recent
    from campaign_members m join terminals t on t.tid = m.tid where m.campaign = ${id}
    group by m.wave, m.st, m.cause, t.online, later, recent`.execute(trx);
  const counts = { waitingOnline: 0, waitingOffline: 0, waitingRetry: 0, working: 0, ok: 0, withdrawn: 0 };
  const failed: Record<string, number> = {};
  const waves = new Map<number, Record<string, number>>();
  for (const row of rows) {
    const { st, cause, n } = row;
    const own = waves.get(row.wave) ?? {};
    waves.set(row.wave, own);
    own[st] = (own[st] ?? 0) + n;
    if (row.wave > wave) continue;
    if (st === 'failed') failed[cause ?? 'failed'] = (failed[cause ?? 'failed'] ?? 0) + (row.recent ? n : 0);
    else counts[placeOf(row)] += n;
  }
  return { soFar: { ...counts, failed }, waves };
}

/** Writes a point of the chart for each wave that changed. */
export async function notePoints(
  trx: FleetTransaction,
  { id }: Campaign,
  waves: ReadonlyMap<number, Record<string, number>>,
  nowMs: number,
): Promise<void> {
  const rows = [...waves].map(([wave, counts]) => ({ wave, counts }));
  await sql`insert into campaign_points (campaign, wave, t_ms, counts)
    select ${id}::text, x.wave, ${nowMs}::bigint, x.counts from ${records(rows, 'wave integer, counts jsonb')}
    where x.counts is distinct from (select p.counts from campaign_points p
      where p.campaign = ${id} and p.wave = x.wave order by p.t_ms desc limit 1)
    on conflict do nothing`.execute(trx);
}
