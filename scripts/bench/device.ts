import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUNDLER = fileURLToPath(new URL('../bundle.ts', import.meta.url));
const LAUNCHER = fileURLToPath(new URL('../../deploy/till-terminal', import.meta.url));

/** How a device runs its terminal. */
export interface Device {
  readonly program: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Builds what devices run into the folder, to be started as their service manager starts it. */
export function buildDevice(folder: string): Device {
  const words = [BUNDLER, '--out', join(folder, 'till-terminal.cjs')];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the device bundle could not be built: ${stderr}`);
  const environment = { NODE: process.execPath, TILL_FOLDER: folder, CACHE_DIRECTORY: join(folder, 'cache') };
  return { program: [LAUNCHER], environment };
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (found === null) throw new Error(`no VmRSS of process ${pid}`);
  return Number(found[1]) * 1024;
}
