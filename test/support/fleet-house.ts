import { Housekeeping } from '../../fleet/service/housekeeping.ts';
import { FleetMetrics } from '../../fleet/service/metrics.ts';
import { LiveHub } from '../../fleet/service/state/live-hub.ts';
import { ensurePartitions } from '../../fleet/service/store/event-partitions.ts';
import type { FleetStore } from '../../fleet/service/store/fleet-store.ts';
import { silentLog, TestWorker } from './fleet-parts.ts';
import { openAnyStore } from './fleet-stores.ts';
import { SetClock } from './set-clock.ts';

const DAY_MS = 86_400_000;

/** A store, a worker and who keeps house, on a clock that a test moves. */
export class FleetHouse {
  readonly clock: SetClock;
  readonly store: FleetStore;
  readonly worker: TestWorker;
  readonly #remove: () => Promise<void>;

  private constructor(clock: SetClock, store: FleetStore, remove: () => Promise<void>) {
    this.clock = clock;
    this.store = store;
    this.worker = new TestWorker(store, 'worker', clock);
    this.#remove = remove;
  }

  static async open(wallMs: number): Promise<FleetHouse> {
    const { store, remove } = await openAnyStore();
    await ensurePartitions(store.db, wallMs);
    return new FleetHouse(new SetClock(wallMs), store, remove);
  }

  /** One round of housekeeping, after the time has passed. */
  async keep(passMs = 0, { historyStepMs = 300_000, retentionDays = 90 } = {}): Promise<void> {
    this.clock.pass(passMs);
    if (passMs >= DAY_MS) await ensurePartitions(this.store.db, this.clock.wallMs());
    const house = new Housekeeping({
      ...{ store: this.store, clock: this.clock, log: silentLog, metrics: new FleetMetrics(), hub: new LiveHub() },
      ...{ downlink: this.worker.downlink, worker: 'house', roundMs: 1_000, retentionDays, historyStepMs },
    });
    await house.round();
  }

  async close(): Promise<void> {
    await this.worker.close();
    await this.store.close();
    await this.#remove();
  }
}
