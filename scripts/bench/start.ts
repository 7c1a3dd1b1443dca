import { spawnSync } from 'node:child_process';
import type { Bench } from '../../test/support/bench.ts';
import { HeadlessTerminal } from '../../test/support/headless-terminal.ts';
import type { Device } from './device.ts';
import { type Figure, median, milliseconds } from './figure.ts';

const ROUNDS = 9;
const BUDGET = 2.5;

/** Start to `ready` of a configured terminal, in turns with a Node that does nothing. */
export async function measureStart(bench: Bench, device: Device): Promise<Figure[]> {
  const ready: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bareAt = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    bare.push(performance.now() - bareAt);
    const readyAt = performance.now();
    const { configFile, dataDir } = bench;
    const terminal = new HeadlessTerminal({ configFile, dataDir, ...device });
    await terminal.next('ready', (line) => line.is === 'ready');
    ready.push(performance.now() - readyAt);
    await terminal.stop();
  }
  const ratio = median(ready) / median(bare);
  return [
    {
      what: 'start to ready, device bundle',
      value: milliseconds(median(ready)),
      compared: `node -e 0: ${milliseconds(median(bare))}`,
      ratio,
      budget: `≤ ${BUDGET} ×`,
      met: ratio <= BUDGET,
    },
  ];
}
