import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { SourceTrouble, type OpenedFile, type ReleaseSource } from '../../actors/upgrade/release-source.ts';
// Loaded before the virtual clock runs: the terminal loads them with its first errand, and that would take real time.
import '../../actors/upgrade/release-check.ts';
import { ReleaseWorkshop } from './release-workshop.ts';

const CHUNK_BYTES = 64;

/** A signed repository with one release in memory, so that an upgrade needs no time but the virtual clock's. */
export class MemoryReleases implements ReleaseSource {
  readonly words = 'memory';
  readonly #files: ReadonlyMap<string, Buffer>;
  /** Downloads break off in their middle. */
  breaksOff = false;

  private constructor(files: ReadonlyMap<string, Buffer>) {
    this.#files = files;
  }

  static make(version: string): MemoryReleases {
    const folder = mkdtempSync(join(tmpdir(), 'till-releases-'));
    try {
      const workshop = new ReleaseWorkshop(folder);
      workshop.release(version);
      const root = workshop.repositoryFolder;
      const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
      const files = paths.filter((path) => statSync(path).isFile());
      return new MemoryReleases(new Map(files.map((path) => [relative(root, path), readFileSync(path)])));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The metadata that the box was delivered with. */
  get firstRoot(): Uint8Array {
    return this.#fileAt('metadata/1.root.json');
  }

  read(name: string, bytesMax: number): Promise<Buffer> {
    const bytes = this.#files.get(name);
    if (bytes === undefined) return Promise.reject(new SourceTrouble(404, `there is no ${name}`));
    return bytes.length > bytesMax
      ? Promise.reject(new SourceTrouble(413, `${name} has more than ${bytesMax} bytes`))
      : Promise.resolve(bytes);
  }

  open(name: string, from: number): Promise<OpenedFile> {
    const bytes = this.#fileAt(name);
    const most = this.breaksOff ? from + CHUNK_BYTES : bytes.length;
    return Promise.resolve({ from, body: Readable.from(chunksOf(bytes.subarray(from, most))) });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #fileAt(name: string): Buffer {
    const bytes = this.#files.get(name);
    if (bytes === undefined) throw new SourceTrouble(404, `there is no ${name}`);
    return bytes;
  }
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}
