import { useWords } from '../browser/console-context.ts';
import type { ActorAt } from '../inside/inside-history.ts';
import { stateWords } from '../inside/lit-states.ts';
import { INSIDE } from '../words/inside.ts';

interface ActorListProps {
  readonly actors: readonly ActorAt[];
  readonly chosen: string;
  /** The actor that the step moved. */
  readonly moved: string | null;
  readonly differing: ReadonlySet<string>;
  readonly choose: (id: string) => void;
}

/** A state in words, or why there is none. */
export function useStateWords(): (actor: ActorAt) => string {
  const words = useWords(INSIDE);
  return ({ state }) => (state === null ? words.ended : state === undefined ? words.notKept : stateWords(state));
}

/** Every actor that lives, with its state. */
export function ActorList({ actors, chosen, moved, differing, choose }: ActorListProps) {
  const words = useWords(INSIDE);
  const tell = useStateWords();
  return (
    <section class="card actors" aria-label={words.actors}>
      <header>
        <h2>{words.actors}</h2>
        <span class="muted">{actors.length}</span>
      </header>
      <ul>
        {actors.map((actor) => (
          <li key={actor.id}>
            <button
              type="button"
              aria-pressed={actor.id === chosen}
              data-actor={actor.id}
              data-moved={actor.id === moved || undefined}
              data-differs={differing.has(actor.id) || undefined}
              onClick={() => choose(actor.id)}
            >
              <b>{actor.id}</b>
              <span>{tell(actor)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
