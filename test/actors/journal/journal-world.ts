import { Journal, openJournal, type CarriedFact } from '../../../actors/journal/journal.ts';
import type { JournalEntry, JournalFact, OrderIntent, UnknownEntry } from '../../../domain/journal-record.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import type { Disk } from '../../../hal/disk/contract.ts';

export const FOLDER = '/data/journal';
export const clock = new VirtualClock(1_700_000_000_000);

export type Entry = JournalEntry | UnknownEntry;

/** An intent whose number is `count`; `padding` characters make it long. */
export function intent(count: number, padding = 0): OrderIntent {
  return {
    type: 'ORDER_INTENT',
    order: String(count).padStart(16, '0'),
    amountFen: count % 1000,
    platform: 'wechat',
    codeHash: 'h'.repeat(64 + padding),
    configuration: 'c1',
    staffId: null,
    windowEndsAtMs: 1_700_000_120_000,
  };
}

export function open(
  disk: Disk,
  carryOver: () => readonly CarriedFact[] = () => [],
): { journal: Journal; entries: readonly Entry[] } {
  return openJournal({ disk, folder: FOLDER, clock, carryOver });
}

/** Everything that the journal shows, oldest first. */
export function all(journal: Journal): JournalEntry[] {
  return [...journal.history()].reverse();
}

export function ordersOf(entries: readonly Entry[]): string[] {
  return entries.flatMap((entry) => ('order' in entry && typeof entry.order === 'string' ? [entry.order] : []));
}

export function durably(journal: Journal, ...facts: JournalFact[]): JournalEntry[] {
  return journal.append(facts, { flush: true });
}
