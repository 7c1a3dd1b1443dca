import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUNDLER = fileURLToPath(new URL('../bundle.ts', import.meta.url));

/** Node's flags on a device: half the memory after a thousand payments for a few milliseconds of start. */
export const DEVICE_FLAGS: readonly string[] = [
  '--liftoff-only',
  '--max-semi-space-size=1',
  '--max-old-space-size=32',
  '--v8-pool-size=1',
  '--no-opt',
  '--no-maglev',
];
export const DEVICE_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '1',
  UV_THREADPOOL_SIZE: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
} as const;

/** Builds the file that devices run into the folder; gives its path. */
export function buildDeviceBundle(folder: string): string {
  const file = join(folder, 'till-terminal.cjs');
  const { status, stderr } = spawnSync(process.execPath, [BUNDLER, '--out', file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the device bundle could not be built: ${stderr}`);
  return file;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (found === null) throw new Error(`no VmRSS of process ${pid}`);
  return Number(found[1]) * 1024;
}
