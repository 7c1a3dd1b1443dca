import { sql, type Kysely } from 'kysely';

/** The code of why a job did not go on, beside the terminal's own words. Never changed again. */
export const jobReasonMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of ['jobs', 'job_steps', 'campaign_members'])
      await sql`alter table ${sql.table(table)} add column reason text`.execute(db);
  },
};
