import { createHash } from 'node:crypto';
import type { Random } from '../../../hal/random/contract.ts';
import type { FleetDb, FleetTransaction } from '../store/database.ts';
import { type Actor, writeAudit } from './audit-log.ts';

/** Roles of operators, from the least to the most. */
export const ROLES = ['viewer', 'support', 'operator', 'admin'] as const;
/** Each may what those before it may: look; help one terminal; change terminals; rule over people and thresholds. */
export type Role = (typeof ROLES)[number];

/** Whether `role` may do what `needed` may. */
export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Somebody who showed a valid token or session. */
export interface Operator extends Actor {
  /** Tells people of one name apart: the id of a token, or `oidc:` and the id that an identity provider knows somebody by. */
  readonly tokenId: string;
  readonly role: Role;
}

const TOKEN_BYTES = 32;
/** A day at work. */
export const SESSION_MS = 12 * 3_600_000;

/** A token that is to be made. */
export interface NewToken {
  /** Who it is for, as the audit log will say. */
  readonly name: string;
  readonly role: Role;
  /** Epoch ms; null: never. */
  readonly expiresMs: number | null;
  /** A `newTokenText` that was made beforehand; absent: it is made here. */
  readonly text?: string;
}

/** What tokens and sessions are made with. */
export interface OperatorParts {
  readonly db: FleetDb;
  readonly random: Random;
  /** Wall clock, epoch ms. */
  readonly nowMs: number;
}

/** 256 bits of chance need no slow hash: nobody can try them all. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** The text of a token that nobody has guessed. */
export function newTokenText(random: Random): string {
  return `till_${Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')}`;
}

/** Makes a token; it is shown here once and cannot be read again. */
export async function addToken(
  { db, random, nowMs }: OperatorParts,
  by: Actor,
  { name, role, expiresMs, text }: NewToken,
): Promise<{ readonly id: string; readonly token: string }> {
  const token = text ?? newTokenText(random);
  const id = `t-${Buffer.from(random.bytes(6)).toString('hex')}`;
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('tokens')
      .values({ id, name, role, hash: secretHash(token), created_ms: nowMs, expires_ms: expiresMs })
      .execute();
    await writeAudit(trx, by, { action: 'token.add', target: id, detail: { name, role, expiresMs } }, nowMs);
  });
  return { id, token };
}

/** False when there is no such token in force. Its sessions end with it. */
export async function revokeToken({ db, nowMs }: OperatorParts, by: Actor, id: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('tokens')
      .set({ revoked_ms: nowMs })
      .where('id', '=', id)
      .where('revoked_ms', 'is', null)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    await trx.deleteFrom('sessions').where('token_id', '=', id).execute();
    await writeAudit(trx, by, { action: 'token.revoke', target: id }, nowMs);
    return true;
  });
}

/** Every token that was given, the oldest first; never its text or hash. Instants are epoch ms. */
export async function listTokens(db: FleetDb): Promise<object[]> {
  const rows = await db.selectFrom('tokens').selectAll().orderBy('created_ms').execute();
  return rows.map(({ id, name, role, created_ms, expires_ms, revoked_ms, used_ms }) => {
    return { id, name, role, createdMs: created_ms, expiresMs: expires_ms, revokedMs: revoked_ms, usedMs: used_ms };
  });
}

/** Null for a token that was never given, is revoked or has run out. */
export async function operatorOfToken(db: FleetDb, token: string, nowMs: number): Promise<Operator | null> {
  const row = await db.selectFrom('tokens').selectAll().where('hash', '=', secretHash(token)).executeTakeFirst();
  if (row === undefined || !inForce(row, nowMs)) return null;
  // Once an hour is enough to see which tokens nobody uses.
  if (row.used_ms === null || nowMs - row.used_ms > 3_600_000) {
    await db.updateTable('tokens').set({ used_ms: nowMs }).where('id', '=', row.id).execute();
  }
  return operatorOf(row);
}

/** Null for a session that ended, or whose token did. */
export async function operatorOfSession(db: FleetDb, session: string, nowMs: number): Promise<Operator | null> {
  const row = await db
    .selectFrom('sessions')
    .leftJoin('tokens', 'tokens.id', 'sessions.token_id')
    .select(['tokens.id', 'tokens.name', 'tokens.role', 'tokens.expires_ms', 'tokens.revoked_ms'])
    .select(['sessions.name as provided_name', 'sessions.role as provided_role', 'sessions.subject'])
    .where('sessions.hash', '=', secretHash(session))
    .where('sessions.expires_ms', '>', nowMs)
    .executeTakeFirst();
  if (row === undefined || !inForce(row, nowMs)) return null;
  const { id, name, role, provided_name, provided_role } = row;
  if (id !== null) return operatorOf({ id, name: name ?? '', role: role ?? '' });
  return operatorOf({ id: `oidc:${row.subject}`, name: provided_name ?? '', role: provided_role ?? '' });
}

/** Opens a browser's session for a token; the text goes into its cookie, its hash into the store. */
export function openSession(parts: OperatorParts, operator: Operator): Promise<string> {
  return startSession(parts, operator, { token_id: operator.tokenId });
}

/** Somebody whom an identity provider vouched for, and its own id of that person. */
export interface ProvidedOperator extends Actor {
  readonly role: Role;
  readonly subject: string;
}

/** Opens a session for somebody whom an identity provider vouched for; who is let go there keeps it to its end at most. */
export function openProvidedSession(parts: OperatorParts, who: ProvidedOperator): Promise<string> {
  return startSession(parts, who, { token_id: null, name: who.name, role: who.role, subject: who.subject });
}

async function startSession(
  { db, random, nowMs }: OperatorParts,
  who: Actor,
  of: { readonly token_id: string | null; readonly name?: string; readonly role?: string; readonly subject?: string },
): Promise<string> {
  const session = Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
  const row = { hash: secretHash(session), ...of, created_ms: nowMs };
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('sessions').where('expires_ms', '<', nowMs).execute();
    await trx
      .insertInto('sessions')
      .values({ ...row, expires_ms: nowMs + SESSION_MS })
      .execute();
    await writeAudit(trx, who, { action: 'session.open', target: of.token_id ?? `oidc:${of.subject}` }, nowMs);
  });
  return session;
}

/** Signs a browser out; a session that is not known is none already. */
export async function closeSession(db: FleetDb | FleetTransaction, session: string): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', secretHash(session)).execute();
}

function inForce(row: { expires_ms: number | null; revoked_ms: number | null }, nowMs: number): boolean {
  return row.revoked_ms === null && (row.expires_ms === null || row.expires_ms > nowMs);
}

function operatorOf({ id, name, role }: { id: string; name: string; role: string }): Operator | null {
  const known = ROLES.find((one) => one === role);
  return known === undefined ? null : { tokenId: id, name, role: known };
}
