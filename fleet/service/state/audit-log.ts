import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson } from '../../contract/canonical-json.ts';
import type { FleetDb, FleetTransaction } from '../store/database.ts';

/** One writer at a time, so that the numbers have no gap and each entry knows the one before it. */
const AUDIT_LOCK = 7_302;
/** What the first entry names as the one before it. */
const BEGINNING = '0'.repeat(64);
const VERIFY_PAGE = 1_000;

/** Who acts: an operator by a token, or the program itself. */
export interface Actor {
  readonly name: string;
  readonly role: string;
}

/** The service acting on its own account: a wave of a rollout, a command line on the store. */
export const THE_SERVICE: Actor = { name: 'till fleet', role: 'service' };

/** What is written down of an action. */
export interface AuditedAction {
  /** What was done, as `noun.verb`. */
  readonly action: string;
  /** What it was done to: a terminal, a token, a rollout. */
  readonly target: string;
  /** Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** An entry of the chain, as it is hashed. */
export interface AuditEntry {
  /** Place in the chain, from 1. */
  readonly n: number;
  readonly t_ms: number;
  readonly who: string;
  readonly role: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** SHA-256 of the entry before it, hexadecimal. */
  readonly prev_hash: string;
}

/** Writes what an operator does into the chain, in the transaction that does it: neither happens without the other. */
export async function writeAudit(
  trx: FleetTransaction,
  actor: Actor,
  { action, target, detail = {} }: AuditedAction,
  nowMs: number,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(${AUDIT_LOCK})`.execute(trx);
  const last = await trx.selectFrom('audit_log').select(['n', 'hash']).orderBy('n', 'desc').limit(1).executeTakeFirst();
  const entry: AuditEntry = {
    ...{ n: (last?.n ?? 0) + 1, t_ms: nowMs, who: actor.name, role: actor.role, action, target, detail },
    prev_hash: last?.hash ?? BEGINNING,
  };
  const row = { ...entry, detail: JSON.stringify(detail), hash: auditHash(entry) };
  await trx.insertInto('audit_log').values(row).execute();
}

/** SHA-256 over the entry's canonical JSON, the hash before it included. */
export function auditHash({ n, t_ms, who, role, action, target, detail, prev_hash }: AuditEntry): string {
  const text = canonicalJson({ n, t_ms, who, role, action, target, detail, prev_hash });
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Whether the chain is whole; `head` is the hash to note down, `n` the first entry that does not fit. */
export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  | { readonly ok: false; readonly n: number; readonly why: string };

/**
 * Recomputes the whole chain.
 * @param expected number and hash that somebody noted earlier: shows a log that was cut off at its end, or written anew
 */
export async function verifyAudit(
  db: FleetDb,
  expected: { readonly n: number; readonly hash: string } | null = null,
): Promise<AuditVerdict> {
  let [n, head] = [0, BEGINNING];
  for (;;) {
    const page = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('n', '>', n)
      .orderBy('n')
      .limit(VERIFY_PAGE)
      .execute();
    for (const row of page) {
      if (row.n !== n + 1) return { ok: false, n: n + 1, why: 'the entry is missing' };
      if (row.prev_hash !== head) return { ok: false, n: row.n, why: 'it does not follow the entry before it' };
      if (auditHash(row) !== row.hash) return { ok: false, n: row.n, why: 'it was changed' };
      [n, head] = [row.n, row.hash];
      if (expected?.n === n && expected.hash !== head)
        return { ok: false, n, why: 'it is not the entry that was noted' };
    }
    if (page.length < VERIFY_PAGE) break;
  }
  if (expected !== null && expected.n > n) return { ok: false, n: n + 1, why: 'the log ends before the noted entry' };
  return { ok: true, entries: n, head };
}

/** A page of the log, newest first. */
export async function auditPage(
  db: FleetDb,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<{ entries: object[]; next: number | null }> {
  const rows = await db
    .selectFrom('audit_log')
    .selectAll()
    .$if(before !== null, (query) => query.where('n', '<', before))
    .orderBy('n', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const entries = shown.map(({ n, t_ms, who, role, action, target, detail, hash }) => {
    return { n, tMs: t_ms, who, role, action, target, detail, hash };
  });
  return { entries, next: rows.length > limit ? (shown.at(-1)?.n ?? null) : null };
}
