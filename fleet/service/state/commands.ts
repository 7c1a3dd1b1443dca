import { sql } from 'kysely';
import type { Clock } from '../../../hal/clock/contract.ts';
import type { Random } from '../../../hal/random/contract.ts';
import type { CommandOperation } from '../../contract/commands.ts';
import { sendDown, type Downlink } from '../ingest/downlink.ts';
import type { FleetDb, FleetTransaction } from '../store/database.ts';
import { records } from '../store/records.ts';
import { type Actor, writeAudit } from './audit-log.ts';
import { cursorOf, readCursor } from './cursor.ts';
import type { Role } from './operators.ts';

/** Looking helps; what changes a terminal or ends its process needs an operator. */
export const COMMAND_ROLES: Readonly<Record<CommandOperation, Role>> = {
  snapshot: 'support',
  journal: 'support',
  'domain-check': 'support',
  reconcile: 'support',
  restart: 'operator',
  reboot: 'operator',
  volume: 'operator',
  'log-level': 'operator',
};

/** A report may still be on its way when the command's time is over. */
const REPORT_GRACE_MS = 60_000;
/** What began in time may take this long. */
const WORK_GRACE_MS = 15 * 60_000;

/** What commands are written to, numbered by and sent through. */
export interface CommandParts {
  readonly db: FleetDb;
  readonly clock: Clock;
  readonly random: Random;
  readonly downlink: Downlink;
}

/** A command that an operator gives. */
export interface NewCommand {
  readonly tid: string;
  readonly op: CommandOperation;
  readonly args: Readonly<Record<string, unknown>>;
  /** How long it may wait for a terminal that is away. */
  readonly lifeMs: number;
  /** What an operator signed on a machine of their own: taken as it is, or the signature would not hold. */
  readonly signed?:
    { readonly id: string; readonly exp: number; readonly by: string; readonly sig: string } | undefined;
}

/** A command is carried out once by its id: another one must have another. */
export class CommandIdTaken extends Error {
  override readonly name = 'CommandIdTaken';
}

/**
 * Writes a command down and sends it; a terminal that is away pulls it at its next birth, if that is in time.
 * @returns its id, or null when the terminal is not known
 * @throws CommandIdTaken for a signed one whose id stands for a command already
 */
export async function issueCommand(
  { db, clock, random, downlink }: CommandParts,
  by: Actor,
  { tid, op, args, lifeMs, signed }: NewCommand,
): Promise<string | null> {
  const nowMs = clock.wallMs();
  const id = signed?.id ?? `c-${nowMs.toString(36)}-${Buffer.from(random.bytes(9)).toString('base64url')}`;
  const exp = signed?.exp ?? nowMs + lifeMs;
  const [asker, sig] = [signed?.by ?? by.name, signed?.sig ?? null];
  const isKnown = await db.transaction().execute(async (trx) => {
    const terminal = await trx.selectFrom('terminals').select('tid').where('tid', '=', tid).executeTakeFirst();
    if (terminal === undefined) return false;
    const row = {
      id,
      tid,
      op,
      args: JSON.stringify(args),
      by: asker,
      issued_ms: nowMs,
      exp_ms: exp,
      changed_ms: nowMs,
    };
    const inserted = await trx
      .insertInto('commands')
      .values({ ...row, sig })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows !== 1n) throw new CommandIdTaken(`${id} is the id of another command`);
    const detail = { id, args, exp, ...(sig !== null && { signedBy: asker }) };
    await writeAudit(trx, by, { action: `command.${op}`, target: tid, detail }, nowMs);
    return true;
  });
  if (!isKnown) return null;
  sendDown(downlink, tid, 'dn/cm', {
    id,
    op,
    args: { ...args },
    exp,
    by: asker,
    t: nowMs,
    ...(sig !== null && { sig }),
  });
  return id;
}

/** A command as the API and the console tell it. */
export interface CommandLine {
  readonly id: string;
  readonly tid: string;
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly issuedMs: number;
  /** Epoch ms; never carried out after it. */
  readonly expMs: number;
  readonly state: string;
  /** Number of its last report; 0 before the first. */
  readonly n: number;
  readonly percent: number | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly why: string | null;
  readonly changedMs: number;
}

const COLUMNS = [
  ...['id', 'tid', 'op', 'args', 'by', 'issued_ms', 'exp_ms', 'st', 'n', 'pct', 'res', 'why', 'changed_ms'],
] as const;

/** The commands of a terminal, newest first; null for a cursor that is none. */
export async function commandPage(
  db: FleetDb,
  { tid, before, limit }: { readonly tid: string; readonly before: string | null; readonly limit: number },
): Promise<{ commands: CommandLine[]; next: string | null } | null> {
  const place = before === null ? null : readCursor(before, 2);
  if (before !== null && place === null) return null;
  const [ms, id] = [Number(place?.[0] ?? 0), String(place?.[1] ?? '')];
  const rows = await db
    .selectFrom('commands')
    .select(COLUMNS)
    .where('tid', '=', tid)
    .$if(place !== null, (query) =>
      query.where(sql<boolean>`(issued_ms < ${ms} or (issued_ms = ${ms} and id > ${id}))`),
    )
    .orderBy('issued_ms', 'desc')
    .orderBy('id')
    .limit(limit + 1)
    .execute();
  const commands = rows.slice(0, limit).map(lineOf);
  const last = commands.at(-1);
  return { commands, next: rows.length > limit && last !== undefined ? cursorOf([last.issuedMs, last.id]) : null };
}

/** One command; null when there is none of this id. */
export async function commandOf(db: FleetDb, id: string): Promise<CommandLine | null> {
  const row = await db.selectFrom('commands').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : lineOf(row);
}

type CommandFields = Pick<
  import('kysely').Selectable<import('../store/database.ts').CommandRow>,
  (typeof COLUMNS)[number]
>;

function lineOf(row: CommandFields): CommandLine {
  const { id, tid, op, args, by, n, why } = row;
  return {
    ...{ id, tid, op, args, by, issuedMs: row.issued_ms, expMs: row.exp_ms, state: row.st, n },
    ...{ percent: row.pct, result: row.res, why, changedMs: row.changed_ms },
  };
}

/** Reports of a command after the `since`th, oldest first. */
export async function reportsSince(
  db: FleetDb,
  { id, since, limit }: { readonly id: string; readonly since: number; readonly limit: number },
): Promise<object[]> {
  const rows = await db
    .selectFrom('command_reports')
    .selectAll()
    .where('id', '=', id)
    .where('n', '>', since)
    .orderBy('n')
    .limit(limit)
    .execute();
  return rows.map(({ n, st, t, pct, res, why, received_ms }) => {
    return { n, state: st, t, percent: pct, result: res, why, receivedMs: received_ms };
  });
}

/** The reports that a live change names, oldest first. */
export async function commandReports(
  db: FleetDb,
  steps: readonly { readonly tid: string; readonly id: string; readonly n: number }[],
): Promise<object[]> {
  const { rows } = await sql<Record<string, unknown>>`select x.tid, r.id, r.n, r.st as state, r.t, r.pct as percent,
      r.res as result, r.why, r.received_ms as "receivedMs"
    from ${records(steps, 'tid text, id text, n bigint')} join command_reports r on r.id = x.id and r.n = x.n
    order by r.received_ms, r.id, r.n`.execute(db);
  return rows;
}

/** Ends commands whose time is over without a final report; a late report still corrects them. */
export async function expireCommands(trx: FleetTransaction, nowMs: number): Promise<string[]> {
  const { rows } = await sql<{ tid: string }>`update commands set st = 'expired', changed_ms = ${nowMs},
      why = case when st = 'issued' then 'the terminal did not take it in time' else 'its end was never reported' end
    where st in ('issued', 'accepted', 'progress')
    and exp_ms < ${nowMs}::bigint - case when st = 'issued' then ${REPORT_GRACE_MS}::bigint else ${WORK_GRACE_MS}::bigint end
    returning tid`.execute(trx);
  return rows.map(({ tid }) => tid);
}

/** Terminals that are there and have not answered a command yet. */
export async function unanswered(db: FleetDb, { nowMs, waitMs }: { nowMs: number; waitMs: number }): Promise<string[]> {
  const { rows } = await sql<{ tid: string }>`select distinct c.tid from commands c join terminals t on t.tid = c.tid
    where c.st = 'issued' and c.exp_ms > ${nowMs} and c.issued_ms < ${nowMs - waitMs} and t.online limit 1000`.execute(
    db,
  );
  return rows.map(({ tid }) => tid);
}
