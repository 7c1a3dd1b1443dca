import type { Disk, DiskFile } from '../../hal/disk/contract.ts';

const PAGE_BYTES = 4096;

/** A disk behind which every flush is counted, and what it must send: each page of a file that was written since the last one. */
export class CountingDisk implements Disk {
  flushedBytes = 0;
  flushes = 0;
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  makeFolder(path: string): void {
    this.#disk.makeFolder(path);
  }
  list(path: string): string[] {
    return this.#disk.list(path);
  }
  exists(path: string): boolean {
    return this.#disk.exists(path);
  }
  read(path: string): Uint8Array {
    return this.#disk.read(path);
  }
  open(path: string, mode?: number): DiskFile {
    const file = this.#disk.open(path, mode);
    const dirty = new Set<number>();
    return {
      size: () => file.size(),
      write: (bytes, offset) => {
        const last = Math.floor((offset + Math.max(bytes.length, 1) - 1) / PAGE_BYTES);
        for (let page = Math.floor(offset / PAGE_BYTES); page <= last; page += 1) dirty.add(page);
        file.write(bytes, offset);
      },
      readAt: (length, offset) => file.readAt(length, offset),
      truncate: (size) => file.truncate(size),
      sync: () => {
        this.flushes += 1;
        this.flushedBytes += dirty.size * PAGE_BYTES;
        dirty.clear();
        file.sync();
      },
      close: () => file.close(),
    };
  }
  rename(from: string, to: string): void {
    this.#disk.rename(from, to);
  }
  remove(path: string): void {
    this.#disk.remove(path);
  }
  syncFolder(path: string): void {
    this.flushes += 1;
    this.#disk.syncFolder(path);
  }
}
