import { Migrator, type MigrationProvider } from 'kysely/migration';
import { campaignMigration } from './campaign-migration.ts';
import type { FleetDb } from './database.ts';
import { firstMigration } from './first-migration.ts';
import { historyMigration } from './history-migration.ts';

const provider: MigrationProvider = {
  getMigrations: () => Promise.resolve({ '0001-first': firstMigration, '0010-campaigns': campaignMigration, '0020-history': historyMigration }),
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
