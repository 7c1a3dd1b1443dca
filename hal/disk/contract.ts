/**
 * The few file calls that durable data needs, synchronous so that the order of writes is the order of the program.
 * Paths are absolute. Every call may throw an error with a `code` (EIO, ENOSPC, EROFS, ENOENT, …).
 */
export interface Disk {
  /** Creates the folder and its parents; already there is fine. */
  makeFolder(path: string): void;
  /** Names in the folder, unordered. */
  list(path: string): string[];
  exists(path: string): boolean;
  /** The whole file. */
  read(path: string): Uint8Array;
  /** Opens for reading and writing, creating the file with `mode` when it is missing. */
  open(path: string, mode?: number): DiskFile;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** fsync of a folder: makes creations, renames and removals in it durable. */
  syncFolder(path: string): void;
}

/** An open file. Offsets and sizes are bytes; every call may throw as the disk's own do. */
export interface DiskFile {
  size(): number;
  /** Writes all bytes at the offset. Durable only after `sync`. */
  write(bytes: Uint8Array, offset: number): void;
  readAt(length: number, offset: number): Uint8Array;
  truncate(size: number): void;
  /** fdatasync. After it threw, this file must be closed and never synced again (M10). */
  sync(): void;
  close(): void;
}
