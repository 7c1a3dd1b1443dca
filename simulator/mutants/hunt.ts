import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutant.ts';

/** Which planted bug is looked for, and for how long. */
export interface HuntOptions {
  readonly mutant: Mutant;
  readonly seed: string;
  /** Give up after so many payments. */
  readonly payments: number;
}

/** What the world made of a planted bug. */
export interface HuntReport {
  readonly payments: number;
  /** The first thing that broke, or what should have happened and did not; null: the bug was not found. */
  readonly found: string | null;
  /** The story of the shop in which it broke. */
  readonly story: readonly string[];
}

/** Runs the seeded world with the bug planted, in a thread whose modules are its own. */
export function hunt(options: HuntOptions): Promise<HuntReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hunt-worker.ts', import.meta.url), { workerData: options });
    worker.on('message', (report: HuntReport) => resolve(report));
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the hunt for ${options.mutant.name} ended with ${code}`)));
  });
}
