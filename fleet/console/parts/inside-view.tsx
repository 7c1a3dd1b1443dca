import { useMemo, useState } from 'preact/hooks';
import { useFormat, useWords } from '../browser/console-context.ts';
import { actorDifferences, type ActorDifference } from '../inside/differences.ts';
import type { ActorAt, InsideHistory } from '../inside/inside-history.ts';
import { INSIDE } from '../words/inside.ts';
import { ActorChart } from './actor-chart.tsx';
import { ActorList, useStateWords } from './actor-list.tsx';
import { DifferencesView } from './differences-view.tsx';
import { JsonView } from './json-view.tsx';
import { Timeline } from './timeline.tsx';

interface InsideViewProps {
  readonly history: InsideHistory;
  /** What it is compared with; null: nothing. */
  readonly other: InsideHistory | null;
  /** Whether new transitions come in: then the newest is shown until the reader steps back. */
  readonly isFollowing: boolean;
}

/** Where the reader stands in the timeline: at a step, or with the newest. */
type Stand = number | 'newest';

function useStand({ history, isFollowing }: Pick<InsideViewProps, 'history' | 'isFollowing'>) {
  const [stand, setStand] = useState<Stand>('newest');
  const index = stand === 'newest' ? history.end : Math.min(stand, history.end);
  const choose = (wanted: number) => setStand(isFollowing && wanted >= history.end ? 'newest' : wanted);
  return { index, choose };
}

/** The charts of a terminal at one moment: actors, chart, context, timeline; and what differs from another moment. */
export function InsideView({ history, other, isFollowing }: InsideViewProps) {
  const { index, choose } = useStand({ history, isFollowing });
  const [wanted, setWanted] = useState<string | null>(null);
  const [showsAll, setShowsAll] = useState(false);
  const actors = useMemo(() => history.at(index), [history, index]);
  const others = useMemo(() => (other === null ? null : other.at(other.end)), [other]);
  const differences = useMemo(() => (others === null ? null : actorDifferences(actors, others)), [actors, others]);
  const moved = history.actorOfStep(index);
  // Stepping shows the chart that moves, unless the reader holds on to one.
  const chosen = actors.find(({ id }) => id === (wanted ?? moved)) ?? actors[0];
  const step = history.steps[index];
  const chartOf = (actor: ActorAt) => ({
    actor,
    step:
      actor.id === moved && step !== undefined ? { before: history.actor(actor.id, index - 1), event: step.ev } : null,
    other: others === null ? null : { actor: others.find(({ id }) => id === actor.id) ?? null },
  });
  const pick = (id: string) => setWanted(id === wanted ? null : id);
  return (
    <div class="inside" data-all={showsAll || undefined}>
      <ActorList
        {...{ actors, moved, choose: pick, chosen: chosen?.id ?? '' }}
        differing={new Set(differences?.map(({ id }) => id))}
      />
      <section class="card stage">
        <StageHead actor={chosen} showsAll={showsAll} toggle={() => setShowsAll(!showsAll)} hasOther={other !== null} />
        {showsAll ? (
          <EveryChart actors={actors} chartOf={chartOf} choose={pick} />
        ) : (
          chosen !== undefined && <ActorChart {...chartOf(chosen)} />
        )}
      </section>
      <div class="inside-side">
        <Timeline history={history} index={index} choose={choose} />
        <Context actor={chosen} difference={differences?.find(({ id }) => id === chosen?.id)} />
      </div>
      {differences !== null && <DifferencesView differences={differences} choose={setWanted} />}
    </div>
  );
}

interface StageHeadProps {
  readonly actor: ActorAt | undefined;
  readonly showsAll: boolean;
  readonly toggle: () => void;
  readonly hasOther: boolean;
}

function StageHead({ actor, showsAll, toggle, hasOther }: StageHeadProps) {
  const words = useWords(INSIDE);
  const tell = useStateWords();
  return (
    <header>
      <h2>
        {showsAll ? words.actors : (actor?.id ?? '')}{' '}
        {!showsAll && actor !== undefined && <span class="stage-state">{tell(actor)}</span>}
      </h2>
      <div class="actions">
        {hasOther && (
          <p class="legend">
            <i data-lit="a" /> A <i data-lit="b" /> B
          </p>
        )}
        <div class="choice" role="group">
          <button type="button" aria-pressed={!showsAll} onClick={() => showsAll && toggle()}>
            {words.one}
          </button>
          <button type="button" aria-pressed={showsAll} onClick={() => !showsAll && toggle()}>
            {words.everyChart}
          </button>
        </div>
      </div>
    </header>
  );
}

interface EveryChartProps {
  readonly actors: readonly ActorAt[];
  readonly chartOf: (actor: ActorAt) => Parameters<typeof ActorChart>[0];
  readonly choose: (id: string) => void;
}

function EveryChart({ actors, chartOf, choose }: EveryChartProps) {
  const tell = useStateWords();
  return (
    <ul class="every-chart">
      {actors.map((actor) => (
        <li key={actor.id}>
          <button type="button" class="quiet" onClick={() => choose(actor.id)}>
            <b>{actor.id}</b> <span>{tell(actor)}</span>
          </button>
          <ActorChart {...chartOf(actor)} isSmall />
        </li>
      ))}
    </ul>
  );
}

function Context({ actor, difference }: { actor: ActorAt | undefined; difference: ActorDifference | undefined }) {
  const words = useWords(INSIDE);
  return (
    <section class="card context" aria-label={words.context}>
      <header>
        <h2>{words.context}</h2>
        <span class="muted">{actor?.id}</span>
      </header>
      {actor?.context === undefined ? (
        <p class="muted">{words.noContext}</p>
      ) : (
        <JsonView value={actor.context} changed={new Set(difference?.context.map(({ path }) => path))} />
      )}
    </section>
  );
}

/** When and of what version a snapshot is. */
export function SnapshotFacts({ history }: { history: InsideHistory }) {
  const words = useWords(INSIDE);
  const format = useFormat();
  const { at, sw, b, openOrders, openRefunds } = history.snapshot;
  return (
    <p class="snapshot-facts">
      <span>
        {words.at} <b>{format.instant(at)}</b>
      </span>
      <span>
        {words.software} <b>{sw}</b>
      </span>
      {b !== undefined && (
        <span>
          {words.boot} <b>{format.count(b)}</b>
        </span>
      )}
      <span>
        {words.openOrders} <b>{format.count(openOrders.length)}</b>
      </span>
      <span>
        {words.openRefunds} <b>{format.count(openRefunds.length)}</b>
      </span>
    </p>
  );
}
