import { mkdtempSync, readFileSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { CharacterGrid } from '../../hal/screen/character-layout.ts';

/** The glass that the bytes make, by the commands of the kernel's driver. */
export function glassOf(text: string, { columns, rows }: CharacterGrid): string[] {
  const glass = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
  let [x, y] = [0, 0];
  for (const [command] of text.matchAll(/\x1b\[L[a-zA-Z+*-](?:\d*y\d+;)?|\x1b\[2J|\x1b\[H|[^\x1b]/g)) {
    const [, column, row] = /^\x1b\[Lx(\d+)y(\d+);$/.exec(command) ?? [];
    if (column !== undefined && row !== undefined) [x, y] = [Number(column), Number(row)];
    else if (command === '\x1b[2J') for (const line of glass) line.fill(' ');
    else if (command === '\x1b[H') [x, y] = [0, 0];
    else if (!command.startsWith('\x1b')) {
      const line = glass[y];
      assert.ok(line !== undefined && x < columns, `a character outside the glass at ${x}, ${y}`);
      line[x] = command;
      x += 1;
    }
  }
  return glass.map((line) => line.join(''));
}

/** A regular file in the place of a character display. */
export class LcdFile {
  readonly folder = mkdtempSync(join(tmpdir(), 'till-lcd-'));
  readonly path = join(this.folder, 'lcd');

  text(): string {
    try {
      return readFileSync(this.path, 'latin1');
    } catch {
      return '';
    }
  }

  /** Resolves when the glass shows these rows. */
  shows(grid: CharacterGrid, rows: readonly string[]): Promise<void> {
    return this.until(grid, (glass) => glass === rows.join('|'));
  }

  /** Resolves when the glass, its rows joined by `|`, fits. */
  until(grid: CharacterGrid, fits: (glass: string) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(this.folder, () => look());
      const look = (): void => {
        if (!fits(glassOf(this.text(), grid).join('|'))) return;
        watcher.close();
        resolve();
      };
      look();
    });
  }
}
