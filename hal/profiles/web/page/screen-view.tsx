import { useEffect, useState } from 'preact/hooks';

import type { ScreenName } from '../../../../domain/screen.ts';
import { amountLine, toneOf, type Tone } from '../../screen-tone.ts';
import type { DrawnModules, ShownScreen, TerminalView } from '../wire.ts';
import type { Words } from './words.ts';

/** Screens that are lists whatever their length; any other becomes one from this many lines on. */
const LISTS: readonly ScreenName[] = ['menu', 'journal', 'summary', 'shift', 'self-test', 'domain-check'];
const LIST_LINES_MIN = 7;
/** Lines of a list from which it is set in the smallest type. */
const LONG_LIST_LINES_MIN = 10;
/** The number of an order or of a refund. */
const LONG_NUMBER = /\d{14}/;
/** Lines above which the mark goes beside the heading, to leave its room to the words. */
const CROWDED_LINES_MIN = 5;
/** Characters of an amount up to which it is set in the largest type, and in the second largest. */
const AMOUNT_SHORT_MAX = 7;
const AMOUNT_LONG_MAX = 9;
/** Columns of a heading up to which it fits one line in large type; a Chinese character takes two. */
const HEADING_COLUMNS_MAX = 18;

/** The terminal's screen: the same words as on the device, the amount huge, the colour by what it asks of the cashier. */
export function ScreenView(props: { view: TerminalView; cameMs: number; words: Words }) {
  const { view, words } = props;
  const screen = view.screen;
  if (screen === null) {
    return (
      <section class="screen" data-tone="calm" aria-label={words.screen}>
        <div class="screen-words">
          <p class="line">{words.starting}</p>
        </div>
      </section>
    );
  }
  const tone = toneOf(screen.name);
  const amountAt = amountLine(screen);
  const list = listLook(screen);
  const isList = list !== undefined;
  const isCrowded = !isList && screen.lines.length >= CROWDED_LINES_MIN;
  const mark = <ToneMark tone={tone} name={screen.name} />;
  const waiting = screen.name === 'paying' || screen.name === 'password';
  return (
    <section
      class="screen"
      data-tone={tone}
      data-name={screen.name}
      data-list={list}
      data-crowded={isCrowded ? '' : undefined}
      data-waiting={waiting ? '' : undefined}
      data-code={screen.code === undefined ? undefined : ''}
      aria-label={words.screen}
    >
      <StatusBar view={view} />
      {screen.closesInMs !== undefined && <Countdown leftMs={screen.closesInMs} cameMs={props.cameMs} words={words} />}
      <div class="screen-words" role="status" aria-atomic="true">
        {!isList && !isCrowded && mark}
        {screen.lines.map((line, index) => (
          <p key={index} class={lineClass(index, amountAt, line)}>
            {isCrowded && index === 0 && mark}
            {line === '' ? '\u00a0' : line}
          </p>
        ))}
      </div>
      {screen.code !== undefined && <CodeView code={screen.code} label={screen.lines[0] ?? ''} />}
      {waiting && <WaitRing screen={screen} cameMs={props.cameMs} windowMs={view.windowMs} words={words} />}
    </section>
  );
}

function listLook({ name, lines }: ShownScreen): 'short' | 'middle' | 'long' | undefined {
  if (lines.length >= LONG_LIST_LINES_MIN) return 'long';
  if (lines.length >= LIST_LINES_MIN) return 'middle';
  return LISTS.includes(name) ? 'short' : undefined;
}

function lineClass(index: number, amountAt: number, line: string): string {
  if (index === amountAt) {
    const size = line.length <= AMOUNT_SHORT_MAX ? '' : line.length <= AMOUNT_LONG_MAX ? ' long' : ' longest';
    return `line amount${size}`;
  }
  if (index === 0) return columnsOf(line) > HEADING_COLUMNS_MAX ? 'line heading long' : 'line heading';
  return LONG_NUMBER.test(line) ? 'line number' : 'line';
}

function columnsOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (character > '\u2e7f' ? 2 : 1), 0);
}

/** Dark on light with its quiet zone, whatever the colour of the screen: else phones do not read it. */
function CodeView({ code, label }: { code: DrawnModules; label: string }) {
  const side = code.side + 8;
  return (
    <svg
      class="screen-code"
      viewBox={`-4 -4 ${side} ${side}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <rect x="-4" y="-4" width={side} height={side} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  );
}

/** Until the gateway itself closes the order. At its end nothing is claimed: the terminal asks and then says what is certain. */
function Countdown(props: { leftMs: number; cameMs: number; words: Words }) {
  const nowMs = useNowMs();
  const left = Math.max(0, Math.ceil((props.leftMs - Math.max(0, nowMs - props.cameMs)) / 1000));
  const time = `${Math.trunc(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  return (
    <p class="countdown" role="timer" aria-label={`${props.words.closesIn} ${time}`}>
      {props.words.closesIn} {time}
    </p>
  );
}

function StatusBar({ view }: { view: TerminalView }) {
  return (
    <div class="screen-bar" aria-hidden="true">
      <span>{view.title}</span>
      <span class="screen-bar-marks">
        {view.printer !== 'ok' && <PrinterMark />}
        {view.radio.current !== null && <RadioMark />}
      </span>
    </div>
  );
}

function PrinterMark() {
  return (
    <svg viewBox="0 0 16 16" class="mark warn">
      <path
        d="M4 6V2h8v4M3 6h10v5h-2v3H5v-3H3z"
        fill="none"
        stroke="currentColor"
        stroke-width="1.4"
        stroke-linejoin="round"
      />
      <path d="M2 14 14 2" stroke="currentColor" stroke-width="1.6" />
    </svg>
  );
}

function RadioMark() {
  return (
    <svg viewBox="0 0 16 16" class="mark">
      <path
        d="M2 6.5a8.5 8.5 0 0 1 12 0M4.3 9a5.2 5.2 0 0 1 7.4 0M6.6 11.4a2 2 0 0 1 2.8 0"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
      />
    </svg>
  );
}

const STROKE = {
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': '3',
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
} as const;

/** A shape besides the colour, for who cannot tell red from green. */
function ToneMark({ tone, name }: { tone: Tone; name: string }) {
  if (name === 'present-code' || name === 'refund-scan') {
    return (
      <svg viewBox="0 0 48 48" class="tone-mark frame">
        <path
          d="M6 15V8a2 2 0 0 1 2-2h7M33 6h7a2 2 0 0 1 2 2v7M42 33v7a2 2 0 0 1-2 2h-7M15 42H8a2 2 0 0 1-2-2v-7"
          {...STROKE}
        />
        <path class="beam" d="M10 24h28" {...STROKE} />
      </svg>
    );
  }
  const paths: Partial<Record<Tone, string>> = {
    good: 'M13 25l8 8 15-17',
    bad: 'M16 16l16 16M32 16 16 32',
    careful: 'M24 13v14M24 34v.5',
  };
  const path = paths[tone];
  if (path === undefined) return null;
  return (
    <svg viewBox="0 0 48 48" class="tone-mark">
      <circle cx="24" cy="24" r="21" {...STROKE} />
      <path d={path} {...STROKE} />
    </svg>
  );
}

/** The page's monotonic clock, four times a second. */
function useNowMs(): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** How long the customer has been at it, of the time there is. It promises no result: at its end the terminal says what is known. */
function WaitRing(props: { screen: ShownScreen; cameMs: number; windowMs: number; words: Words }) {
  const { screen, cameMs, windowMs, words } = props;
  const nowMs = useNowMs();
  const elapsedMs = Math.max(0, screen.ageMs + nowMs - cameMs);
  const part = Math.min(1, elapsedMs / windowMs);
  const around = 2 * Math.PI * 20;
  const seconds = Math.floor(elapsedMs / 1000);
  return (
    <div class="ring" role="timer" aria-label={`${words.elapsed} ${seconds} ${words.seconds}`}>
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="20" class="ring-rest" />
        <circle
          cx="24"
          cy="24"
          r="20"
          class="ring-part"
          stroke-dasharray={`${part * around} ${around}`}
          transform="rotate(-90 24 24)"
        />
        <circle cx="24" cy="24" r="20" class="ring-sweep" stroke-dasharray="6 120" />
      </svg>
      <span aria-hidden="true">{seconds}</span>
    </div>
  );
}
