import { Worker } from 'node:worker_threads';
import type { ChartPicture } from './chart-picture.ts';
import type { ChartWord } from './chart-worker.ts';

/**
 * The charts of every machine, laid out once in a process life, beside the event loop: it takes seconds, and terminals are waiting.
 * Nothing is begun before somebody asks.
 */
export class ChartStudio {
  readonly #pictures = new Map<string, ChartPicture>();
  #waiting: (() => void)[] = [];
  #run: Promise<void> | null = null;

  /** Begins, for those who will ask. */
  begin(): void {
    // What goes wrong is told to whoever asks for a chart.
    this.#begun().catch(() => undefined);
  }

  /** Null for a machine that does not exist. @throws the worker's error */
  async picture(machine: string): Promise<ChartPicture | null> {
    const run = this.#begun();
    let isOver = false;
    const over = run.then(() => void (isOver = true));
    for (;;) {
      const picture = this.#pictures.get(machine);
      if (picture !== undefined) return picture;
      if (isOver) return null;
      await Promise.race([over, new Promise<void>((resolve) => this.#waiting.push(resolve))]);
    }
  }

  #begun(): Promise<void> {
    this.#run ??= this.#layOut().catch((error: unknown) => {
      // The next to ask begins anew.
      this.#run = null;
      throw error;
    });
    return this.#run;
  }

  #layOut(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./chart-worker.ts', import.meta.url));
      // A service that stops does not wait for pictures.
      worker.unref();
      worker.on('message', (word: ChartWord) => {
        if (word.machine === null) return resolve();
        this.#pictures.set(word.machine, word.picture);
        for (const wake of this.#waiting.splice(0)) wake();
      });
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the charts came to no end')));
    });
  }
}
