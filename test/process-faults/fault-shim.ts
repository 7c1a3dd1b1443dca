import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bits of `fault-shim.c`. `rename` takes links too, `look` is access and stat, `folder` makes and lists folders. */
export const CALLS = { open: 1, write: 2, sync: 4, rename: 8, remove: 16, read: 32, look: 64, folder: 128 } as const;
export type Call = keyof typeof CALLS;

/** What a failing call says; `short`: a write that takes only half of its bytes. */
export type FaultError = 'EIO' | 'ENOSPC' | 'EROFS' | 'short';

export interface Fault {
  readonly calls: readonly Call[];
  readonly error: FaultError;
  /** The first matching call from now on that fails, counted from 1. */
  readonly first?: number;
  /** How many fail; 0: all of them until `heal`. */
  readonly count?: number;
}

const FIELDS = 8;
const SEEN = 4;
const FAILED = 5;
const CLOCK_OFF = 6;
const LAST = 7;

/** File faults and clock faults in one process that a test starts: a preloaded library between it and the system. */
export class FaultShim {
  readonly #folder: string;
  readonly #descriptor: number;
  readonly #root: string;

  /** Faults hit calls below `root` only. @throws Error when the library cannot be built: a C compiler is needed */
  constructor(root: string) {
    this.#root = root;
    this.#folder = mkdtempSync(join(tmpdir(), 'till-fault-shim-'));
    const source = new URL('./fault-shim.c', import.meta.url).pathname;
    const built = spawnSync('cc', ['-shared', '-fPIC', '-O2', source, '-o', join(this.#folder, 'shim.so'), '-ldl'], {
      encoding: 'utf8',
    });
    if (built.status !== 0)
      throw new Error(`cc could not build the fault shim: ${built.stderr ?? String(built.error)}`);
    const control = join(this.#folder, 'control');
    writeFileSync(control, Buffer.alloc(FIELDS * 4));
    this.#descriptor = openSync(control, 'r+');
  }

  /** For the process that is to fail. */
  get environment(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: join(this.#folder, 'shim.so'),
      FAULT_SHIM_ROOT: this.#root,
      FAULT_SHIM_CONTROL: join(this.#folder, 'control'),
    };
  }

  /** Arms one fault, in place of the one before; counting starts anew. */
  fail({ calls, error, first = 1, count = 1 }: Fault): void {
    this.heal();
    const mask = calls.reduce((bits, call) => bits | CALLS[call], 0);
    const code = error === 'short' ? 0 : constants.errno[error];
    for (const [field, value] of [code, first, count, 0, 0].entries()) this.#set(field + 1, value);
    // The mask goes last: until then nothing is hit.
    this.#set(0, mask);
  }

  heal(): void {
    this.#set(0, 0);
  }

  /** Sets the wall clock of the process off by so many seconds. */
  shiftClock(seconds: number): void {
    this.#set(CLOCK_OFF, seconds);
  }

  /** Matching calls since the fault was armed. */
  get seen(): number {
    return this.#get(SEEN);
  }

  /** Calls that failed since the fault was armed. */
  get failed(): number {
    return this.#get(FAILED);
  }

  /** The call that failed last. */
  get lastFailed(): string {
    const bit = this.#get(LAST);
    return Object.entries(CALLS).find(([, call]) => call === bit)?.[0] ?? 'none';
  }

  close(): void {
    closeSync(this.#descriptor);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #set(field: number, value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value | 0);
    writeSync(this.#descriptor, bytes, 0, 4, field * 4);
  }

  #get(field: number): number {
    const bytes = Buffer.alloc(4);
    readSync(this.#descriptor, bytes, 0, 4, field * 4);
    return bytes.readUInt32LE();
  }
}
