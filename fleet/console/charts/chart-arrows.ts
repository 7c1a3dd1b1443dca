import type { ChartArrow, ChartDefinition } from './chart-definition.ts';
import type { CoveringArrow, StateNote } from './chart-picture.ts';

/** So many states of a frame that lead to one place are drawn as one arrow from the frame. */
const GATHERED_MIN = 4;
/** A place where so many arrows end is named in words: the lines would hide the chart. */
const HUB_MIN = 8;
const NOTE_LETTERS_MAX = 40;

/** Whether a state is another one or lies in it. */
export const isWithin = (id: string, around: string): boolean =>
  around === '' || id === around || id.startsWith(`${around}.`);

/** The ways of a chart, divided into lines and words. */
export interface DrawnAndNoted {
  readonly drawn: readonly CoveringArrow[];
  /** Lines of words in the box of a state. */
  readonly notes: ReadonlyMap<string, readonly StateNote[]>;
}

/**
 * What is drawn as a line and what is said in words. In words: an arrow back to its own state or from a frame to what is in it, and
 * arrows to a place where many end.
 */
export function drawnAndNoted(definition: ChartDefinition): DrawnAndNoted {
  const notes = new Map<string, StateNote[]>();
  const say = (arrow: ChartArrow): void => {
    const said = notes.get(arrow.from) ?? [];
    notes.set(arrow.from, said);
    said.push(noteOf(arrow));
  };
  const lines = definition.arrows.filter((arrow) => !isWithin(arrow.to, arrow.from));
  for (const arrow of definition.arrows) if (isWithin(arrow.to, arrow.from)) say(arrow);
  const gathered = gatheredArrows(definition, lines);
  const ends = new Map<string, number>();
  for (const { to } of gathered) ends.set(to, (ends.get(to) ?? 0) + 1);
  const isToHub = ({ to }: ChartArrow): boolean => (ends.get(to) ?? 0) >= HUB_MIN;
  for (const arrow of gathered) if (isToHub(arrow)) say(arrow);
  return { drawn: gathered.filter((arrow) => !isToHub(arrow)), notes };
}

function noteOf({ from, to, labels }: ChartArrow): StateNote {
  const place = to === from ? '↺' : `→ ${isWithin(to, from) ? to.slice(from.length + 1) : to}:`;
  const words = `${place} ${labels.join(', ')}`;
  const text = words.length <= NOTE_LETTERS_MAX ? words : `${words.slice(0, NOTE_LETTERS_MAX - 1)}…`;
  return { to, text, whole: words };
}

function gatheredArrows({ states }: ChartDefinition, arrows: readonly ChartArrow[]): CoveringArrow[] {
  const parentOf = new Map(states.map(({ id, parent }) => [id, parent ?? '']));
  const groups = new Map<string, ChartArrow[]>();
  for (const arrow of arrows) {
    const parent = parentOf.get(arrow.from) ?? '';
    const isOutward = parent !== '' && !isWithin(arrow.to, parent);
    const key = isOutward ? `${parent}>>${arrow.to}` : `${arrow.from}>${arrow.to}`;
    groups.set(key, [...(groups.get(key) ?? []), arrow]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length < GATHERED_MIN) return group.map((one) => ({ ...one, covers: [one.from] }));
    return [
      {
        ...{ from: parentOf.get(first.from) ?? '', to: first.to, covers: group.map(({ from }) => from) },
        labels: [...new Set(group.flatMap(({ labels }) => labels))],
        events: [...new Set(group.flatMap(({ events }) => events))],
      },
    ];
  });
}
