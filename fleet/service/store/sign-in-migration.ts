import { sql, type Kysely } from 'kysely';

/** Sessions of people whom an identity provider vouches for: without a token of ours. Never changed again. */
export const signInMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table sessions alter column token_id drop not null`.execute(db);
    await sql`alter table sessions add column name text, add column role text, add column subject text`.execute(db);
    await sql`alter table sessions add constraint sessions_know_who
      check (token_id is not null or (name is not null and role is not null and subject is not null))`.execute(db);
  },
};
