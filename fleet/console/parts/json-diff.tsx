import { useMemo } from 'preact/hooks';
import { jsonLines } from '../change/json-lines.ts';

interface JsonDiffProps {
  readonly before: unknown;
  readonly after: unknown;
  readonly names: readonly [string, string];
}

/** Two documents side by side, what differs marked. */
export function JsonDiff({ before, after, names }: JsonDiffProps) {
  const pairs = useMemo(() => jsonLines(before, after), [before, after]);
  return (
    <table class="diff">
      <thead>
        <tr>
          <th>{names[0]}</th>
          <th>{names[1]}</th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(({ left, right, isSame }, index) => (
          <tr key={index} data-same={isSame || undefined}>
            <td data-change={!isSame && left !== null ? 'removed' : undefined}>
              <Line mark={isSame || left === null ? ' ' : '−'} text={left} />
            </td>
            <td data-change={!isSame && right !== null ? 'added' : undefined}>
              <Line mark={isSame || right === null ? ' ' : '+'} text={right} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Line({ mark, text }: { mark: string; text: string | null }) {
  return (
    <code>
      {mark} {text}
    </code>
  );
}
