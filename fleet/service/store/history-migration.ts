import { sql, type Kysely } from 'kysely';

/** Telemetry over time, and the note of whoever takes an alert over. Never changed again: what comes later is another migration. */
export const historyMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table telemetry_points (
      tid text not null, day date not null, at_ms bigint not null, e text not null, b bigint not null,
      rss bigint, heap bigint, lag_p99 real, lag_max real, temp real, sig smallint,
      domains smallint, domains_up smallint, domain_ms real, open_orders bigint, waiting bigint,
      paid_n bigint not null, unknown_n bigint not null, clock_off_ms bigint,
      primary key (tid, at_ms, day)
    ) partition by range (day)`.execute(db);
    await sql`create table telemetry_hours (
      tid text not null, day date not null, hour_ms bigint not null, at_ms bigint not null,
      e text not null, b bigint not null, ph jsonb, cnt jsonb,
      primary key (tid, hour_ms, day)
    ) partition by range (day)`.execute(db);
    await sql`alter table alerts add column acked_note text not null default ''`.execute(db);
  },
};
