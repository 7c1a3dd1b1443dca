import { parentPort } from 'node:worker_threads';
import { runWorld, type WorldOptions, type WorldReport } from './world.ts';

/** How far the shop has come. */
export interface BegunMessage {
  readonly begun: number;
}

/** A report as it crosses from a thread: counts as pairs, since a class does not survive the way. */
export type ShopMessage = Omit<WorldReport, 'sometimes'> & {
  readonly counts: ReturnType<WorldReport['sometimes']['all']>;
};

parentPort?.on('message', (options: WorldOptions) => {
  const onBegun = (begun: number): void => parentPort?.postMessage({ begun } satisfies BegunMessage);
  void runWorld(options, onBegun).then(({ sometimes, ...report }) => {
    const message: ShopMessage = { ...report, counts: sometimes.all() };
    parentPort?.postMessage(message);
  });
});
