import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder belongs to another process: two openers corrupt an embedded database. */
export class DataLocked extends Error {
  override readonly name = 'DataLocked';
}

interface Owner {
  readonly pid: number;
  /** Start of the process in clock ticks since boot: a later process may get the same number. */
  readonly startTicks: string | null;
}

/**
 * Takes a data folder for this process alone; a lock whose owner is gone is taken over.
 * @returns gives the folder back
 * @throws DataLocked when a living process has it
 */
export function lockData(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'fleet.lock');
  const mine = `${JSON.stringify({ pid: process.pid, startTicks: startTicksOf(process.pid) })}\n`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      return () => {
        if (readOwner(file)?.pid === process.pid) rmSync(file, { force: true });
      };
    } catch (error) {
      if (!isExisting(error) || attempt > 3) throw error;
    }
    const owner = readOwner(file);
    if (owner !== null && isAlive(owner)) {
      throw new DataLocked(
        `${folder} is in use by process ${owner.pid}: stop it, or ask it through its HTTP API; an embedded database has one owner`,
      );
    }
    rmSync(file, { force: true });
  }
}

function readOwner(file: string): Owner | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number') return null;
    const ticks = 'startTicks' in value && typeof value.startTicks === 'string' ? value.startTicks : null;
    return { pid: value.pid, startTicks: ticks };
  } catch {
    // Torn by a power cut, or just gone: nobody can be told from it.
    return null;
  }
}

function isAlive({ pid, startTicks }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = startTicksOf(pid);
  return startTicks === null || now === null || now === startTicks;
}

function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; field 22 is the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
