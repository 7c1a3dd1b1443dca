import { sql, type Kysely } from 'kysely';

const TERMINALS = `
create table terminals (
  tid text primary key check (tid ~ '^[A-Za-z0-9_-]{1,48}$'),
  label text not null default '',
  first_seen_ms bigint not null,
  e text, b bigint, sw text, slot text, hw text, sn text, job text, birth_ms bigint,
  online boolean not null default false,
  online_changed_ms bigint,
  offline_why text,
  prn text, sto text, cfgd boolean,
  alert_rank smallint not null default 0,
  desired_ver bigint not null default 0,
  reported_ver bigint not null default 0,
  reported_ok boolean, reported_err text, reported_hash text, reported_ms bigint
);
create index terminals_by_rank on terminals (alert_rank desc, tid);
create index terminals_by_sw on terminals (sw, tid);
create index terminals_offline on terminals (online_changed_ms) where not online;
create index terminals_search on terminals using gin ((lower(tid || ' ' || coalesce(sn, '') || ' ' || label)) gin_trgm_ops);
create table terminal_live (
  tid text primary key references terminals,
  seen_ms bigint not null,
  lease_ms bigint not null,
  tm_ms bigint, tm_e text, tm_b bigint, tm_s bigint, tm jsonb,
  clock_off_ms bigint, domains smallint, domains_up smallint, open_orders bigint,
  paid_n bigint not null default 0, unknown_n bigint not null default 0,
  window_ms bigint, window_paid_n bigint not null default 0, window_unknown_n bigint not null default 0
) with (fillfactor = 70);`;

const EVENTS = `
create table event_streams (
  tid text not null, e text not null,
  acked bigint not null default 0, stored_max bigint not null default 0,
  changed_ms bigint not null,
  primary key (tid, e)
) with (fillfactor = 70);
create table events (
  tid text not null, e text not null, s bigint not null, day date not null,
  received_ms bigint not null, t bigint not null, type text not null, d jsonb,
  primary key (tid, e, s, day)
) partition by range (day);`;

const COMMANDS = `
create table commands (
  id text primary key, tid text not null, op text not null, args jsonb not null, by text not null,
  issued_ms bigint not null, exp_ms bigint not null,
  st text not null default 'issued', n bigint not null default 0, pct smallint, res jsonb, why text,
  changed_ms bigint not null
);
create index commands_by_terminal on commands (tid, issued_ms desc, id);
create index commands_open on commands (tid, exp_ms) where st in ('issued', 'accepted', 'progress');
create table command_reports (
  id text not null references commands on delete cascade, n bigint not null, st text not null, t bigint not null,
  pct smallint, res jsonb, why text, received_ms bigint not null,
  primary key (id, n)
);
create table snapshot_parts (
  tid text not null, id text not null, i smallint not null, parts smallint not null, sha256 text not null,
  data text not null, received_ms bigint not null,
  primary key (tid, id, i)
);
create table snapshots (
  tid text not null, id text not null, received_ms bigint not null, at_ms bigint, sw text, sha256 text not null,
  document text, why text,
  primary key (tid, id)
);
create index snapshots_by_time on snapshots (tid, received_ms desc);`;

const CONFIGURATION = `
create table configurations (
  ver bigint generated always as identity primary key,
  doc jsonb not null, hash text not null, note text not null, by text not null, created_ms bigint not null
);
create table rollouts (
  id text primary key, ver bigint not null references configurations, filter jsonb not null, waves jsonb not null,
  soak_ms bigint not null, failures_max integer not null,
  st text not null, wave integer not null default 0, wave_ms bigint not null,
  by text not null, created_ms bigint not null, changed_ms bigint not null, why text
);
create table rollout_members (
  rollout text not null references rollouts, tid text not null references terminals, place integer not null,
  st text not null default 'waiting', why text, changed_ms bigint not null,
  primary key (rollout, tid)
);
create index rollout_members_by_place on rollout_members (rollout, place);
create index rollout_members_sent on rollout_members (tid) where st = 'sent';
create table jobs (
  tid text not null, job text not null, ver bigint not null, doc jsonb,
  n bigint not null default 0, st text not null default 'offered', pct smallint, why text, changed_ms bigint not null,
  primary key (tid, job)
);`;

const OPERATORS = `
create table alerts (
  id bigint generated always as identity primary key,
  tid text not null references terminals, kind text not null, rank smallint not null,
  since_ms bigint not null, cleared_ms bigint, detail jsonb not null,
  acked_by text, acked_ms bigint
);
create unique index alerts_open on alerts (tid, kind) where cleared_ms is null;
create index alerts_by_time on alerts (since_ms desc, id);
create table settings (name text primary key, value jsonb not null, changed_ms bigint not null);
create table tokens (
  id text primary key, name text not null, role text not null, hash text not null unique,
  created_ms bigint not null, expires_ms bigint, revoked_ms bigint, used_ms bigint
);
create table sessions (
  hash text primary key, token_id text not null references tokens, created_ms bigint not null,
  expires_ms bigint not null
);
create table audit_log (
  n bigint primary key, t_ms bigint not null, who text not null, role text not null, action text not null,
  target text not null, detail jsonb not null, prev_hash text not null, hash text not null unique
);
create function audit_log_is_append_only() returns trigger language plpgsql as $$
begin raise exception 'the audit log is append-only'; end $$;
create trigger audit_log_append_only before update or delete on audit_log
  for each row execute function audit_log_is_append_only();
create trigger audit_log_never_emptied before truncate on audit_log
  for each statement execute function audit_log_is_append_only();`;

/** The tables as they are first made. Never changed again: what comes later is another migration. */
export const firstMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // Trusted since PostgreSQL 13: the database's owner may make it.
    await sql`create extension if not exists pg_trgm`.execute(db);
    for (const script of [TERMINALS, EVENTS, COMMANDS, CONFIGURATION, OPERATORS]) {
      for (const statement of statementsOf(script)) await sql.raw(statement).execute(db);
    }
  },
};

/** One statement at a time: the extended protocol takes no more. A function's body is kept whole. */
function statementsOf(script: string): string[] {
  const statements: string[] = [];
  let open = '';
  for (const line of script.split('\n')) {
    open += `${line}\n`;
    const inBody = (open.split('$$').length - 1) % 2 === 1;
    if (!inBody && line.trimEnd().endsWith(';')) {
      statements.push(open.trim().replace(/;$/, ''));
      open = '';
    }
  }
  return statements;
}
