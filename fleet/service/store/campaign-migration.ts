import { sql, type Kysely } from 'kysely';

const STATEMENTS = [
  `create table campaigns (
    id text primary key, name text not null, version text not null, sha256 text not null, plan jsonb not null,
    st text not null, why text, wave integer not null default 0, wave_ms bigint, settled_ms bigint,
    judged_ms bigint not null default 0, health jsonb, health_ms bigint not null default 0,
    stepped_ms bigint not null default 0,
    by text not null, by_token text not null, approved_by text, approved_ms bigint,
    created_ms bigint not null, started_ms bigint, ended_ms bigint, changed_ms bigint not null
  )`,
  `create index campaigns_by_time on campaigns (created_ms desc, id)`,
  `create table campaign_members (
    campaign text not null references campaigns, tid text not null references terminals,
    place integer not null, wave integer not null,
    st text not null default 'waiting', attempt integer not null default 0, cause text, why text, job text,
    sent_ms bigint, asked_ms bigint, online_ms bigint not null default 0, retry_ms bigint, ended_ms bigint,
    boot_e text, boot_s bigint, baseline jsonb, health jsonb, changed_ms bigint not null,
    primary key (campaign, tid)
  )`,
  `create index campaign_members_by_place on campaign_members (campaign, place)`,
  `create index campaign_members_at_work on campaign_members (tid) where st in ('working', 'withdrawing')`,
  `create table job_steps (
    id bigint generated always as identity primary key,
    tid text not null, job text not null, t_ms bigint not null, st text not null, pct smallint, why text
  )`,
  `create index job_steps_by_terminal on job_steps (tid, id desc)`,
  `create table campaign_points (
    campaign text not null references campaigns, wave integer not null, t_ms bigint not null, counts jsonb not null,
    primary key (campaign, wave, t_ms)
  )`,
];

/** Campaigns of upgrades. */
export const campaignMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
