import { join } from 'node:path';
import { openJournal } from '../../actors/journal/journal.ts';
import type { JournalEntry } from '../../domain/journal-record.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';

/** Every fact that a stopped terminal left, oldest first. */
export function readJournal(dataDir: string): readonly JournalEntry[] {
  const { journal } = openJournal({
    disk: new NodeDisk(),
    folder: join(dataDir, 'journal'),
    clock: new SystemClock(),
    carryOver: () => [],
  });
  try {
    return [...journal.history()].reverse();
  } finally {
    journal.close();
  }
}
