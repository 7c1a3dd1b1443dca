import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { isFailure, TerminalFailure } from '../../domain/failure.ts';
import { type FolderLock, lockFolder } from '../../hal/disk/folder-lock.ts';

/** Where a running demo can be found; kept in its folder for whoever starts it again. */
export interface DemoAddress {
  readonly pid: number;
  readonly page: string;
  readonly sandbox: string;
}

/** Thrown when a demo is running on this folder already; `address` is null while that one is still starting. */
export class DemoIsRunning extends Error {
  readonly address: DemoAddress | null;
  constructor(address: DemoAddress | null, cause: unknown) {
    super('a demo is running on this folder already', { cause });
    this.address = address;
  }
}

/** The folder of one demo, locked by this process. */
export interface DemoFolder {
  readonly path: string;
  readonly gateway: string;
  readonly terminal: string;
  readonly fleet: string;
  readonly configFile: string;
  readonly logFile: string;
  announce(address: DemoAddress): void;
  /** Idempotent. */
  close(): void;
}

const MARK = 'demo.json';
const PARTS = ['gateway', 'terminal', 'fleet', 'terminal.json', 'terminal.log'] as const;

const markSchema = v.object({
  is: v.literal('till demo'),
  running: v.nullable(v.object({ pid: v.number(), page: v.string(), sandbox: v.string() })),
});

/**
 * Opens the folder, empty after `reset`. Only a folder that a demo made is ever emptied.
 * @throws DemoIsRunning
 * @throws TerminalFailure `storage.failed` when the folder holds something else
 */
export function openDemoFolder(path: string, reset: boolean): DemoFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const mark = join(path, MARK);
  if (readMark(mark) === null && [...PARTS, MARK].some((part) => existsSync(join(path, part)))) {
    throw new TerminalFailure(
      'storage.failed',
      `${path} holds files that no demo made; give another folder with --data`,
    );
  }
  const lock = locked(path, mark);
  try {
    if (reset) for (const part of PARTS) rmSync(join(path, part), { recursive: true, force: true });
    const note = (running: DemoAddress | null): void =>
      writeFileSync(mark, `${JSON.stringify({ is: 'till demo', running })}\n`);
    note(null);
    let closed = false;
    return {
      path,
      gateway: join(path, 'gateway'),
      terminal: join(path, 'terminal'),
      fleet: join(path, 'fleet'),
      configFile: join(path, 'terminal.json'),
      logFile: join(path, 'terminal.log'),
      announce: note,
      close: () => {
        if (closed) return;
        closed = true;
        note(null);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function locked(path: string, mark: string): FolderLock {
  try {
    return lockFolder(path);
  } catch (error) {
    if (!isFailure(error, 'storage.locked')) throw error;
    throw new DemoIsRunning(readMark(mark)?.running ?? null, error);
  }
}

function readMark(file: string): v.InferOutput<typeof markSchema> | null {
  try {
    return v.parse(markSchema, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
