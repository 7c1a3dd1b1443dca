import { dirname } from 'node:path';
import type { Random } from '../random/contract.ts';
import type { Disk, DiskFile } from './contract.ts';
import { SimulatedFile } from './simulated-file.ts';

/** The calls that reach the medium and so may fail. */
export type DiskCall =
  'makeFolder' | 'list' | 'read' | 'open' | 'write' | 'truncate' | 'sync' | 'rename' | 'remove' | 'syncFolder';

/** A planned error: the `nth` call from now (1 = the next one) of this kind, or of any kind. */
export interface DiskFault {
  readonly call: DiskCall | 'any';
  readonly nth: number;
  readonly code: 'EIO' | 'ENOSPC' | 'EROFS';
  /** Every later matching call fails as well, until `heal()`. */
  readonly permanent?: boolean;
  /** A write puts the first half on the disk before it fails. */
  readonly short?: boolean;
}

type EntryChange =
  | { readonly is: 'created'; readonly path: string; readonly file: SimulatedFile }
  | { readonly is: 'removed'; readonly path: string }
  | { readonly is: 'renamed'; readonly from: string; readonly path: string; readonly file: SimulatedFile };

/**
 * A disk in memory that fails as real ones do. Un-synced bytes may be lost, torn at 512 bytes or zero after `powerCut`; un-synced
 * creations, renames and removals may not have happened. Folders are durable at once, as with `NodeDisk.makeFolder`.
 */
export class SimulatedDisk implements Disk {
  bytesWritten = 0;
  /** Successful syncs of files and folders. */
  flushes = 0;
  /** Calls so far, failed ones included. */
  calls = 0;
  #powerLost = false;
  #life = 0;
  #losePowerAt: number | null = null;
  #faults: { fault: DiskFault; left: number }[] = [];
  readonly #folders = new Set<string>(['/']);
  #files = new Map<string, SimulatedFile>();
  #durable = new Map<string, SimulatedFile>();
  #changes: EntryChange[] = [];

  /** Plans an error; several may be planned. */
  inject(fault: DiskFault): void {
    this.#faults.push({ fault, left: fault.nth });
  }

  /** Forgets every planned error. */
  heal(): void {
    this.#faults = [];
    this.#losePowerAt = null;
  }

  /** The power goes in the middle of the `nth` call from now; that call and every later one throw until `powerCut`. */
  losePowerAt(nth: number): void {
    this.#losePowerAt = this.calls + nth;
  }

  /** Cuts the power (if it is not gone yet) and brings it back: what was not synced is decided by `random`; open files are dead. */
  powerCut(random: Random): void {
    this.heal();
    this.#life += 1;
    this.#powerLost = false;
    for (const change of this.#changes) if (random.fraction() < 0.5) applyChange(this.#durable, change);
    this.#changes = [];
    this.#files = new Map(this.#durable);
    for (const file of new Set(this.#files.values())) file.powerCut(random);
  }

  /** Flips bits of one durable byte. */
  damage(path: string, offset: number, mask = 0xff): void {
    this.#fileAt(path).damage(offset, mask);
  }

  makeFolder(path: string): void {
    this.#meet('makeFolder');
    for (let folder = path; !this.#folders.has(folder); folder = dirname(folder)) this.#folders.add(folder);
  }

  list(path: string): string[] {
    this.#meet('list');
    if (!this.#folders.has(path)) throw diskError('ENOENT', `list ${path}`);
    const names = [...this.#files.keys(), ...this.#folders].filter((name) => name !== path && dirname(name) === path);
    return names.map((name) => name.slice(path === '/' ? 1 : path.length + 1));
  }

  exists(path: string): boolean {
    return this.#files.has(path) || this.#folders.has(path);
  }

  read(path: string): Uint8Array {
    this.#meet('read');
    const file = this.#fileAt(path);
    return file.readAt(file.size(), 0);
  }

  open(path: string): DiskFile {
    this.#meet('open');
    let file = this.#files.get(path);
    if (file === undefined) {
      if (!this.#folders.has(dirname(path))) throw diskError('ENOENT', `open ${path}`);
      file = new SimulatedFile();
      this.#files.set(path, file);
      this.#changes.push({ is: 'created', path, file });
    }
    return this.#handle(file);
  }

  rename(from: string, to: string): void {
    const file = this.#fileAt(from);
    this.#meet('rename', () => this.#renameNow(from, to, file));
    this.#renameNow(from, to, file);
  }

  remove(path: string): void {
    this.#fileAt(path);
    const removeNow = (): void => {
      this.#files.delete(path);
      this.#changes.push({ is: 'removed', path });
    };
    this.#meet('remove', removeNow);
    removeNow();
  }

  syncFolder(path: string): void {
    this.#meet('syncFolder');
    if (!this.#folders.has(path)) throw diskError('ENOENT', `sync ${path}`);
    for (const name of [...this.#durable.keys()]) if (dirname(name) === path) this.#durable.delete(name);
    for (const [name, file] of this.#files) if (dirname(name) === path) this.#durable.set(name, file);
    this.#changes = this.#changes.filter((change) => dirname(change.path) !== path);
    this.flushes += 1;
  }

  #renameNow(from: string, to: string, file: SimulatedFile): void {
    this.#files.delete(from);
    this.#files.set(to, file);
    this.#changes.push({ is: 'renamed', from, path: to, file });
  }

  #fileAt(path: string): SimulatedFile {
    const file = this.#files.get(path);
    if (file === undefined) throw diskError('ENOENT', `no such file: ${path}`);
    return file;
  }

  #handle(file: SimulatedFile): DiskFile {
    const life = this.#life;
    let open = true;
    const meet = (call: DiskCall, underway?: () => void, onFault?: (fault: DiskFault) => void): void => {
      if (!open || life !== this.#life) throw diskError('EBADF', 'the file is closed');
      this.#meet(call, underway, onFault);
    };
    const writeNow = (bytes: Uint8Array, offset: number): void => {
      file.write(bytes, offset);
      this.bytesWritten += bytes.length;
    };
    return {
      size: () => file.size(),
      readAt: (length, offset) => {
        meet('read');
        return file.readAt(length, offset);
      },
      write: (bytes, offset) => {
        const half = (): void => writeNow(bytes.subarray(0, bytes.length >> 1), offset);
        meet(
          'write',
          () => writeNow(bytes, offset),
          (fault) => (fault.short === true ? half() : undefined),
        );
        writeNow(bytes, offset);
      },
      truncate: (size) => {
        meet('truncate');
        file.truncate(size);
      },
      sync: () => {
        meet('sync', undefined, () => file.dropUnsynced());
        file.sync();
        this.flushes += 1;
      },
      close: () => {
        open = false;
      },
    };
  }

  /** Counts the call and throws when it is planned to fail. `underway` is what a power cut may leave half done. */
  #meet(call: DiskCall, underway?: () => void, onFault?: (fault: DiskFault) => void): void {
    this.calls += 1;
    if (this.#losePowerAt !== null && this.calls >= this.#losePowerAt) {
      if (!this.#powerLost) underway?.();
      this.#powerLost = true;
    }
    if (this.#powerLost) throw diskError('EIO', `the power is gone (${call})`);
    for (const planned of this.#faults) {
      if (planned.fault.call !== 'any' && planned.fault.call !== call) continue;
      planned.left -= 1;
      if (planned.left !== 0 && !(planned.left < 0 && planned.fault.permanent === true)) continue;
      onFault?.(planned.fault);
      throw diskError(planned.fault.code, `planned error at ${call}`);
    }
  }
}

function applyChange(entries: Map<string, SimulatedFile>, change: EntryChange): void {
  if (change.is === 'removed') {
    entries.delete(change.path);
    return;
  }
  if (change.is === 'renamed') entries.delete(change.from);
  entries.set(change.path, change.file);
}

function diskError(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
