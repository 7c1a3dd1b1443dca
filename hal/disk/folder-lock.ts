import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalFailure } from '../../domain/failure.ts';

/** Held while this process is the one writer of a data folder. */
export interface FolderLock {
  /** Idempotent. */
  release(): void;
}

/** Who holds a lock. A number alone would not do: after a power cut another process may carry it. */
interface Holder {
  readonly pid: number;
  /** Clock ticks since boot at which that process started, or '' where /proc does not tell. */
  readonly startedAt: string;
  /** The kernel's id of this boot of the machine. */
  readonly machineBoot: string;
}

const ATTEMPTS_MAX = 5;

/**
 * Makes this process the only writer of `folder`. The lock of a process that no longer lives is taken over.
 * @throws TerminalFailure `storage.locked` naming the process that holds it.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'lock');
  const own: Holder = { pid: process.pid, startedAt: startOf(process.pid), machineBoot: machineBoot() };
  const text = JSON.stringify(own);
  const draft = `${path}.${own.pid}`;
  try {
    writeFileSync(draft, text, { mode: 0o644 });
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (linked(draft, path)) return { release: () => releaseLock(path, text) };
      takeOverIfStale(path, folder, draft);
    }
  } finally {
    // Also when it is only half written: a full disk must not collect drafts. The process id makes it ours.
    rmSync(draft, { force: true });
  }
  throw new TerminalFailure('storage.locked', `${folder}: other processes are starting on this folder; try again`, {
    retryable: true,
  });
}

/** The process that holds a folder now; null when none that lives does. Changes nothing. */
export function folderHolder(folder: string): number | null {
  const found = textOf(join(folder, 'lock'));
  const holder = found === null ? null : holderOf(found);
  return holder !== null && lives(holder) ? holder.pid : null;
}

/** A lock that cannot be removed is taken over by the next start: its holder no longer lives. */
function releaseLock(path: string, text: string): void {
  try {
    removeIf(path, text);
  } catch {
    // The disk refuses; an orderly stop stays one.
  }
}

/** A hard link is the one creation that is exclusive and shows the file with its content at once. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function takeOverIfStale(path: string, folder: string, draft: string): void {
  const found = textOf(path);
  if (found === null) return;
  const holder = holderOf(found);
  if (holder !== null && lives(holder)) {
    const who = holder.pid === process.pid ? 'this very process' : `process ${holder.pid}`;
    throw new TerminalFailure(
      'storage.locked',
      `${folder} is in use by ${who}; stop it first, or give another data folder`,
    );
  }
  const aside = `${draft}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  // Another process may have taken the stale lock over between our look and our rename: give its lock back.
  if (textOf(aside) !== found) linked(aside, path);
  unlinkSync(aside);
}

function lives(holder: Holder): boolean {
  if (holder.machineBoot !== machineBoot()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return startOf(holder.pid) === holder.startedAt;
}

function holderOf(text: string): Holder | null {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null) return null;
    const { pid, startedAt, machineBoot: boot } = read as Partial<Record<keyof Holder, unknown>>;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return null;
    if (typeof startedAt !== 'string' || typeof boot !== 'string') return null;
    return { pid, startedAt, machineBoot: boot };
  } catch {
    return null;
  }
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets, so count from its end. */
function startOf(pid: number): string {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === null ? '' : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '');
}

function machineBoot(): string {
  return textOf('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function removeIf(path: string, text: string): void {
  if (textOf(path) === text) unlinkSync(path);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
