import { useWords } from '../browser/console-context.ts';
import type { ActorDifference } from '../inside/differences.ts';
import { INSIDE } from '../words/inside.ts';
import { useStateWords } from './actor-list.tsx';
import { JsonView } from './json-view.tsx';

interface DifferencesProps {
  readonly differences: readonly ActorDifference[];
  readonly choose: (id: string) => void;
}

/** What differs between A and B, actor by actor. */
export function DifferencesView({ differences, choose }: DifferencesProps) {
  const words = useWords(INSIDE);
  return (
    <section class="card differences" aria-label={words.differences}>
      <header>
        <h2>{words.differences}</h2>
        <span class="muted">{differences.length}</span>
      </header>
      {differences.length === 0 ? (
        <p class="nothing">{words.same}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>actor</th>
              <th>{words.change}</th>
              <th data-side="a">A</th>
              <th data-side="b">B</th>
            </tr>
          </thead>
          <tbody>
            {differences.map((difference) => (
              <Rows key={difference.id} difference={difference} choose={choose} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Rows({ difference, choose }: { difference: ActorDifference; choose: (id: string) => void }) {
  const { id, a, b, isStateChanged, context } = difference;
  const words = useWords(INSIDE);
  const tell = useStateWords();
  const name = (
    <td rowSpan={Math.max(1, Number(isStateChanged) + context.length)}>
      <button type="button" class="quiet" onClick={() => choose(id)}>
        <b>{id}</b>
      </button>
    </td>
  );
  const only = a === null ? words.onlyB : b === null ? words.onlyA : words.state;
  return (
    <>
      {(isStateChanged || context.length === 0) && (
        <tr data-actor={id}>
          {name}
          <td>{only}</td>
          <td data-side="a">{a === null ? '–' : tell(a)}</td>
          <td data-side="b">{b === null ? '–' : tell(b)}</td>
        </tr>
      )}
      {context.map((one, index) => (
        <tr key={one.path} data-actor={id}>
          {index === 0 && !isStateChanged && name}
          <td class="mono">{one.path}</td>
          <td data-side="a">
            <JsonView value={one.a} />
          </td>
          <td data-side="b">
            <JsonView value={one.b} />
          </td>
        </tr>
      ))}
    </>
  );
}
