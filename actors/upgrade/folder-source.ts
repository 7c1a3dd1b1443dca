import { createReadStream } from 'node:fs';
import { constants, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceTrouble, type OpenedFile, type ReleaseSource } from './release-source.ts';

/** A repository on a stick or in a folder, for terminals without network: the same files, so the same checks. */
export class FolderSource implements ReleaseSource {
  readonly words: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.words = folder;
    this.#folder = folder;
  }

  async read(name: string, bytesMax: number, signal: AbortSignal): Promise<Buffer> {
    const file = await this.#open(name);
    try {
      signal.throwIfAborted();
      const { size } = await file.stat();
      if (size > bytesMax) throw new SourceTrouble(413, `${name} of ${this.#folder} has more than ${bytesMax} bytes`);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async open(name: string, from: number, signal: AbortSignal): Promise<OpenedFile> {
    const file = await this.#open(name);
    await file.close();
    return { from, body: createReadStream(join(this.#folder, name), { start: from, signal }) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A pipe or a device in a file's place would hold the errand for ever: opened without waiting, and refused. */
  async #open(name: string): Promise<FileHandle> {
    let file: FileHandle;
    try {
      file = await open(join(this.#folder, name), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (isAbsent) throw new SourceTrouble(404, `there is no ${name} in ${this.#folder}`);
      throw error;
    }
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new SourceTrouble(404, `${name} in ${this.#folder} is no file`);
  }
}
