import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../../test/support/bench.ts';
import { HeadlessTerminal } from '../../test/support/headless-terminal.ts';
import type { Device } from './device.ts';
import { type Figure, megabytes } from './figure.ts';
import { sell } from './payments.ts';

const LIMIT_BYTES = 48 * 2 ** 20;
const WHAT = 'a terminal inside 48 MiB';
const BUDGET = 'works';

/** Names of a memory controller's files, of the kernel's two generations. */
const CONTROLLERS = [
  { folder: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes' },
  { folder: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak' },
] as const;

interface Cage {
  readonly path: string;
  peakBytes(): number;
  open(): void;
}

/** A group of processes that the kernel gives no more than 48 MiB; null where this user may not make one. */
function cage(): Cage | null {
  for (const { folder, limit, peak } of CONTROLLERS) {
    const path = join(folder, `till-bench-${process.pid}`);
    try {
      mkdirSync(path);
    } catch {
      continue;
    }
    if (!existsSync(join(path, limit))) {
      rmdirSync(path);
      continue;
    }
    writeFileSync(join(path, limit), String(LIMIT_BYTES));
    const peakBytes = (): number => Number(readFileSync(join(path, peak), 'utf8'));
    return { path, peakBytes, open: () => rmdirSync(path) };
  }
  return null;
}

/** Payments of a terminal that the kernel would end at one page more than 48 MiB, page cache of its own files included. */
export async function measureSmallMachine(bench: Bench, device: Device, payments: number): Promise<Figure> {
  const group = cage();
  if (group === null) {
    const value = 'not measured: this user may not limit memory';
    return { what: WHAT, value, compared: '', ratio: null, budget: BUDGET, met: null };
  }
  const enter = ['/bin/sh', '-c', 'echo $$ > "$0/cgroup.procs"; exec "$@"', group.path, ...device.program];
  const { configFile, dataDir } = bench;
  const terminal = new HeadlessTerminal({ configFile, dataDir, environment: device.environment, program: enter });
  try {
    await terminal.screen('idle');
    for (let payment = 0; payment < payments; payment += 1) await sell(bench, terminal, 1 + payment);
    await terminal.stop();
    const peak = group.peakBytes();
    return {
      what: WHAT,
      value: `${payments} payments, ${megabytes(peak)} at most`,
      compared: `the limit: ${megabytes(LIMIT_BYTES)}`,
      ratio: peak / LIMIT_BYTES,
      budget: BUDGET,
      met: true,
    };
  } finally {
    if (terminal.running) await terminal.kill();
    group.open();
  }
}
