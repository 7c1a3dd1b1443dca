import { useWords } from '../browser/console-context.ts';
import type { ChartPicture } from '../charts/chart-picture.ts';
import { usePicture } from '../charts/chart-shelf.ts';
import type { ActorAt } from '../inside/inside-history.ts';
import { litStates } from '../inside/lit-states.ts';
import { takenArrow } from '../inside/taken-arrow.ts';
import { INSIDE } from '../words/inside.ts';
import { fill } from '../words/language.ts';
import { ChartView } from './chart-view.tsx';

const NOTHING_LIT: ReadonlySet<string> = new Set();
const litOf = (actor: ActorAt | null): ReadonlySet<string> =>
  actor === null || actor.state == null ? NOTHING_LIT : litStates(actor.state);

interface ActorChartProps {
  readonly actor: ActorAt;
  /** The same actor a step earlier, with the event that moved it; null when this step moved another. */
  readonly step: { readonly before: ActorAt | null; readonly event: string } | null;
  /** What it is compared with; null: nothing. An actor that is not there has no light. */
  readonly other: { readonly actor: ActorAt | null } | null;
  readonly isSmall?: boolean;
}

/** The chart of an actor, its state lit. */
export function ActorChart({ actor, step, other, isSmall = false }: ActorChartProps) {
  const words = useWords(INSIDE);
  const picture = usePicture(actor.machine);
  if (picture === 'loading') return <p class="loading">{words.drawing}</p>;
  if (picture === 'unknown') return <p class="nothing">{fill(words.noChart, { machine: actor.machine })}</p>;
  if (picture === 'failed') return <p class="nothing">{words.chartFailed}</p>;
  const lit = litOf(actor);
  const arrow = step === null ? null : takenArrow(picture, step.event, litOf(step.before), lit);
  const light = { a: lit, b: other === null ? null : litOf(other.actor), arrow };
  return (
    <>
      <ChartView picture={picture} light={light} isSmall={isSmall} />
      {!isSmall && <UnderChart picture={picture} lit={lit} />}
    </>
  );
}

function UnderChart({ picture, lit }: { picture: ChartPicture; lit: ReadonlySet<string> }) {
  const words = useWords(INSIDE);
  const strange = [...lit].filter((id) => !picture.states.some((state) => state.id === id));
  return (
    <>
      {strange.length > 0 && (
        <p class="note" data-tone="warn">
          {fill(words.strange, { states: strange.join(', ') })}
        </p>
      )}
      {picture.anywhere.length > 0 && (
        <p class="anywhere">
          <b>{words.anywhere}</b>{' '}
          {picture.anywhere.map(({ label, to }) => (
            <code key={`${label}>${to}`}>
              {label} → {to}
            </code>
          ))}
        </p>
      )}
    </>
  );
}
