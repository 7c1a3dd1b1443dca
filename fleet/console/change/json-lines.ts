import { diffLines } from 'diff';

/** A line of two texts side by side; a side without a number has no such line. */
export interface LinePair {
  readonly left: string | null;
  readonly right: string | null;
  readonly isSame: boolean;
}

/** Keys sorted at every level, so that order alone is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

const textOf = (value: unknown): string => `${JSON.stringify(sorted(value), null, 2)}\n`;
const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** Two JSON documents side by side, line by line. */
export function jsonLines(before: unknown, after: unknown): LinePair[] {
  const pairs: LinePair[] = [];
  let removed: string[] = [];
  const flush = (added: readonly string[]): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      pairs.push({ left: removed[at] ?? null, right: added[at] ?? null, isSame: false });
    }
    removed = [];
  };
  for (const part of diffLines(textOf(before), textOf(after))) {
    const lines = linesOf(part.value);
    if (part.removed) {
      flush([]);
      removed = lines;
    } else if (part.added) flush(lines);
    else {
      flush([]);
      for (const line of lines) pairs.push({ left: line, right: line, isSame: true });
    }
  }
  flush([]);
  return pairs;
}
