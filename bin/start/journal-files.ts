import { closeSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalFiles } from '../../actors/journal/read-tail.ts';

/** The journal of a data folder, for reading only. */
export function journalFilesOf(dataDir: string): JournalFiles {
  const folder = join(dataDir, 'journal');
  return {
    list: () => readdirSync(folder),
    size: (name) => statSync(join(folder, name)).size,
    read: (name) => {
      const descriptor = openSync(join(folder, name), 'r');
      try {
        return readFileSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
