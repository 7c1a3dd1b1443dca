import { sql, type Kysely } from 'kysely';

/** Commands that an operator signed keep their signature: a terminal that was away is sent it again. Never changed again. */
export const signedCommandMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table commands add column sig text`.execute(db);
  },
};
