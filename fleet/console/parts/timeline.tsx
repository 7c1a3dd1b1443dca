import { useEffect } from 'preact/hooks';
import { useFormat, useWords } from '../browser/console-context.ts';
import { isTyping } from '../browser/shortcuts.ts';
import { eventWords } from '../charts/event-words.ts';
import type { InsideHistory } from '../inside/inside-history.ts';
import { stateWords } from '../inside/lit-states.ts';
import { INSIDE } from '../words/inside.ts';
import { fill } from '../words/language.ts';
import { useVirtual } from './use-virtual.ts';

interface TimelineProps {
  readonly history: InsideHistory;
  readonly index: number;
  readonly choose: (index: number) => void;
}

const LINE_HEIGHT = 42;

/** The transitions one after another: step with the arrow keys, the slider, or by choosing one. */
export function Timeline({ history, index, choose }: TimelineProps) {
  const words = useWords(INSIDE);
  const { end } = history;
  const to = (wanted: number) => choose(Math.min(end, Math.max(0, wanted)));
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const steps: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: end };
      const wanted = steps[event.key];
      const isSlider = event.target instanceof HTMLInputElement && event.target.type === 'range';
      if (wanted === undefined || isSlider || isTyping(event)) return;
      event.preventDefault();
      to(wanted);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [index, end]);
  if (end < 0) return <p class="nothing">{words.noSteps}</p>;
  const told = fill(words.step, { n: index + 1, of: end + 1 });
  return (
    <section class="card timeline" aria-label={words.timeline}>
      <header>
        <h2>{words.timeline}</h2>
        <p class="muted" data-step={index + 1} data-shown={history.steps[index]?.n} aria-live="polite">
          {told}
        </p>
      </header>
      <div class="timeline-tools">
        <button type="button" aria-label={words.back} disabled={index <= 0} onClick={() => to(index - 1)}>
          ←
        </button>
        <input
          type="range"
          aria-label={words.timeline}
          aria-valuetext={told}
          min={0}
          max={end}
          value={index}
          onInput={({ currentTarget }) => to(Number(currentTarget.value))}
        />
        <button type="button" aria-label={words.forward} disabled={index >= end} onClick={() => to(index + 1)}>
          →
        </button>
      </div>
      <Steps history={history} index={index} choose={choose} />
    </section>
  );
}

function Steps({ history, index, choose }: TimelineProps) {
  const words = useWords(INSIDE);
  const format = useFormat();
  const { frame, list, lines, height } = useVirtual({ count: history.steps.length, lineHeight: LINE_HEIGHT });
  useEffect(() => list.scrollToIndex(index, { align: 'auto' }), [index, history.end]);
  return (
    <div class="steps" ref={frame}>
      <ol style={{ height: `${height}px` }}>
        {lines.map(({ index: at, start }) => {
          const step = history.steps[at];
          if (step === undefined) return null;
          return (
            <li key={step.n} style={{ transform: `translateY(${start}px)` }} aria-current={at === index || undefined}>
              <button type="button" onClick={() => choose(at)} tabIndex={at === index ? 0 : -1}>
                <time>{format.clock(step.t)}</time>
                <b>{history.actorOfStep(at)}</b>
                <span class="step-event">{eventWords(step.ev)}</span>
                <span class="step-state">{step.st === null ? words.ended : `→ ${stateWords(step.st)}`}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
