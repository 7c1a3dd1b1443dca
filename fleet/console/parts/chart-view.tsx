import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { CHART_LINE, type ChartPicture, type DrawnArrow, type DrawnState } from '../charts/chart-picture.ts';
import { useWords } from '../browser/console-context.ts';
import { INSIDE } from '../words/inside.ts';

/** What is lit in a chart: `a` is what is looked at, `b` what it is compared with. */
export interface Light {
  readonly a: ReadonlySet<string>;
  readonly b: ReadonlySet<string> | null;
  /** The arrow that the step took. */
  readonly arrow: number | null;
}

interface ChartViewProps {
  readonly picture: ChartPicture;
  readonly light: Light;
  /** Without words at the arrows, for a chart among many. */
  readonly isSmall?: boolean;
}

const ZOOM_STEP = 1.25;
/** Smaller letters than this nobody reads: the chart is scrolled instead. */
const ZOOM_READABLE = 0.7;
const ZOOM_MIN = 0.2;
const ZOOM_MAX = 2;

const whatIsLit = (id: string, { a, b }: Light): 'a' | 'b' | 'both' | undefined => {
  if (b === null) return a.has(id) ? 'a' : undefined;
  if (a.has(id)) return b.has(id) ? 'both' : 'a';
  return b.has(id) ? 'b' : undefined;
};

/** A statechart, drawn, with its current state lit. */
export function ChartView({ picture, light, isSmall = false }: ChartViewProps) {
  const words = useWords(INSIDE);
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<number | null>(null);
  const [fit, setFit] = useState(1);
  useEffect(() => {
    const place = frame.current;
    if (place === null) return undefined;
    const measure = () => setFit(Math.min(1, (place.clientWidth - 2) / picture.width));
    const observer = new ResizeObserver(measure);
    observer.observe(place);
    measure();
    return () => observer.disconnect();
  }, [picture]);
  const scale = isSmall ? fit : (zoom ?? Math.max(fit, ZOOM_READABLE));
  const leaf = useMemo(() => innermostLit(picture, light.a), [picture, light.a]);
  useEffect(() => {
    if (!isSmall && frame.current !== null && leaf !== undefined) bringIntoView(frame.current, leaf, scale);
  }, [leaf?.id, picture, scale]);
  const change = (factor: number) => setZoom(Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, scale * factor)));
  return (
    <figure class="chart" data-small={isSmall || undefined} data-machine={picture.machine}>
      {!isSmall && (
        <div class="chart-tools">
          <button type="button" class="quiet" aria-label={words.zoomOut} onClick={() => change(1 / ZOOM_STEP)}>
            −
          </button>
          <button type="button" class="quiet" onClick={() => setZoom(fit)}>
            {words.fit}
          </button>
          <button type="button" class="quiet" aria-label={words.zoomIn} onClick={() => change(ZOOM_STEP)}>
            +
          </button>
        </div>
      )}
      <div class="chart-frame" ref={frame} tabIndex={isSmall ? -1 : 0} role="group" aria-label={picture.machine}>
        <svg
          role="img"
          aria-label={[...light.a].filter((id) => id !== '').join(', ')}
          viewBox={`0 0 ${picture.width} ${picture.height}`}
          width={Math.round(picture.width * scale)}
          height={Math.round(picture.height * scale)}
        >
          <ArrowHeads />
          <Boxes picture={picture} light={light} />
          {picture.starts.map(({ x, y, path }, index) => (
            <g class="start" key={index}>
              <circle cx={x} cy={y} r="5" />
              <path d={path} marker-end="url(#head)" />
            </g>
          ))}
          {picture.arrows.map((arrow, index) => (
            <Arrow key={index} arrow={arrow} isLit={light.arrow === index} />
          ))}
        </svg>
      </div>
    </figure>
  );
}

function ArrowHeads() {
  return (
    <defs>
      {['head', 'head-lit'].map((id) => (
        <marker
          {...{ key: id, id, class: id, viewBox: '0 0 8 8', refX: 7, refY: 4, orient: 'auto' }}
          markerUnits="userSpaceOnUse"
          markerWidth={id === 'head' ? 8 : 12}
          markerHeight={id === 'head' ? 8 : 12}
        >
          <path d="M0 0L8 4L0 8z" />
        </marker>
      ))}
    </defs>
  );
}

function Boxes({ picture, light }: { picture: ChartPicture; light: Light }) {
  const parents = useMemo(() => new Set(picture.states.map(({ parent }) => parent)), [picture]);
  return (
    <>
      {picture.states.map((state) => (
        <Box key={state.id} state={state} isFrame={parents.has(state.id)} lit={whatIsLit(state.id, light)} />
      ))}
    </>
  );
}

function Box({ state, isFrame, lit }: { state: DrawnState; isFrame: boolean; lit: 'a' | 'b' | 'both' | undefined }) {
  const { x, y, width, height, name, kind, invokes, notes, stays, tags } = state;
  const [left, top] = [x + CHART_LINE.indent, y + CHART_LINE.baseline];
  const lines = [...invokes.map((invoke) => `⟳ ${invoke}`), ...notes.map(({ text }) => text)];
  const whole = [
    ...tags.map((tag) => `#${tag}`),
    ...notes.map((note) => note.whole),
    ...stays.map((one) => `• ${one}`),
  ];
  return (
    <g class="state" data-state={state.id} data-lit={lit} data-frame={isFrame || undefined} data-kind={kind}>
      <title>{[name, ...whole].join('\n')}</title>
      <rect x={x + 0.5} y={y + 0.5} width={width} height={height} rx="7" />
      {kind === 'final' && <rect x={x + 3.5} y={y + 3.5} width={width - 6} height={height - 6} rx="5" class="inner" />}
      <text x={left} y={top} class="name">
        {name}
      </text>
      {lines.map((line, index) => (
        <text key={index} x={left} y={top + CHART_LINE.small * (index + 1)} class="line">
          {line}
        </text>
      ))}
    </g>
  );
}

function Arrow({ arrow, isLit }: { arrow: DrawnArrow; isLit: boolean }) {
  return (
    <g class="arrow" data-lit={isLit || undefined}>
      <path d={arrow.path} marker-end={isLit ? 'url(#head-lit)' : 'url(#head)'} />
      {arrow.lines.map((line, index) => (
        <text key={index} x={arrow.labelX + 4} y={arrow.labelY + 11 + CHART_LINE.small * index}>
          {line}
        </text>
      ))}
    </g>
  );
}

/** The smallest box that is lit. */
function innermostLit({ states }: ChartPicture, lit: ReadonlySet<string>): DrawnState | undefined {
  const shown = states.filter(({ id }) => id !== '' && lit.has(id));
  return shown.toSorted((a, b) => a.width * a.height - b.width * b.height)[0];
}

function bringIntoView(frame: HTMLElement, { x, y, width, height }: DrawnState, scale: number): void {
  const [left, top] = [
    (x + width / 2) * scale - frame.clientWidth / 2,
    (y + height / 2) * scale - frame.clientHeight / 2,
  ];
  const isInSight =
    x * scale >= frame.scrollLeft &&
    y * scale >= frame.scrollTop &&
    (x + width) * scale <= frame.scrollLeft + frame.clientWidth &&
    (y + height) * scale <= frame.scrollTop + frame.clientHeight;
  if (!isInSight) frame.scrollTo({ left, top });
}
