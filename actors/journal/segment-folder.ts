import { TerminalFailure } from '../../domain/failure.ts';
import type { Disk, DiskFile } from '../../hal/disk/contract.ts';
import { readSegment, type SegmentContent } from './segment.ts';

const SEGMENT_NAME = /^(\d{6})\.seg$/;
const DRAFT_SUFFIX = '.new';
/** A segment grows beyond 1 MiB only when more than that had to be carried over. */
const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;

/** The files of one journal: what they are called, and how they come and go durably. */
export class SegmentFolder {
  readonly #disk: Disk;
  readonly #path: string;

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
  }

  /** Makes the folder and drops drafts of an interrupted creation. Returns the numbers of the segments, oldest first. */
  prepare(): number[] {
    this.#disk.makeFolder(this.#path);
    for (const name of this.#disk.list(this.#path)) {
      if (name.endsWith(DRAFT_SUFFIX)) this.#disk.remove(`${this.#path}/${name}`);
    }
    return this.numbers();
  }

  /** Oldest first. */
  numbers(): number[] {
    const found: number[] = [];
    for (const name of this.#disk.list(this.#path)) {
      const match = SEGMENT_NAME.exec(name);
      if (match !== null) found.push(Number(match[1]));
    }
    return found.sort((one, other) => one - other);
  }

  /** Writes a whole segment and makes it durable before it gets its name. Returns it open. */
  create(number: number, bytes: Uint8Array): DiskFile {
    const path = this.pathOf(number);
    const draft = path + DRAFT_SUFFIX;
    if (this.#disk.exists(draft)) this.#disk.remove(draft);
    const file = this.#disk.open(draft);
    try {
      file.write(bytes, 0);
      file.sync();
      this.#disk.rename(draft, path);
      this.sync();
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Opens a segment that must be there. */
  open(number: number): DiskFile {
    const path = this.pathOf(number);
    if (!this.#disk.exists(path))
      throw new TerminalFailure('storage.corrupt', `the journal segment ${path} has vanished`);
    return this.#disk.open(path);
  }

  /** The bytes and content of a segment. @throws TerminalFailure `storage.corrupt` */
  read(file: DiskFile, number: number): { readonly bytes: Buffer; readonly content: SegmentContent } {
    const path = this.pathOf(number);
    const size = file.size();
    if (size > SEGMENT_BYTES_MAX) throw corrupt(path, `it has ${size} bytes, more than any segment`);
    const read = file.readAt(size, 0);
    const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    const content = readSegment(bytes);
    if (content === null) throw corrupt(path, 'its header is broken');
    if (content.header.number !== number) throw corrupt(path, `its header says segment ${content.header.number}`);
    if (content.damage !== null) throw corrupt(path, content.damage);
    return { bytes, content };
  }

  /** The oldest first, each made durable before the next, so that a power cut leaves no gap. */
  remove(number: number): void {
    this.#disk.remove(this.pathOf(number));
    this.sync();
  }

  sync(): void {
    this.#disk.syncFolder(this.#path);
  }

  pathOf(number: number): string {
    return `${this.#path}/${String(number).padStart(6, '0')}.seg`;
  }
}

/** A failure that says which file is damaged, how, and what to do. */
export function corrupt(path: string, what: string, cause?: unknown): TerminalFailure {
  const remedy = 'keep a copy of the folder for support, then replace the terminal or restore the folder';
  return new TerminalFailure('storage.corrupt', `the journal ${path} is damaged: ${what}; ${remedy}`, { cause });
}
