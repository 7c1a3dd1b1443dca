import type { Clock } from '../../../hal/clock/contract.ts';
import { decodeMessage } from '../../contract/codec.ts';
import type { FleetLog } from '../log.ts';
import type { FleetMetrics } from '../metrics.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import { dayOf, ensurePartitions } from '../store/event-partitions.ts';
import { commitUplinks, type Committed } from './commit-uplinks.ts';
import type { DecodedUplink, Uplink } from './uplink.ts';
import type { UplinkEnd, UplinkSink } from './uplink-sink.ts';

/** A batch is committed when it has this many rows, */
const BATCH_ROWS = 500;
/** or when its first row has waited this long, ms. */
const BATCH_WAIT_MS = 50;
/** Adapters are held back beyond this. */
const WAITING_ROWS_MAX = 20_000;
const AGAIN_MS_MAX = 5_000;
const AGAIN_MS_MIN = 50;

interface Waiting {
  readonly uplink: DecodedUplink;
  readonly end: (end: UplinkEnd) => void;
}

/** Where packets go, and who is told of a commit. */
export interface PipelineParts {
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly log: FleetLog;
  readonly metrics: FleetMetrics;
  /** Tells this process's notices from another's. */
  readonly worker: string;
  /** A terminal that is not heard for this long is presumed offline. */
  readonly leaseMs: number;
  /** Called after each commit: the place for acknowledgements and answers. Never throws. */
  readonly onCommitted: (committed: Committed, uplinks: readonly DecodedUplink[]) => void;
}

/** Checks packets, gathers them into batches and commits these, one after the other. A database that is away is waited for. */
export class IngestPipeline implements UplinkSink {
  readonly #parts: PipelineParts;
  #waiting: Waiting[] = [];
  #rows = 0;
  #timer: unknown = null;
  #committing: Promise<void> | null = null;
  #held: (() => void)[] = [];
  #stopping = false;
  #partitionsFor = '';

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  offer({ tid, family, packet }: Uplink): Promise<UplinkEnd> {
    const { metrics, clock } = this.#parts;
    metrics.uplinks.inc({ family });
    if (this.#stopping) return Promise.resolve('dropped');
    const decoded = decodeMessage(family, packet);
    if (!decoded.ok) {
      metrics.refused.inc({ family, code: decoded.code });
      return Promise.resolve('refused');
    }
    // decodeMessage paired the message with its family; the union cannot follow that through a variable.
    const uplink = { tid, family, receivedMs: clock.wallMs(), message: decoded.message } as DecodedUplink;
    return new Promise((end) => {
      this.#waiting.push({ uplink, end });
      this.#rows += rowsOf(uplink);
      if (this.#rows >= BATCH_ROWS || isUrgent(uplink)) this.#flush();
      else this.#timer ??= clock.setTimeout(() => this.#flush(), BATCH_WAIT_MS);
    });
  }

  room(): Promise<void> {
    if (this.#rows < WAITING_ROWS_MAX || this.#stopping) return Promise.resolve();
    return new Promise((resolve) => this.#held.push(resolve));
  }

  /** Commits what waits and takes nothing more; after `patienceMs` without the database it lets go. */
  async close(patienceMs = AGAIN_MS_MAX): Promise<void> {
    this.#stopping = true;
    this.#flush();
    const { clock } = this.#parts;
    let timer: unknown = null;
    const patience = new Promise<void>((resolve) => (timer = clock.setTimeout(() => resolve(), patienceMs)));
    await Promise.race([this.#committing ?? Promise.resolve(), patience]);
    clock.clearTimeout(timer);
    for (const { end } of this.#waiting.splice(0)) end('dropped');
    for (const resume of this.#held.splice(0)) resume();
  }

  #flush(): void {
    this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#committing ??= this.#commitAll().finally(() => {
      this.#committing = null;
    });
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      await this.#commitForSure(batch);
      this.#parts.metrics.waiting.set(this.#rows);
      if (this.#rows < WAITING_ROWS_MAX) for (const resume of this.#held.splice(0)) resume();
    }
  }

  #takeBatch(): Waiting[] {
    let rows = 0;
    let count = 0;
    for (const { uplink } of this.#waiting) {
      if (count > 0 && rows >= BATCH_ROWS) break;
      rows += rowsOf(uplink);
      count++;
    }
    this.#rows -= rows;
    return this.#waiting.splice(0, count);
  }

  /** Until the database took it; a batch that it can never take is taken apart, so that one packet harms no other. */
  async #commitForSure(batch: readonly Waiting[]): Promise<void> {
    const { clock, log, metrics } = this.#parts;
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#commit(batch);
        return;
      } catch (error) {
        metrics.commitFailures.inc();
        const reason = error instanceof Error ? error.message : String(error);
        if (isAboutTheRows(error)) {
          if (batch.length > 1) {
            for (const one of batch) await this.#commitForSure([one]);
            return;
          }
          const family = batch[0]?.uplink.family ?? 'up/ev';
          metrics.refused.inc({ family, code: 'not-storable' });
          log.error({ tid: batch[0]?.uplink.tid, family, reason }, 'the database cannot hold a packet');
          batch[0]?.end('refused');
          return;
        }
        const againMs = Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** attempt);
        log.warn({ reason, rows: this.#rows, againMs }, 'the database did not take a batch; trying again');
        if (this.#stopping && attempt > 0) {
          for (const { end } of batch) end('dropped');
          return;
        }
        await new Promise<void>((resolve) => clock.setTimeout(() => resolve(), againMs));
      }
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const { store, clock, metrics, worker, leaseMs, onCommitted } = this.#parts;
    const uplinks = batch.map(({ uplink }) => uplink);
    const startedMs = clock.monotonicMs();
    const day = dayOf(clock.wallMs());
    if (this.#partitionsFor !== day) {
      await ensurePartitions(store.db, clock.wallMs());
      this.#partitionsFor = day;
    }
    const committed = await commitUplinks(store.db, uplinks, { day, leaseMs, worker });
    metrics.commitSeconds.observe((clock.monotonicMs() - startedMs) / 1000);
    metrics.events.inc(committed.progress.reduce((sum, { stored }) => sum + stored, 0));
    onCommitted(committed, uplinks);
    for (const { end } of batch) end('committed');
  }
}

function rowsOf(uplink: DecodedUplink): number {
  return uplink.family === 'up/ev' ? uplink.message.ev.length : 1;
}

/** Somebody looks at the screen and waits. */
function isUrgent({ family }: DecodedUplink): boolean {
  return family === 'up/cr' || family === 'up/sn';
}

/** SQLSTATE classes 22 (data) and 23 (constraint): repeating changes nothing. */
function isAboutTheRows(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && /^2[23][0-9A-Z]{3}$/.test(error.code);
}
