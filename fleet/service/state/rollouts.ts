import { sql } from 'kysely';
import * as v from 'valibot';
import type { Random } from '../../../hal/random/contract.ts';
import type { DesiredDocument } from '../../contract/configuration.ts';
import type { FleetDb, FleetTransaction } from '../store/database.ts';
import { type Actor, THE_SERVICE, writeAudit } from './audit-log.ts';
import { filterCondition, terminalFilterSchema } from './terminal-list.ts';

const WAVES_MAX = 20;

const isRising = (waves: number[]): boolean =>
  waves.every((percent, index) => percent > (waves[index - 1] ?? 0)) && waves.at(-1) === 100;

/** A staged application: who, in which shares, how long to watch each share, how many failures to bear. */
export const rolloutSchema = v.strictObject({
  ver: v.pipe(v.number(), v.integer(), v.minValue(1)),
  filter: terminalFilterSchema,
  waves: v.optional(
    v.pipe(
      v.array(v.pipe(v.number(), v.minValue(0.001), v.maxValue(100))),
      v.minLength(1),
      v.maxLength(WAVES_MAX),
      v.check(isRising, 'shares must rise and end with 100'),
      v.description('Share of the terminals after each wave, %, rising to 100.'),
    ),
    [100],
  ),
  soakMs: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.maxValue(30 * 86_400_000),
      v.description('Watch each wave this long.'),
    ),
    0,
  ),
  failuresMax: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e6), v.description('More failures pause it.')),
    0,
  ),
});

/** A rollout that is to begin, with its defaults filled in. */
export type NewRollout = v.InferOutput<typeof rolloutSchema>;

type RolloutState = 'running' | 'paused' | 'aborted' | 'done';

/** What a pause, resume or abort may start from. */
const FROM: Readonly<Record<'pause' | 'resume' | 'abort', readonly RolloutState[]>> = {
  pause: ['running'],
  resume: ['paused'],
  abort: ['running', 'paused'],
};
const TO = { pause: 'paused', resume: 'running', abort: 'aborted' } as const;

/** What an operator may do to a rollout that has begun. */
export type RolloutAction = keyof typeof TO;

/**
 * Begins a rollout over the terminals that match now, in an order by chance: the first share is a fair sample.
 * @returns its id and how many terminals it has; null when the version is not known
 */
export async function beginRollout(
  { db, random, nowMs }: { readonly db: FleetDb; readonly random: Random; readonly nowMs: number },
  by: Actor,
  { ver, filter, waves, soakMs, failuresMax }: NewRollout,
): Promise<{ readonly id: string; readonly terminals: number } | null> {
  const id = `r-${nowMs.toString(36)}-${Buffer.from(random.bytes(6)).toString('base64url')}`;
  return db.transaction().execute(async (trx) => {
    const version = await trx.selectFrom('configurations').select('ver').where('ver', '=', ver).executeTakeFirst();
    if (version === undefined) return null;
    const row = {
      ...{ id, ver, filter: JSON.stringify(filter), waves: JSON.stringify(waves), soak_ms: soakMs },
      ...{
        failures_max: failuresMax,
        st: 'running',
        wave_ms: nowMs,
        by: by.name,
        created_ms: nowMs,
        changed_ms: nowMs,
      },
    };
    await trx.insertInto('rollouts').values(row).execute();
    const members = await trx
      .insertInto('rollout_members')
      .columns(['rollout', 'tid', 'place', 'changed_ms'])
      .expression((builder) =>
        builder
          .selectFrom('terminals')
          .select([
            sql<string>`${id}::text`.as('rollout'),
            'tid',
            sql<number>`row_number() over (order by md5(tid || ${id}::text))`.as('place'),
            sql<number>`${nowMs}::bigint`.as('changed_ms'),
          ])
          .where(filterCondition(filter)),
      )
      .executeTakeFirst();
    const terminals = Number(members.numInsertedOrUpdatedRows ?? 0n);
    const detail = { ver, filter, waves, soakMs, failuresMax, terminals };
    await writeAudit(trx, by, { action: 'rollout.begin', target: id, detail }, nowMs);
    return { id, terminals };
  });
}

/** False when the rollout is not known or is not in a state for it. What was sent stays sent: to go back, roll out the older document. */
export async function changeRollout(
  { db, nowMs }: { readonly db: FleetDb; readonly nowMs: number },
  by: Actor,
  { id, action }: { readonly id: string; readonly action: RolloutAction },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('rollouts')
      .set({ st: TO[action], changed_ms: nowMs, why: action === 'resume' ? null : `${action} by ${by.name}` })
      .where('id', '=', id)
      .where('st', 'in', FROM[action])
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    await writeAudit(trx, by, { action: `rollout.${action}`, target: id }, nowMs);
    return true;
  });
}

/** A configuration to send now, because its wave has come. */
export interface DueConfiguration {
  readonly tid: string;
  readonly ver: number;
  readonly doc: DesiredDocument;
  readonly by: string;
}

interface Running {
  readonly id: string;
  readonly ver: number;
  readonly waves: number[];
  readonly wave: number;
  readonly wave_ms: number;
  readonly soak_ms: number;
  readonly failures_max: number;
  readonly by: string;
  readonly doc: DesiredDocument;
}

/**
 * One step of every running rollout that no other process is stepping: sends the wave, or pauses on failures, or goes on to the
 * next wave when nobody who is there still owes an answer and it was watched long enough.
 * @returns what to send
 */
export async function stepRollouts(db: FleetDb, nowMs: number): Promise<DueConfiguration[]> {
  return db.transaction().execute(async (trx) => {
    const { rows } =
      await sql<Running>`select r.id, r.ver, r.waves, r.wave, r.wave_ms, r.soak_ms, r.failures_max, r.by, c.doc
      from rollouts r join configurations c on c.ver = r.ver where r.st = 'running'
      order by r.id for update of r skip locked`.execute(trx);
    const due: DueConfiguration[] = [];
    for (const running of rows) due.push(...(await stepRollout(trx, running, nowMs)));
    return due;
  });
}

async function stepRollout(trx: FleetTransaction, running: Running, nowMs: number): Promise<DueConfiguration[]> {
  const { id, ver, waves, wave, doc, by } = running;
  const share = waves[wave] ?? 100;
  const { rows: members } = await sql<{ tid: string }>`update rollout_members m set st = 'sent', changed_ms = ${nowMs}
    where m.rollout = ${id} and m.st = 'waiting' and m.place <= ceil(
      (select count(*) from rollout_members where rollout = ${id}) * ${share}::numeric / 100)
    returning m.tid`.execute(trx);
  const tids = members.map(({ tid }) => tid);
  if (tids.length > 0) {
    await sql`update terminals set desired_ver = greatest(desired_ver, ${ver}::bigint)
      where tid = any(${tids}::text[])`.execute(trx);
  }
  // A newer wish has overtaken this one: its answer will never come.
  await sql`update rollout_members m set st = 'superseded', changed_ms = ${nowMs} from terminals t
    where m.rollout = ${id} and m.st = 'sent' and t.tid = m.tid and t.desired_ver > ${ver}`.execute(trx);
  if (tids.length === 0) await judgeWave(trx, running, nowMs);
  return tids.map((tid) => ({ tid, ver, doc, by }));
}

async function judgeWave(trx: FleetTransaction, running: Running, nowMs: number): Promise<void> {
  const { id, waves, wave, wave_ms: sinceMs, soak_ms: soakMs, failures_max: failuresMax } = running;
  const { rows } = await sql<{ failed: number; owing: number }>`select
      count(*) filter (where m.st = 'failed')::bigint as failed,
      count(*) filter (where m.st = 'sent' and t.online)::bigint as owing
    from rollout_members m join terminals t on t.tid = m.tid where m.rollout = ${id}`.execute(trx);
  const { failed, owing } = rows[0] ?? { failed: 0, owing: 0 };
  const change = async (set: { st: RolloutState; wave: number; why: string | null }): Promise<void> => {
    await trx
      .updateTable('rollouts')
      .set({ ...set, wave_ms: nowMs, changed_ms: nowMs })
      .where('id', '=', id)
      .execute();
    const action = set.st === 'running' ? 'rollout.wave' : `rollout.${set.st}`;
    await writeAudit(trx, THE_SERVICE, { action, target: id, detail: { wave: set.wave, failed } }, nowMs);
  };
  if (failed > failuresMax) {
    await change({ st: 'paused', wave, why: `${failed} terminals failed, ${failuresMax} are allowed` });
  } else if (owing === 0 && nowMs - sinceMs >= soakMs) {
    const isLast = wave + 1 >= waves.length;
    await change({ st: isLast ? 'done' : 'running', wave: isLast ? wave : wave + 1, why: null });
  }
}

/** Rollouts, newest first, each with its members by state. */
export async function listRollouts(db: FleetDb, limit: number): Promise<object[]> {
  return rolloutRows(db, sql`true`, limit);
}

/** One rollout; null when it is not known. */
export async function rolloutOf(db: FleetDb, id: string): Promise<object | null> {
  return (await rolloutRows(db, sql`r.id = ${id}`, 1))[0] ?? null;
}

async function rolloutRows(db: FleetDb, where: ReturnType<typeof sql>, limit: number): Promise<object[]> {
  const { rows } = await sql<object>`select r.id, r.ver, r.filter, r.waves, r.wave, r.soak_ms as "soakMs",
      r.failures_max as "failuresMax", r.st as state, r.why, r.by, r.created_ms as "createdMs", r.changed_ms as "changedMs",
      (select jsonb_object_agg(st, n) from (select st, count(*) as n from rollout_members where rollout = r.id
        group by st) m)
        as members
    from rollouts r where ${where} order by r.created_ms desc, r.id limit ${limit}`.execute(db);
  return rows;
}

/** Members of a rollout, by state. */
export async function rolloutMembers(
  db: FleetDb,
  {
    id,
    state,
    after,
    limit,
  }: { readonly id: string; readonly state: string | null; readonly after: number; readonly limit: number },
): Promise<object[]> {
  const rows = await db
    .selectFrom('rollout_members')
    .select(['tid', 'place', 'st', 'why', 'changed_ms'])
    .where('rollout', '=', id)
    .where('place', '>', after)
    .$if(state !== null, (query) => query.where('st', '=', state ?? ''))
    .orderBy('place')
    .limit(limit)
    .execute();
  return rows.map(({ tid, place, st, why, changed_ms }) => ({ tid, place, state: st, why, changedMs: changed_ms }));
}
