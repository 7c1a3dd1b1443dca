import { createHash } from 'node:crypto';
import type { Disk } from '../disk/contract.ts';

const FILE_BYTES_MAX = 16 * 1024;

/** A small value in one file of two lines, a checksum and JSON, replaced by write, fsync, rename and fsync of the folder. */
export class CheckedFile {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #name: string;

  constructor({ disk, folder, name }: { readonly disk: Disk; readonly folder: string; readonly name: string }) {
    this.#disk = disk;
    this.#folder = folder;
    this.#name = name;
  }

  /** What JSON held; null when there is no such file, or it is damaged. @throws what the disk throws */
  read(): unknown {
    const path = `${this.#folder}/${this.#name}`;
    return this.#disk.exists(path) ? decode(this.#disk.read(path)) : null;
  }

  /** Durable when it returns. @throws what the disk throws; then the earlier value still stands */
  write(value: object): void {
    this.#disk.makeFolder(this.#folder);
    const draft = `${this.#folder}/${this.#name}.new`;
    if (this.#disk.exists(draft)) this.#disk.remove(draft);
    const file = this.#disk.open(draft, 0o600);
    try {
      file.write(encode(value), 0);
      file.sync();
    } finally {
      file.close();
    }
    this.#disk.rename(draft, `${this.#folder}/${this.#name}`);
    this.#disk.syncFolder(this.#folder);
  }
}

const checksumOf = (body: string): string => createHash('sha256').update(body, 'utf8').digest('hex');

function encode(value: object): Uint8Array {
  const body = JSON.stringify(value);
  return Buffer.from(`${checksumOf(body)}\n${body}\n`, 'utf8');
}

function decode(bytes: Uint8Array): unknown {
  if (bytes.length > FILE_BYTES_MAX) return null;
  const [checksum, body] = Buffer.from(bytes).toString('utf8').split('\n');
  if (body === undefined || checksum !== checksumOf(body)) return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
