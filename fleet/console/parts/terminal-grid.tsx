import { useEffect } from 'preact/hooks';
import type { TerminalLine } from '../api/terminal-answers.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { PATHS } from '../paths.ts';
import { DEVICES } from '../words/devices.ts';
import { fill } from '../words/language.ts';
import { TERMINALS } from '../words/terminals.ts';
import { Ago, Pill, Presence, type Tone } from './pills.tsx';
import { Nothing } from './states.tsx';
import type { Pages } from './use-pages.ts';
import { useVirtual } from './use-virtual.ts';

const LINE_HEIGHT = 40;
/** The next page is read when so few lines are left below. */
const AHEAD = 60;

interface GridProps {
  readonly pages: Pages<TerminalLine>;
  readonly chosen: number;
  readonly choose: (index: number) => void;
}

/** The lines in sight; more are read on the way down. */
export function TerminalGrid({ pages, chosen, choose }: GridProps) {
  const words = useWords(TERMINALS);
  const { items, isComplete, isLoading } = pages;
  const { frame, list, lines, height } = useVirtual({ count: items.length, lineHeight: LINE_HEIGHT });
  useEffect(() => {
    if (items.length > 0) list.scrollToIndex(chosen, { align: 'auto' });
  }, [chosen]);
  useEffect(() => {
    if ((lines.at(-1)?.index ?? 0) > items.length - AHEAD) pages.more();
  });
  const heads = [
    ...[words.terminal, words.presence, words.alert, words.version, words.printer, words.configuration],
    ...[words.openOrders, words.seen],
  ];
  return (
    <div class="grid-list">
      <div
        class="grid-scroll"
        role="grid"
        aria-label={words.title}
        aria-rowcount={pages.count ?? -1}
        ref={frame}
        tabIndex={0}
      >
        <div class="grid-head" role="row">
          {heads.map((head) => (
            <span key={head} role="columnheader">
              {head}
            </span>
          ))}
        </div>
        {items.length === 0 && isComplete && (
          <div role="row">
            <div role="gridcell">
              <Nothing>{words.none}</Nothing>
            </div>
          </div>
        )}
        <div class="grid-body" style={{ height: `${height}px` }}>
          {lines.map(({ index, start }) => {
            const line = items[index];
            if (line === undefined) return null;
            return (
              <Line
                {...{ key: line.tid, line, index, start, isChosen: index === chosen }}
                choose={() => choose(index)}
              />
            );
          })}
        </div>
      </div>
      <Foot pages={pages} isLoading={isLoading} />
    </div>
  );
}

function Foot({ pages, isLoading }: { pages: Pages<TerminalLine>; isLoading: boolean }) {
  const words = useWords(TERMINALS);
  const format = useFormat();
  const [loaded, count] = [format.count(pages.items.length), format.count(pages.count ?? pages.items.length)];
  return (
    <p class="grid-foot" role="status" data-count={pages.count ?? undefined} data-loading={isLoading || undefined}>
      {isLoading ? words.reading : fill(words.loaded, { loaded, count })}
    </p>
  );
}

interface LineProps {
  readonly line: TerminalLine;
  readonly index: number;
  /** Where it begins, px from the top. */
  readonly start: number;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function Line({ line, index, start, isChosen, choose }: LineProps) {
  return (
    <div
      class="grid-line"
      role="row"
      data-tid={line.tid}
      aria-rowindex={index + 1}
      aria-selected={isChosen}
      style={{ transform: `translateY(${start}px)` }}
    >
      <span role="gridcell" class="two">
        <a href={PATHS.terminal.replace(':tid', encodeURIComponent(line.tid))} onFocus={choose}>
          {line.tid}
        </a>
        <small>{line.label === '' ? (line.sn ?? '') : line.label}</small>
      </span>
      <span role="gridcell">
        <Presence online={line.online} />
      </span>
      <span role="gridcell">
        <AlertMark rank={line.alertRank} />
      </span>
      <span role="gridcell" class="two">
        {line.sw ?? '–'}
        <small>{[line.hw, line.slot].filter((part) => part !== null).join(' · ')}</small>
      </span>
      <span role="gridcell">
        <Printer code={line.printer} />
      </span>
      <span role="gridcell">
        <Wish line={line} />
      </span>
      <span role="gridcell">
        <Open line={line} />
      </span>
      <span role="gridcell">
        <Ago ms={line.seenMs} />
      </span>
    </div>
  );
}

function Printer({ code }: { code: string | null }) {
  const words = useWords(DEVICES).printer;
  if (code === null) return <span class="muted">–</span>;
  return code === 'ok' ? <>{words[code]}</> : <Pill tone="warn">{words[code] ?? code}</Pill>;
}

function AlertMark({ rank }: { rank: number }) {
  const words = useWords(TERMINALS);
  if (rank === 0) return <span class="muted">–</span>;
  return <Pill tone={rank > 1 ? 'bad' : 'warn'}>{rank > 1 ? words.grave : words.warning}</Pill>;
}

/** The desired configuration and how far it is. */
function Wish({ line }: { line: TerminalLine }) {
  const words = useWords(TERMINALS);
  const { desiredVer, reportedVer, reportedOk } = line;
  if (desiredVer === 0) return <span class="muted">–</span>;
  const state = reportedVer < desiredVer ? 'pending' : reportedOk === true ? 'applied' : 'failed';
  const tone: Tone = { pending: 'accent', applied: 'fine', failed: 'bad' }[state] as Tone;
  return <Pill tone={tone}>{`v${desiredVer} ${words.states[state]}`}</Pill>;
}

function Open({ line: { openOrders, domains, domainsUp } }: { line: TerminalLine }) {
  const format = useFormat();
  const isCut = domains !== null && domains > 0 && domainsUp === 0;
  return (
    <>
      {openOrders === null ? '–' : format.count(openOrders)}
      {isCut && <span class="sr">0/{domains}</span>}
    </>
  );
}
