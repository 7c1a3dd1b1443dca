import { sql, type RawBuilder } from 'kysely';
import type { FleetDb } from '../store/database.ts';

/** Points of one wave's chart that an answer holds. */
const POINTS_MAX = 500;
const STEPS_MAX = 500;

/** Campaigns, newest first, each with the count of its members by state. */
export function listCampaigns(db: FleetDb, limit: number): Promise<object[]> {
  return campaignRows(db, sql`true`, limit);
}

/** One campaign with its waves, what failed and why, and how its payments go; null when it is not known. */
export async function campaignOf(db: FleetDb, id: string): Promise<object | null> {
  const [row] = await campaignRows(db, sql`c.id = ${id}`, 1);
  if (row === undefined) return null;
  const { rows: waves } = await sql<object>`select wave, count(*)::bigint as terminals,
      count(*) filter (where st = 'waiting')::bigint as waiting,
      count(*) filter (where st in ('working', 'withdrawing'))::bigint as working,
      count(*) filter (where st = 'ok')::bigint as ok, count(*) filter (where st = 'failed')::bigint as failed,
      count(*) filter (where st = 'withdrawn')::bigint as withdrawn
    from campaign_members where campaign = ${id} group by wave order by wave`.execute(db);
  const { rows: causes } = await sql<object>`select cause, reason, min(why) as why,
      count(*)::bigint as terminals from campaign_members
    where campaign = ${id} and cause is not null
    group by cause, reason, case when reason is null then why end order by terminals desc limit 20`.execute(db);
  return { ...row, waves, causes };
}

/** The chart: how many members of each wave were where, each time that it changed. */
export async function campaignPoints(db: FleetDb, id: string): Promise<object[]> {
  const { rows } = await sql<object>`select wave, "tMs", counts from (
      select wave, t_ms as "tMs", counts, row_number() over (partition by wave order by t_ms desc) as newest
      from campaign_points where campaign = ${id}) p
    where newest <= ${POINTS_MAX} order by wave, "tMs"`.execute(db);
  return rows;
}

/** Which stretch of a campaign's terminals a page wants; null does not narrow. */
export interface MemberPage {
  readonly id: string;
  readonly wave: number | null;
  readonly state: string | null;
  /** Place of the last terminal of the page before; terminals come in the order of their turn. */
  readonly after: number;
  readonly limit: number;
}

/** Terminals of a campaign in the order of their turn, with the step that each is at. */
export async function campaignMembers(db: FleetDb, { id, wave, state, after, limit }: MemberPage): Promise<object[]> {
  const { rows } = await sql<object>`select m.tid, t.label, m.place, m.wave, m.st as state, m.attempt, m.cause,
      m.reason, m.why, m.sent_ms as "sentMs", m.ended_ms as "endedMs", m.health, j.st as step, j.pct, t.sw, t.online
    from campaign_members m join terminals t on t.tid = m.tid left join jobs j on j.tid = m.tid and j.job = m.job
    where m.campaign = ${id} and m.place > ${after} and (${wave}::integer is null or m.wave = ${wave}::integer)
      and (${state}::text is null or m.st = ${state}::text)
    order by m.place limit ${limit}`.execute(db);
  return rows;
}

/** What happened to one terminal: every report of its jobs and what the service did, with the cause, newest last. */
export async function upgradeHistory(db: FleetDb, tid: string, id: string | null): Promise<object[]> {
  const { rows } = await sql<object>`select job, "tMs", state, pct, reason, why from (
      select id, job, t_ms as "tMs", st as state, pct, reason, why from job_steps
      where tid = ${tid} and (${id}::text is null or starts_with(job, ${id}::text || '-'))
      order by id desc limit ${STEPS_MAX}) s order by s.id`.execute(db);
  return rows;
}

async function campaignRows(db: FleetDb, where: RawBuilder<unknown>, limit: number): Promise<object[]> {
  const { rows } = await sql<object>`select c.id, c.name, c.version, c.sha256, c.plan, c.st as state, c.why, c.wave,
      c.wave_ms as "waveMs", c.settled_ms as "settledMs", c.health, c.by, c.approved_by as "approvedBy",
      c.approved_ms as "approvedMs", c.created_ms as "createdMs", c.started_ms as "startedMs", c.ended_ms as "endedMs",
      c.changed_ms as "changedMs",
      coalesce((select jsonb_object_agg(st, n) from (select st, count(*) as n from campaign_members
        where campaign = c.id group by st) m), '{}') as members
    from campaigns c where ${where} order by c.created_ms desc, c.id limit ${limit}`.execute(db);
  return rows;
}
