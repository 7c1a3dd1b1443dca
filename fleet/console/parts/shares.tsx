import { useFormat } from '../browser/console-context.ts';
import type { Tone } from './pills.tsx';

interface Share {
  readonly name: string;
  readonly count: number;
  readonly tone?: Tone;
}

const LINES_MAX = 8;

/** Counts as bars, the whole being all of them. */
export function Shares({ lines, tone = 'accent' }: { lines: readonly Share[]; tone?: Tone }) {
  const format = useFormat();
  const total = lines.reduce((sum, { count }) => sum + count, 0);
  return (
    <ul class="shares">
      {lines.slice(0, LINES_MAX).map((line) => (
        <li key={line.name}>
          <span class="share-name">{line.name}</span>
          <span class="share-count">{format.count(line.count)}</span>
          <span class="share-bar" data-tone={line.tone ?? tone} aria-hidden="true">
            <i style={{ width: `${total === 0 ? 0 : Math.max(0.5, (line.count / total) * 100)}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
