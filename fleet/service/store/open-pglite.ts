import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PGliteDialect } from 'kysely';
import type { FleetTables } from './database.ts';
import { lockData } from './data-lock.ts';
import type { FleetStore } from './fleet-store.ts';
import { migrate } from './migrate.ts';

/** What an operator must know who keeps the embedded store. */
export const PGLITE_WARNING =
  'the embedded database never flushes to disk: a power cut can lose or damage it. Use PostgreSQL (--database) for a fleet of record.';

/**
 * The embedded store in `folder`, or in memory for null. One process at a time.
 * @throws DataLocked when another process has the folder
 */
export async function openPglite(folder: string | null): Promise<FleetStore> {
  const unlock = folder === null ? () => undefined : lockData(folder);
  try {
    const dataDir = folder === null ? 'memory://' : join(folder, 'pglite');
    if (folder !== null) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const pglite = await PGlite.create({ dataDir, extensions: { pg_trgm } });
    const db = new Kysely<FleetTables>({ dialect: new PGliteDialect({ pglite }) });
    await migrate(db);
    return {
      engine: 'pglite',
      db,
      connections: 1,
      listen: (channel, onPayload) => pglite.listen(channel, onPayload),
      close: async () => {
        await db.destroy();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
