import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';
import { callApi } from '../api/client.ts';
import { historySchema, type TerminalHistory } from '../api/terminal-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useWords } from '../browser/console-context.ts';
import { fill } from '../words/language.ts';
import { TERMINAL } from '../words/terminal.ts';
import { SelectField } from './select-field.tsx';
import { Shown } from './states.tsx';

const HOURS = ['1', '6', '24', '168'] as const;
const HEIGHT = 130;
const MEGABYTE = 1_048_576;

type Point = TerminalHistory['points'][number];

interface Line {
  readonly name: string;
  readonly unit: string;
  readonly of: (point: Point) => number | null;
}

/** How a terminal was over the last hours. */
export function HistoryCard({ tid }: { tid: string }) {
  const words = useWords(TERMINAL);
  const [hours, setHours] = useState<string>('24');
  const asked = useAnswer(`history ${tid} ${hours}`, (signal) =>
    callApi(historySchema, `/terminals/${encodeURIComponent(tid)}/history?hours=${hours}`, { signal }),
  );
  const spanOf = (count: number): string =>
    count <= 24 ? fill(words.hoursOf, { hours: count }) : fill(words.daysOf, { days: count / 24 });
  const lines: readonly Line[] = [
    { name: words.payments, unit: '', of: ({ payments }) => payments },
    { name: words.unknownPayments, unit: '', of: ({ unknown }) => unknown },
    { name: words.domainLatency, unit: words.unitMs, of: ({ domainMs }) => domainMs },
    { name: words.loop, unit: words.unitMs, of: ({ lagP99 }) => lagP99 },
    { name: words.memory, unit: 'MB', of: ({ rss }) => (rss === null ? null : rss / MEGABYTE) },
    { name: words.signal, unit: '%', of: ({ signal }) => signal },
  ];
  return (
    <section class="card" aria-label={words.history}>
      <header>
        <h2>{words.history}</h2>
        <SelectField
          {...{ name: 'hours', label: words.hours, value: hours, choose: setHours, isRequired: true }}
          options={HOURS.map((one) => [one, spanOf(Number(one))] as const)}
        />
      </header>
      <Shown asked={asked}>
        {({ points }) =>
          points.length < 2 ? (
            <p class="muted">{words.noHistory}</p>
          ) : (
            <div class="histories">
              {lines.map((line) => (
                <Plot key={line.name} line={line} points={points} />
              ))}
            </div>
          )
        }
      </Shown>
    </section>
  );
}

/** The colours that the page wears now. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function Plot({ line, points }: { line: Line; points: readonly Point[] }) {
  const place = useRef<HTMLDivElement>(null);
  const { name, unit, of } = line;
  useEffect(() => {
    const frame = place.current;
    if (frame === null) return undefined;
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    const plot = new UPlot(
      {
        ...{ width: frame.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { y: false } },
        series: [
          {},
          { stroke: colour('--accent'), width: 1.5, fill: colour('--accent-soft'), points: { show: false } },
        ],
        axes: [axis, { ...axis, size: 46 }],
        scales: { y: { range: (_, least, most) => [Math.min(0, least), most === 0 ? 1 : most * 1.1] } },
      },
      [points.map(({ atMs }) => atMs / 1000), points.map(of)],
      frame,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: frame.clientWidth, height: HEIGHT }));
    observer.observe(frame);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [points, document.documentElement.dataset['theme']]);
  return (
    <figure class="history" data-line={name}>
      <figcaption>
        <b>{name}</b> <span class="muted">{unit}</span>
      </figcaption>
      <div ref={place} />
    </figure>
  );
}
