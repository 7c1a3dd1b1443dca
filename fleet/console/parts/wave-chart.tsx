import type { ChartPoint, WaveCounts } from '../api/campaign-answers.ts';
import { useFormat, useNow, useWords } from '../browser/console-context.ts';
import { CAMPAIGNS } from '../words/campaigns.ts';
import { fill } from '../words/language.ts';
import { PLACES } from './campaign-parts.tsx';
import { Pill } from './pills.tsx';

const WIDTH = 320;
const HEIGHT = 72;
const TICK_MS = 5_000;

interface WaveChartProps {
  readonly wave: WaveCounts;
  readonly isNow: boolean;
  readonly points: readonly ChartPoint[];
  readonly fromMs: number;
  /** Null: it still goes on. */
  readonly endMs: number | null;
}

/** How the terminals of one wave moved from waiting to their end: steps over time, stacked. */
export function WaveChart({ wave, isNow, points, fromMs, endMs }: WaveChartProps) {
  const words = useWords(CAMPAIGNS);
  const format = useFormat();
  const now = useNow(TICK_MS);
  const own = points.filter((point) => point.wave === wave.wave);
  // The service's clock and this browser's need not agree.
  const startMs = Math.min(fromMs, ...points.map(({ tMs }) => tMs));
  const untilMs = Math.max(endMs ?? now, startMs + 1000, ...points.map(({ tMs }) => tMs + 1000));
  const x = (ms: number): number => ((ms - startMs) / (untilMs - startMs)) * WIDTH;
  const title = fill(words.chart, { ...wave, wave: wave.wave + 1 });
  return (
    <figure class="wave-chart" data-wave={wave.wave} data-now={isNow}>
      <figcaption>
        <b>{fill(words.wave, { wave: wave.wave + 1 })}</b> {isNow && <Pill tone="accent">{words.now}</Pill>}{' '}
        <span class="muted">
          {format.count(wave.ok)} / {format.count(wave.terminals)}
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title} preserveAspectRatio="none">
        <title>{title}</title>
        {own.map((point, index) => {
          const until = own[index + 1]?.tMs ?? untilMs;
          return (
            <Column key={point.tMs} counts={point.counts} from={x(point.tMs)} to={x(until)} all={wave.terminals} />
          );
        })}
      </svg>
    </figure>
  );
}

interface ColumnProps {
  readonly counts: Readonly<Record<string, number>>;
  readonly from: number;
  readonly to: number;
  readonly all: number;
}

function Column({ counts, from, to, all }: ColumnProps) {
  let below = HEIGHT;
  return (
    <>
      {PLACES.map((place) => {
        const height = ((counts[place] ?? 0) / Math.max(1, all)) * HEIGHT;
        below -= height;
        return height === 0 ? null : (
          <rect key={place} data-place={place} x={from} y={below} width={Math.max(0.5, to - from)} height={height} />
        );
      })}
    </>
  );
}
