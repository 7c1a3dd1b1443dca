import type { ChartPicture } from '../charts/chart-picture.ts';

/**
 * The arrow that a transition took: by its event, from what was lit to what is lit. With a chain of `always` arrows it is the first
 * of them. Null where it cannot be told, e.g. for a terminal of another version.
 */
export function takenArrow(
  picture: ChartPicture,
  event: string,
  before: ReadonlySet<string>,
  now: ReadonlySet<string>,
): number | null {
  const begins = picture.arrows.flatMap(({ covers, events, to }, index) =>
    events.includes(event) && covers.some((from) => before.has(from)) ? [{ index, isThere: now.has(to) }] : [],
  );
  const [best] = begins.toSorted((a, b) => Number(b.isThere) - Number(a.isThere));
  return best?.index ?? null;
}
