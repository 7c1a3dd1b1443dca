import { createHash } from 'node:crypto';
import type { Adapter } from 'lowdb';
import { TerminalFailure } from '../domain/failure.ts';

/** The disk calls that settings need; the terminal's disk has them. */
export interface SettingsDisk {
  makeFolder(path: string): void;
  exists(path: string): boolean;
  read(path: string): Uint8Array;
  open(path: string, mode?: number): { write(bytes: Uint8Array, offset: number): void; sync(): void; close(): void };
  rename(from: string, to: string): void;
  remove(path: string): void;
  syncFolder(path: string): void;
}

/** Settings are small; anything larger is not ours. */
const FILE_BYTES_MAX = 64 * 1024;
const OWNER_ONLY = 0o600;
const SLOTS = [0, 1] as const;

type Slot = (typeof SLOTS)[number];

interface Generation {
  readonly slot: Slot;
  readonly generation: number;
  readonly data: unknown;
}

/**
 * One JSON document in two files that are written in turn: the newest whole generation counts, and the one before it is never touched
 * while a new one is written. A write is durable when it resolves; after a failed one the disk shows the old document again where it can.
 * The disk calls are synchronous inside, so that one write is never interleaved with another.
 */
export class DurableFile<Data> implements Adapter<Data> {
  /** What was found damaged while reading, for the log and the fleet. */
  readonly warnings: string[] = [];
  readonly #disk: SettingsDisk;
  readonly #folder: string;
  readonly #name: string;
  #current: { slot: Slot; generation: number } | null = null;

  constructor(options: { readonly disk: SettingsDisk; readonly folder: string; readonly name: string }) {
    this.#disk = options.disk;
    this.#folder = options.folder;
    this.#name = options.name;
  }

  /** @throws TerminalFailure `storage.corrupt` when generations exist but none is whole, `storage.failed` */
  read(): Promise<Data | null> {
    return this.#guard('read', () => {
      this.#disk.makeFolder(this.#folder);
      // A killed process may have left a name that a power cut would still take back.
      this.#disk.syncFolder(this.#folder);
      return this.#newest();
    });
  }

  /** @throws TerminalFailure `storage.failed` */
  write(data: Data): Promise<void> {
    return this.#guard('written', () => {
      const slot: Slot = this.#current?.slot === 0 ? 1 : 0;
      const generation = (this.#current?.generation ?? 0) + 1;
      const draft = `${this.#folder}/.${this.#name}.new`;
      try {
        this.#writeDraft(draft, encode(generation, data));
        this.#disk.rename(draft, this.#pathOf(slot));
        this.#disk.syncFolder(this.#folder);
      } catch (error) {
        this.#takeBack(slot, generation);
        throw error;
      }
      this.#current = { slot, generation };
    });
  }

  #writeDraft(path: string, bytes: Uint8Array): void {
    if (bytes.length > FILE_BYTES_MAX)
      throw new RangeError(`${bytes.length} bytes of settings; at most ${FILE_BYTES_MAX} are kept`);
    if (this.#disk.exists(path)) this.#disk.remove(path);
    const file = this.#disk.open(path, OWNER_ONLY);
    try {
      file.write(bytes, 0);
      file.sync();
    } finally {
      file.close();
    }
  }

  /** Removes a generation whose writing failed half-way, so that the next start finds what this life believes. */
  #takeBack(slot: Slot, generation: number): void {
    try {
      const found = this.#disk.exists(this.#pathOf(slot)) ? decode(this.#disk.read(this.#pathOf(slot))) : null;
      if (found?.generation !== generation) return;
      this.#disk.remove(this.#pathOf(slot));
      this.#disk.syncFolder(this.#folder);
    } catch {
      // The disk refuses: the reader is told by the failure itself, and reads again what the disk shows.
    }
  }

  #newest(): Data | null {
    const found: Generation[] = [];
    const broken: string[] = [];
    for (const slot of SLOTS) {
      const path = this.#pathOf(slot);
      if (!this.#disk.exists(path)) continue;
      const decoded = decode(this.#disk.read(path));
      if (decoded === null) broken.push(path);
      else found.push({ slot, ...decoded });
    }
    const newest = found.sort((one, other) => other.generation - one.generation)[0];
    if (newest === undefined) {
      this.#current = null;
      if (broken.length === 0) return null;
      const remedy = 'remove them and scan the configuration QR again';
      throw new TerminalFailure('storage.corrupt', `the settings ${broken.join(' and ')} are damaged; ${remedy}`);
    }
    this.#current = { slot: newest.slot, generation: newest.generation };
    for (const path of broken) {
      this.warnings.push(
        `the settings file ${path} is damaged; the other generation is used, the last change may be lost`,
      );
    }
    return newest.data as Data;
  }

  #pathOf(slot: Slot): string {
    return `${this.#folder}/${this.#name}.${slot}.json`;
  }

  /** The work is done before this returns; the promise only tells how it ended. */
  #guard<Result>(verb: string, work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      try {
        resolve(work());
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const known = cause instanceof TerminalFailure || cause instanceof RangeError;
        const message = `the settings could not be ${verb}: ${why}`;
        reject(known ? cause : new TerminalFailure('storage.failed', message, { cause, retryable: true }));
      }
    });
  }
}

/** First line: SHA-256 of the second; second line: the document with its generation. */
function encode(generation: number, data: unknown): Uint8Array {
  const body = JSON.stringify({ generation, data });
  return Buffer.from(`${checksumOf(body)}\n${body}\n`, 'utf8');
}

function decode(bytes: Uint8Array): { generation: number; data: unknown } | null {
  if (bytes.length > FILE_BYTES_MAX) return null;
  const [checksum, body] = Buffer.from(bytes).toString('utf8').split('\n');
  if (body === undefined || checksum !== checksumOf(body)) return null;
  const read: unknown = JSON.parse(body);
  if (typeof read !== 'object' || read === null || !('generation' in read) || !('data' in read)) return null;
  const { generation, data } = read;
  return typeof generation === 'number' && Number.isSafeInteger(generation) ? { generation, data } : null;
}

function checksumOf(body: string): string {
  return createHash('sha256').update(body, 'utf8').digest('hex');
}
