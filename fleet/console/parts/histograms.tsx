import { LATENCY_BOUNDS_MS, type PhaseHistogram } from '../../contract/telemetry.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { TERMINAL } from '../words/terminal.ts';

/** The order of a payment's phases. */
const ORDER = ['intent', 'pay', 'query', 'result', 'voice', 'slip', 'other-call'];
const rank = (phase: string): number => (ORDER.includes(phase) ? ORDER.indexOf(phase) : ORDER.length);

const boundWords = (ms: number): string => (ms < 1000 ? String(ms) : `${ms / 1000}s`);
const SECOND_MS = 1000;

/** The bound below which `share` of them ended, by the buckets; null: beyond the last. */
function quantile({ n, le }: PhaseHistogram, share: number): number | null {
  let seen = 0;
  for (const [index, count] of le.entries()) {
    seen += count;
    if (seen >= n * share) return LATENCY_BOUNDS_MS[index] ?? null;
  }
  return null;
}

/** How long the phases of payments took, drawn. */
export function Histograms({ phases }: { phases: Readonly<Record<string, PhaseHistogram>> }) {
  const words = useWords(TERMINAL);
  const known = Object.entries(phases).toSorted(([a], [b]) => rank(a) - rank(b));
  return (
    <section class="card" aria-label={words.latencies}>
      <header>
        <h2>{words.latencies}</h2>
        <span class="muted">{words.latenciesLead}</span>
      </header>
      {known.length === 0 && <p class="muted">{words.noLatencies}</p>}
      <div class="histograms">
        {known.map(([phase, histogram]) => (
          <Histogram key={phase} phase={phase} histogram={histogram} />
        ))}
      </div>
    </section>
  );
}

function Histogram({ phase, histogram }: { phase: string; histogram: PhaseHistogram }) {
  const words = useWords(TERMINAL);
  const format = useFormat();
  const { n, sum, le } = histogram;
  const most = Math.max(1, ...le);
  const meanOf = (ms: number): string =>
    ms < 10 * SECOND_MS ? `${format.count(Math.round(ms))} ${words.unitMs}` : format.span(ms);
  const told = (share: number): string => {
    const bound = quantile(histogram, share);
    return bound === null ? `> ${format.span(LATENCY_BOUNDS_MS.at(-1) ?? 0)}` : `≤ ${format.span(bound)}`;
  };
  return (
    <figure class="histogram" data-phase={phase}>
      <figcaption>
        <b>{words.phases[phase] ?? phase}</b>
        <span>
          {words.count} {format.count(n)} · {words.mean} {n === 0 ? '–' : meanOf(sum / n)} · p50 {told(0.5)} · p99{' '}
          {told(0.99)}
        </span>
      </figcaption>
      <div class="bars">
        {le.map((count, index) => {
          const bound = LATENCY_BOUNDS_MS[index];
          const name = bound === undefined ? words.over : `≤ ${boundWords(bound)}`;
          return (
            <span key={name} class="bar" title={`${name}: ${format.count(count)}`}>
              <i style={{ height: `${count === 0 ? 0 : Math.max(3, (count / most) * 100)}%` }} />
              <small>{bound === undefined ? '…' : boundWords(bound)}</small>
            </span>
          );
        })}
      </div>
    </figure>
  );
}
