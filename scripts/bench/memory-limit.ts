import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../../test/support/bench.ts';
import { HeadlessTerminal } from '../../test/support/headless-terminal.ts';
import type { Device } from './device.ts';
import { type Figure, median, milliseconds } from './figure.ts';

const LIMIT_BYTES = 48 * 2 ** 20;

/** The two ways in which kernels limit the memory of a group of processes. */
const KINDS = [
  { root: '/sys/fs/cgroup', proof: 'cgroup.controllers', limit: 'memory.max', swap: 'memory.swap.max' },
  {
    root: '/sys/fs/cgroup/memory',
    proof: 'memory.limit_in_bytes',
    limit: 'memory.limit_in_bytes',
    swap: 'memory.swappiness',
  },
] as const;

/** Payments of a terminal that may use 48 MiB, its part of the page cache included. Empty where this machine makes no such group. */
export async function measureLimit(bench: Bench, device: Device, payments: number): Promise<Figure[]> {
  const group = openGroup();
  if (group === null) return [];
  // The shell enters the group and becomes the terminal.
  const enter = ['sh', '-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"', group, ...device.program];
  const { configFile, dataDir } = bench;
  const terminal = new HeadlessTerminal({ configFile, dataDir, ...device, program: enter });
  try {
    await terminal.screen('idle');
    const sales: number[] = [];
    for (let payment = 0; payment < payments; payment += 1) {
      terminal.typeAmount((0.01 + payment / 100).toFixed(2));
      await terminal.screen('present-code');
      const code = bench.code('wechat');
      const at = performance.now();
      terminal.scan(code);
      await terminal.next('the voice', (line) => line.is === 'voice' && String(line['text']).includes('收款成功'));
      sales.push(performance.now() - at);
      terminal.press('cancel');
      await terminal.screen('idle');
    }
    return [
      {
        what: `${payments} payments inside 48 MiB`,
        value: milliseconds(median(sales)),
        compared: 'scan → voice, median; no swap',
        ratio: null,
        budget: 'works',
        met: true,
      },
    ];
  } finally {
    await terminal.stop();
    rmdirSync(group);
  }
}

function openGroup(): string | null {
  for (const { root, proof, limit, swap } of KINDS) {
    const group = join(root, `till-bench-${process.pid}`);
    try {
      if (!existsSync(join(root, proof))) continue;
      mkdirSync(group);
      if (!existsSync(join(group, limit))) {
        rmdirSync(group);
        continue;
      }
      writeFileSync(join(group, limit), String(LIMIT_BYTES));
      if (existsSync(join(group, swap))) writeFileSync(join(group, swap), '0');
      if (Number(readFileSync(join(group, limit), 'utf8')) === LIMIT_BYTES) return group;
    } catch {
      // Not root, or a machine that keeps its groups to itself.
    }
  }
  return null;
}
