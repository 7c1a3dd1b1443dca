import { sql } from 'kysely';
import type { Clock } from '../../../hal/clock/contract.ts';
import type { DesiredDocument } from '../../contract/configuration.ts';
import type { Job } from '../../contract/jobs.ts';
import type { FleetLog } from '../log.ts';
import type { FleetMetrics } from '../metrics.ts';
import type { FleetDb } from '../store/database.ts';
import { records } from '../store/records.ts';
import type { Committed } from './commit-uplinks.ts';
import { sendDown, type Downlink } from './downlink.ts';
import { ofFamily, type DecodedUplink } from './uplink.ts';

/** Another worker may be committing what is missing; only then is it asked for again. */
const GAP_WAIT_MS = 1_500;
/** Terminals whose gaps are watched at a time. */
const GAPS_MAX = 10_000;

type BirthUplink = Extract<DecodedUplink, { family: 'up/st' }>;

/** What answers are read from and sent through. */
export interface AnswerParts {
  readonly db: FleetDb;
  readonly clock: Clock;
  readonly log: FleetLog;
  readonly metrics: FleetMetrics;
  readonly downlink: Downlink;
}

/** What goes back to terminals after a commit: acknowledgements, and what a birth or "give me my job" pulls. */
export class TerminalAnswers {
  readonly #parts: AnswerParts;
  readonly #gaps = new Map<string, unknown>();

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** Called after each commit. */
  afterCommit({ progress }: Committed, uplinks: readonly DecodedUplink[]): void {
    const { downlink, clock, metrics } = this.#parts;
    for (const { tid, e, acked, gap } of progress) {
      sendDown(downlink, tid, 'dn/ack', { e, s: acked, t: clock.wallMs() });
      metrics.acknowledgements.inc();
      if (gap) this.#watchGap(tid, e);
    }
    const births = ofFamily(uplinks, 'up/st').filter(({ message }) => message.on === 1);
    if (births.length > 0) this.#guard(this.#answerBirths(births));
    const asking = [...new Set(ofFamily(uplinks, 'up/jg').map(({ tid }) => tid))];
    if (asking.length > 0) this.#guard(this.#answerJobs(asking));
  }

  close(): void {
    for (const timer of this.#gaps.values()) this.#parts.clock.clearTimeout(timer);
    this.#gaps.clear();
  }

  /** An answer that cannot be given is asked for again by the terminal. */
  #guard(task: Promise<void>): void {
    task.catch((error: unknown) => {
      this.#parts.log.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'no answer to a terminal',
      );
    });
  }

  #watchGap(tid: string, e: string): void {
    const key = `${tid}/${e}`;
    if (this.#gaps.has(key) || this.#gaps.size >= GAPS_MAX) return;
    const timer = this.#parts.clock.setTimeout(() => {
      this.#gaps.delete(key);
      this.#guard(this.#askAgain(tid, e));
    }, GAP_WAIT_MS);
    this.#gaps.set(key, timer);
  }

  async #askAgain(tid: string, e: string): Promise<void> {
    const { db, downlink, clock } = this.#parts;
    const stream = await db
      .selectFrom('event_streams')
      .select(['acked', 'stored_max'])
      .where('tid', '=', tid)
      .where('e', '=', e)
      .executeTakeFirst();
    if (stream === undefined || stream.stored_max <= stream.acked) return;
    sendDown(downlink, tid, 'dn/ack', { e, from: stream.acked + 1, t: clock.wallMs() });
  }

  async #answerBirths(births: readonly BirthUplink[]): Promise<void> {
    await this.#answerAcknowledged(births);
    const { db, downlink, clock } = this.#parts;
    const rows = births.map(({ tid, message }) => ({ tid, cfg: message.on === 1 ? message.cfg : 0 }));
    const { rows: wished } = await sql<{ tid: string; ver: number; doc: DesiredDocument; by: string }>`select
        t.tid, c.ver, c.doc, c.by from ${records(rows, 'tid text, cfg bigint')}
      join terminals t on t.tid = x.tid join configurations c on c.ver = t.desired_ver
      where t.desired_ver > x.cfg`.execute(db);
    for (const { tid, ver, doc, by } of wished) sendDown(downlink, tid, 'dn/cf', { ver, doc, by, t: clock.wallMs() });
    await sendOpenCommands(
      this.#parts,
      births.map(({ tid }) => tid),
    );
  }

  async #answerAcknowledged(births: readonly BirthUplink[]): Promise<void> {
    const { db, downlink, clock } = this.#parts;
    const rows = births.flatMap(({ tid, message }) => {
      return message.on === 1 ? [{ tid, e: message.e, last: message.lastAck }] : [];
    });
    const { rows: known } = await sql<{ tid: string; e: string; last: number; acked: number | null }>`select
        x.tid, x.e, x.last, s.acked from ${records(rows, 'tid text, e text, last bigint')}
      left join event_streams s on s.tid = x.tid and s.e = x.e`.execute(db);
    for (const { tid, e, last, acked } of known) {
      const t = clock.wallMs();
      // Fewer than the terminal was told: the database was restored from a backup.
      if ((acked ?? 0) < last) sendDown(downlink, tid, 'dn/ack', { e, from: (acked ?? 0) + 1, t });
      else if ((acked ?? 0) > last) sendDown(downlink, tid, 'dn/ack', { e, s: acked ?? 0, t });
    }
  }

  async #answerJobs(tids: readonly string[]): Promise<void> {
    const { db, downlink } = this.#parts;
    const rows = tids.map((tid) => ({ tid }));
    const { rows: jobs } = await sql<{
      tid: string;
      job: string | null;
      ver: number | null;
      doc: Job['doc'] | null;
    }>`select
        x.tid, j.job, j.ver, j.doc from ${records(rows, 'tid text')}
      left join lateral (select * from jobs j where j.tid = x.tid
        and j.st not in ('ok', 'failed', 'rolledback', 'rejected', 'superseded', 'withdrawn')
        order by j.changed_ms desc limit 1) j on true`.execute(db);
    for (const { tid, job, ver, doc } of jobs) {
      sendDown(downlink, tid, 'dn/jb', { job, ver: ver ?? 0, ...(doc !== null && { doc }) });
    }
  }
}

/** Sends what was commanded and has no end yet; a terminal that knows the id answers with its last report. */
export async function sendOpenCommands(
  { db, clock, downlink }: Pick<AnswerParts, 'db' | 'clock' | 'downlink'>,
  tids: readonly string[],
): Promise<void> {
  const open = await db
    .selectFrom('commands')
    .select(['id', 'tid', 'op', 'args', 'by', 'exp_ms', 'sig'])
    .where('tid', 'in', [...tids])
    .where('st', 'in', ['issued', 'accepted', 'progress'])
    .where('exp_ms', '>', clock.wallMs())
    .orderBy('issued_ms')
    .execute();
  for (const { id, tid, op, args, by, exp_ms: exp, sig } of open) {
    sendDown(downlink, tid, 'dn/cm', { id, op, args, by, exp, t: clock.wallMs(), ...(sig !== null && { sig }) });
  }
}
