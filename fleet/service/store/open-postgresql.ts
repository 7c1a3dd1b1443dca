import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Clock } from '../../../hal/clock/contract.ts';
import type { FleetLog } from '../log.ts';
import type { FleetTables } from './database.ts';
import type { FleetStore } from './fleet-store.ts';
import { migrate } from './migrate.ts';

const CONNECTIONS = 8;
const CONNECT_LIMIT_MS = 5_000;
const STATEMENT_LIMIT_MS = 60_000;
const LISTEN_AGAIN_MS = 1_000;
const INT8 = 20;

/** Every bigint of the contract fits a number exactly. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, 'text'),
};

/**
 * A PostgreSQL server (15 or newer). Broken connections are replaced; a query that met one fails and is for the caller to repeat.
 * @throws Error when the server cannot be reached or its tables cannot be made
 */
export async function openPostgresql(url: string, log: FleetLog, clock: Clock): Promise<FleetStore> {
  const settings = {
    connectionString: url,
    types,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    application_name: 'till-fleet',
    keepAlive: true,
  };
  const pool = new pg.Pool({ ...settings, max: CONNECTIONS });
  pool.on('error', (error) => log.warn({ reason: error.message }, 'an idle database connection broke'));
  // A connection that breaks while a query has it tells the query, and then everybody: unheard, that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<FleetTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const listeners = new Set<() => Promise<void>>();
  return {
    engine: 'postgresql',
    db,
    connections: CONNECTIONS,
    listen: async (channel, onPayload) => {
      const stop = await listen({ settings, clock, log }, channel, onPayload);
      listeners.add(stop);
      return async () => {
        listeners.delete(stop);
        await stop();
      };
    },
    close: async () => {
      await Promise.all([...listeners].map((stop) => stop()));
      await db.destroy();
    },
  };
}

/** Listens on a connection of its own, and again on a new one when it breaks. */
async function listen(
  { settings, clock, log }: { readonly settings: pg.ClientConfig; readonly clock: Clock; readonly log: FleetLog },
  channel: string,
  onPayload: (payload: string) => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let current: pg.Client | null = null;
  let again: unknown = null;
  const open = async (): Promise<void> => {
    const client = new pg.Client(settings);
    client.on('notification', ({ payload }) => onPayload(payload ?? ''));
    client.on('error', (error) => log.warn({ reason: error.message }, 'the listening database connection broke'));
    client.on('end', () => {
      if (!stopped) later();
    });
    current = client;
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
  };
  const reopen = (): void => {
    // A refused connection ends, and that tries again.
    open().catch(() => {
      if (!stopped) later();
    });
  };
  await open();
  return async () => {
    stopped = true;
    clock.clearTimeout(again);
    await current?.end().catch(() => undefined);
  };

  function later(): void {
    clock.clearTimeout(again);
    again = clock.setTimeout(reopen, LISTEN_AGAIN_MS);
  }
}
