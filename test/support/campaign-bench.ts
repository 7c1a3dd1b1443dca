import { sql } from 'kysely';
import type { FleetEvent } from '../../fleet/contract/events.ts';
import type { Job } from '../../fleet/contract/jobs.ts';
import { actOnCampaign, approveCampaign, createCampaign } from '../../fleet/service/campaigns/campaign-actions.ts';
import { stepCampaigns } from '../../fleet/service/campaigns/campaign-engine.ts';
import type { DueJob } from '../../fleet/service/campaigns/campaign-jobs.ts';
import { newCampaignSchema } from '../../fleet/service/campaigns/campaign-plan.ts';
import { campaignOf } from '../../fleet/service/campaigns/campaign-views.ts';
import type { Operator } from '../../fleet/service/state/operators.ts';
import { ensurePartitions } from '../../fleet/service/store/event-partitions.ts';
import type { FleetStore } from '../../fleet/service/store/fleet-store.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import * as v from 'valibot';
import { birthOf, TestWorker } from './fleet-parts.ts';
import { openAnyStore } from './fleet-stores.ts';

export const MAKER: Operator = { name: 'Ann', role: 'operator', tokenId: 't-ann' };
export const APPROVER: Operator = { name: 'Bob', role: 'operator', tokenId: 't-bob' };
export const RELEASE_HASH = 'ab'.repeat(32);
export const NEXT = '2.0.0';
/** What a terminal says of a release that did not come up. */
export const NOT_STARTED = { reason: 'did-not-start', why: 'not confirmed after 3 starts' };
const random = new SystemRandom();

/** What a test may read of a campaign. */
export interface CampaignSeen {
  readonly state: string;
  readonly why: string | null;
  readonly wave: number;
  readonly members: Readonly<Record<string, number>>;
  readonly causes: readonly object[];
  readonly health: { readonly payments: number; readonly breach: string | null } | null;
}

/** Terminals and a service on one store, with a wall clock that a test moves. */
export class CampaignBench {
  readonly store: FleetStore;
  readonly worker: TestWorker;
  nowMs: number;
  readonly #remove: () => Promise<void>;
  readonly #boots = new Map<string, number>();
  readonly #sequences = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  #orders = 0;

  private constructor(store: FleetStore, remove: () => Promise<void>) {
    this.store = store;
    this.#remove = remove;
    this.nowMs = Date.now();
    const system = new SystemClock();
    const clock: Clock = {
      wallMs: () => this.nowMs,
      monotonicMs: () => system.monotonicMs(),
      setTimeout: (task, delayMs) => system.setTimeout(task, delayMs),
      clearTimeout: (id) => system.clearTimeout(id),
    };
    this.worker = new TestWorker(store, 'campaigns', clock);
  }

  static async open(): Promise<CampaignBench> {
    const { store, remove } = await openAnyStore();
    return new CampaignBench(store, remove);
  }

  async close(): Promise<void> {
    await this.worker.close();
    await this.store.close();
    await this.#remove();
  }

  /** An empty fleet again: cheaper than another database. */
  async clear(): Promise<void> {
    await sql`truncate terminals, terminal_live, event_streams, events, jobs, job_steps, alerts, campaigns,
      campaign_members, campaign_points cascade`.execute(this.store.db);
    this.#sequences.clear();
    this.worker.downlink.sent.length = 0;
  }

  /** Terminals that are there and run this version. */
  async terminals(count: number, version = '1.0.0'): Promise<string[]> {
    const tids = Array.from({ length: count }, (_, index) => `till-${String(index + 1).padStart(2, '0')}`);
    for (const tid of tids) await this.boot(tid, version);
    return tids;
  }

  /** A terminal starts: its birth and the fact of it. */
  async boot(tid: string, version: string): Promise<void> {
    const b = (this.#boots.get(tid) ?? 0) + 1;
    this.#boots.set(tid, b);
    await this.worker.take(tid, 'up/st', birthOf({ b, sw: version }));
    await this.tell(tid, [{ type: 'BOOT', d: { boot: b, version } }]);
  }

  /** A terminal stops in order. */
  async leave(tid: string): Promise<void> {
    await this.worker.take(tid, 'up/st', { on: 0, b: this.#boots.get(tid) ?? 0, e: 'e1', why: 'stop' });
  }

  async tell(tid: string, facts: readonly Omit<FleetEvent, 's' | 't'>[], t: number = this.nowMs): Promise<void> {
    const from = this.#sequences.get(tid) ?? 0;
    const ev = facts.map((fact, index) => ({ ...fact, s: from + index + 1, t: 't' in fact ? Number(fact['t']) : t }));
    this.#sequences.set(tid, from + facts.length);
    await this.worker.take(tid, 'up/ev', { e: 'e1', ev: ev as FleetEvent[] });
  }

  /** Payments of a terminal, one after the other, each so long to its result. */
  async pay(tid: string, count: number, { ms = 500, outcome = 'paid' } = {}): Promise<void> {
    const facts = Array.from({ length: count }, () => {
      this.#orders += 1;
      const order = `o${this.#orders}`;
      const intent = { order, amountFen: 1, platform: 'wechat', staffId: null, windowEndsAtMs: this.nowMs + 60_000 };
      const result = { order, outcome, reason: '', paidAtMs: null, late: false };
      return [
        { type: 'ORDER_INTENT', d: intent, t: this.nowMs },
        { type: 'ORDER_RESULT', d: result, t: this.nowMs + ms },
      ];
    });
    await this.tell(tid, facts.flat());
  }

  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    await ensurePartitions(this.store.db, this.nowMs);
    // Who is there says so.
    await sql`update terminal_live set lease_ms = ${this.nowMs + 3_600_000}`.execute(this.store.db);
  }

  /** A running campaign. */
  async start(plan: Record<string, unknown> = {}): Promise<string> {
    const parts = { db: this.store.db, nowMs: this.nowMs };
    const made = v.parse(newCampaignSchema, {
      ...{ name: 'spring', version: NEXT, sha256: RELEASE_HASH },
      plan: { target: `till-${NEXT}.zst`, filter: {}, soakMs: 60_000, ...plan },
    });
    const id = await createCampaign({ ...parts, random }, MAKER, made);
    await approveCampaign(parts, APPROVER, { id, sha256: RELEASE_HASH });
    await actOnCampaign(parts, MAKER, { id, action: 'start' });
    return id;
  }

  act(id: string, action: 'pause' | 'resume' | 'abort', more: object = {}): Promise<DueJob[] | null> {
    return actOnCampaign({ db: this.store.db, nowMs: this.nowMs }, MAKER, { id, action, ...more });
  }

  /** One step of the service. */
  step(): Promise<DueJob[]> {
    return stepCampaigns(this.store.db, this.nowMs);
  }

  async seen(id: string): Promise<CampaignSeen> {
    return (await campaignOf(this.store.db, id)) as unknown as CampaignSeen;
  }

  /** The terminal's word on a job. */
  async report(
    due: Pick<DueJob, 'tid' | 'job' | 'ver'>,
    st: string,
    cause: { readonly reason?: string; readonly why?: string } = {},
  ): Promise<void> {
    const n = (this.#counts.get(due.job + due.tid) ?? 0) + 1;
    this.#counts.set(due.job + due.tid, n);
    const { tid, job, ver } = due;
    await this.worker.take(tid, 'up/jb', { job, ver, n, st, t: this.nowMs, ...cause });
  }

  /** Takes a job as a terminal does whose release is good: starts it and confirms it. */
  async upgrade(due: DueJob, confirm = true): Promise<void> {
    await this.report(due, 'download');
    await this.boot(due.tid, String(due.doc?.version ?? NEXT));
    await this.report(due, 'confirm');
    if (confirm) await this.report(due, 'ok');
  }

  /** "Give me my job". */
  async ask(tid: string): Promise<Job> {
    const before = this.worker.downlink.of(tid, 'dn/jb').length;
    await this.worker.take(tid, 'up/jg', { e: 'e1', b: 1, t: this.nowMs, sw: '1.0.0', slot: 'a' });
    await this.worker.downlink.until(tid, 'dn/jb', () => this.worker.downlink.of(tid, 'dn/jb').length > before);
    const job = this.worker.downlink.of(tid, 'dn/jb').at(-1);
    if (job === undefined) throw new Error('no answer');
    return job;
  }
}
