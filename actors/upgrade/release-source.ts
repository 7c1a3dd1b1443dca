import type { Readable } from 'node:stream';

/** An answer from outside that is no file: what was wrong, in words. `status` as HTTP has it; 404: there is no such file. */
export class SourceTrouble extends Error {
  override readonly name = 'SourceTrouble';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The rest of a file, from a byte on. */
export interface OpenedFile {
  /** The first byte that comes: the one asked for, or 0 from a server that knows no ranges. */
  readonly from: number;
  readonly body: Readable;
}

/** Where a repository of releases is: a server or a folder. Names are relative to it. */
export interface ReleaseSource {
  /** The repository in words, for the log. */
  readonly words: string;
  /**
   * A whole small file.
   * @throws SourceTrouble, and what the connection or the disk throws; an error when there are more than `bytesMax` bytes
   */
  read(name: string, bytesMax: number, signal: AbortSignal): Promise<Buffer>;
  /** @throws as `read` */
  open(name: string, from: number, signal: AbortSignal): Promise<OpenedFile>;
  close(): Promise<void>;
}
