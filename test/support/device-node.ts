import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A named pipe in the place of a device node: bytes come out as from a character device, and its end is an unplugged cable. */
export class PipeNode {
  readonly path: string;
  readonly #folder: string;
  #writer: number | null = null;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'till-node-'));
    this.path = join(this.#folder, 'event0');
    execFileSync('mkfifo', [this.path]);
    this.plugIn();
  }

  send(bytes: Uint8Array): void {
    if (this.#writer === null) throw new Error('the device is not plugged in');
    writeSync(this.#writer, bytes);
  }

  /** The node goes first: opening a pipe that nobody writes to would wait. */
  unplug(): void {
    if (this.#writer === null) return;
    renameSync(this.path, `${this.path}.away`);
    closeSync(this.#writer);
    this.#writer = null;
  }

  plugIn(): void {
    if (this.#writer !== null) return;
    const away = `${this.path}.away`;
    try {
      this.#writer = openSync(away, constants.O_RDWR);
      renameSync(away, this.path);
    } catch {
      this.#writer = openSync(this.path, constants.O_RDWR);
    }
  }

  remove(): void {
    if (this.#writer !== null) closeSync(this.#writer);
    this.#writer = null;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What a device told, to be waited for by count. */
export class Heard<Item> {
  readonly items: Item[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  readonly hear = (item: Item): void => {
    this.items.push(item);
    for (const { resolve } of this.#waiting.filter(({ count }) => count <= this.items.length)) resolve();
    this.#waiting = this.#waiting.filter(({ count }) => count > this.items.length);
  };

  /** Resolves with everything heard once that is `count` items or more. */
  async until(count: number): Promise<readonly Item[]> {
    if (this.items.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    }
    return this.items;
  }
}
