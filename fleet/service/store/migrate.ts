import { Migrator, type MigrationProvider } from 'kysely/migration';
import { campaignMigration } from './campaign-migration.ts';
import type { FleetDb } from './database.ts';
import { firstMigration } from './first-migration.ts';
import { historyMigration } from './history-migration.ts';
import { jobReasonMigration } from './job-reason-migration.ts';
import { signInMigration } from './sign-in-migration.ts';
import { signedCommandMigration } from './signed-command-migration.ts';

const provider: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve({
      '0001-first': firstMigration,
      '0010-campaigns': campaignMigration,
      '0020-history': historyMigration,
      '0030-sign-in': signInMigration,
      '0040-signed-commands': signedCommandMigration,
      '0050-job-reasons': jobReasonMigration,
    }),
};

/**
 * Brings the tables to this version; safe when several services start at once.
 * @throws Error when a migration fails: nothing of it is left behind
 */
export async function migrate(db: FleetDb): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('the tables could not be made', { cause: error });
}
