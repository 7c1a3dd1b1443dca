import { sql } from 'kysely';
import { documentHash } from '../../contract/canonical-json.ts';
import type { DesiredDocument } from '../../contract/configuration.ts';
import type { FleetDb } from '../store/database.ts';
import { type Actor, writeAudit } from './audit-log.ts';

/** One version of the desired configuration. */
export interface ConfigurationVersion {
  readonly ver: number;
  readonly doc: Readonly<Record<string, unknown>>;
  /** Of the document, whatever the order of its keys. */
  readonly hash: string;
  readonly note: string;
  readonly by: string;
  readonly createdMs: number;
  /** Terminals that are wished to have it. */
  readonly terminals: number;
}

/** Keeps a document under the next version; nothing is sent yet. */
export async function addConfiguration(
  db: FleetDb,
  by: Actor,
  { doc, note, nowMs }: { readonly doc: DesiredDocument; readonly note: string; readonly nowMs: number },
): Promise<number> {
  const hash = documentHash(doc);
  return db.transaction().execute(async (trx) => {
    const { ver } = await trx
      .insertInto('configurations')
      .values({ doc: JSON.stringify(doc), hash, note, by: by.name, created_ms: nowMs })
      .returning('ver')
      .executeTakeFirstOrThrow();
    await writeAudit(trx, by, { action: 'configuration.add', target: String(ver), detail: { doc, note, hash } }, nowMs);
    return ver;
  });
}

/** Versions, newest first. */
export async function listConfigurations(db: FleetDb, limit: number): Promise<ConfigurationVersion[]> {
  return select(db, sql`true`, limit);
}

/** One version; null when there is none of this number. */
export async function configurationOf(db: FleetDb, ver: number): Promise<ConfigurationVersion | null> {
  return (await select(db, sql`c.ver = ${ver}`, 1))[0] ?? null;
}

async function select(db: FleetDb, where: ReturnType<typeof sql>, limit: number): Promise<ConfigurationVersion[]> {
  const { rows } =
    await sql<ConfigurationVersion>`select c.ver, c.doc, c.hash, c.note, c.by, c.created_ms as "createdMs",
      (select count(*) from terminals t where t.desired_ver = c.ver)::bigint as terminals
    from configurations c where ${where} order by c.ver desc limit ${limit}`.execute(db);
  return rows;
}
