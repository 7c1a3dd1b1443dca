import { Worker } from 'node:worker_threads';
import type { BegunMessage, ShopMessage } from './shop-worker.ts';
import { Sometimes } from './sometimes.ts';
import type { Begun, WorldOptions, WorldReport } from './world.ts';

interface Job {
  readonly options: WorldOptions;
  readonly onBegun: Begun;
  readonly done: (report: WorldReport) => void;
  readonly failed: (error: unknown) => void;
}

/** Threads that live shops side by side: no shop knows of another, so each lives the same life here as anywhere. */
export class ShopPool {
  readonly #idle: Worker[] = [];
  readonly #waiting: Job[] = [];
  readonly #busy = new Map<Worker, Job>();

  constructor(threads: number) {
    for (let thread = 0; thread < threads; thread += 1) this.#idle.push(this.#newWorker());
  }

  /** Lives one shop; those that were asked for first begin first. @throws the error of its thread */
  run(options: WorldOptions, onBegun: Begun): Promise<WorldReport> {
    return new Promise((done, failed) => {
      this.#waiting.push({ options, onBegun, done, failed });
      this.#assign();
    });
  }

  /** Ends every thread, whatever it is at. */
  async end(): Promise<void> {
    this.#waiting.length = 0;
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    this.#busy.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #newWorker(): Worker {
    const worker = new Worker(new URL('./shop-worker.ts', import.meta.url));
    worker.on('message', (message: ShopMessage | BegunMessage) => {
      const job = this.#busy.get(worker);
      if ('begun' in message) return job?.onBegun(message.begun);
      const { counts, ...report } = message;
      this.#busy.delete(worker);
      this.#idle.push(worker);
      const sometimes = new Sometimes();
      for (const [what, times] of counts) sometimes.count(what, times);
      job?.done({ ...report, sometimes });
      this.#assign();
    });
    worker.on('error', (error) => {
      this.#busy.get(worker)?.failed(error);
      this.#busy.delete(worker);
    });
    return worker;
  }

  #assign(): void {
    while (this.#idle.length > 0) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      const worker = this.#idle.pop();
      if (worker === undefined) return;
      this.#busy.set(worker, job);
      worker.postMessage(job.options);
    }
  }
}
