import type { FleetStore } from '../../fleet/service/store/fleet-store.ts';
import { openPglite } from '../../fleet/service/store/open-pglite.ts';
import { openPostgresql } from '../../fleet/service/store/open-postgresql.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { silentLog } from './fleet-parts.ts';
import { hasPostgresql, startThrowawayPostgresql } from './throwaway-postgresql.ts';

/** A store of a test's own: a PostgreSQL server where there is one (it starts faster), else the embedded one. */
export async function openAnyStore(): Promise<{ readonly store: FleetStore; remove(): Promise<void> }> {
  if (!hasPostgresql()) return { store: await openPglite(null), remove: async () => undefined };
  const server = await startThrowawayPostgresql();
  const store = await openPostgresql(server.url, silentLog, new SystemClock());
  return { store, remove: () => server.remove() };
}
