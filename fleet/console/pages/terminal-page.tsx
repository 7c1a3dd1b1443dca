import { useRoute } from 'preact-iso';
import type { Terminal } from '../api/terminal-answers.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { AlertRows } from '../parts/alert-rows.tsx';
import { Histograms } from '../parts/histograms.tsx';
import { HistoryCard } from '../parts/history-card.tsx';
import { Ago, Pill } from '../parts/pills.tsx';
import { Shown } from '../parts/states.tsx';
import { DomainsCard, HealthCard, TotalsCard } from '../parts/telemetry-cards.tsx';
import { TerminalHead } from '../parts/terminal-head.tsx';
import { useTerminal } from '../parts/use-terminal.ts';
import { COMMON } from '../words/common.ts';
import { fill } from '../words/language.ts';
import { TERMINAL } from '../words/terminal.ts';

/** One terminal: everything that is known of it. */
export function TerminalPage() {
  const tid = useRoute().params['tid'] ?? '';
  const terminal = useTerminal(tid);
  return (
    <>
      <TerminalHead tid={tid} terminal={terminal.answer} tab="overview" put={terminal.put} />
      <Shown asked={terminal}>
        {(answer) => (
          <>
            {answer.alerts.length > 0 && <OpenAlerts terminal={answer} again={terminal.again} />}
            <div class="cards">
              <HealthCard terminal={answer} />
              <DomainsCard terminal={answer} />
              <TotalsCard terminal={answer} />
            </div>
            <Histograms phases={answer.telemetry?.document.ph ?? {}} />
            <HistoryCard tid={tid} />
            <div class="cards">
              <Identity terminal={answer} />
              <Wishes terminal={answer} />
              <Streams terminal={answer} />
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

function OpenAlerts({ terminal, again }: { terminal: Terminal; again: () => void }) {
  const words = useWords(TERMINAL);
  return (
    <section class="card">
      <header>
        <h2>{words.alerts}</h2>
      </header>
      <AlertRows alerts={terminal.alerts.map((alert) => ({ ...alert, clearedMs: null }))} again={again} />
    </section>
  );
}

function Identity({ terminal }: { terminal: Terminal }) {
  const words = useWords(TERMINAL);
  const format = useFormat();
  const { sn, hw, sw, slot, job, boot, epoch, firstSeenMs, birthMs } = terminal;
  const facts = [
    [words.sn, sn],
    [words.hw, hw],
    [words.sw, sw],
    [words.slot, slot],
    [words.boot, boot === null ? null : format.count(boot)],
    [words.epoch, epoch],
    [words.job, job],
    [words.birth, birthMs === null ? null : format.instant(birthMs)],
    [words.firstSeen, format.instant(firstSeenMs)],
  ] as const;
  return (
    <section class="card">
      <header>
        <h2>{words.identity}</h2>
      </header>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <>
            <dt key={`${name} name`}>{name}</dt>
            <dd key={name}>{value ?? '–'}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Wishes({ terminal: { configuration } }: { terminal: Terminal }) {
  const words = useWords(TERMINAL);
  const { desired, reported } = configuration;
  const isTold = reported !== null && desired !== null && reported.ver >= desired.ver;
  return (
    <section class="card">
      <header>
        <h2>{words.configuration}</h2>
      </header>
      {desired === null ? (
        <p class="muted">{words.noDesired}</p>
      ) : (
        <>
          <dl class="facts">
            <dt>{words.desired}</dt>
            <dd>
              v{desired.ver} {!isTold && <Pill tone="accent">{words.pending}</Pill>}
              {isTold && reported.ok === true && <Pill tone="fine">{words.applied}</Pill>}
              {isTold && reported.ok !== true && (
                <Pill tone="bad">{fill(words.refused, { why: reported.err ?? '–' })}</Pill>
              )}
            </dd>
            <dt>{words.reported}</dt>
            <dd>
              {reported === null ? '–' : `v${reported.ver} `}
              {reported?.ms != null && <Ago ms={reported.ms} />}
            </dd>
          </dl>
          <pre class="document">{JSON.stringify(desired.doc, null, 2)}</pre>
        </>
      )}
    </section>
  );
}

function Streams({ terminal: { streams } }: { terminal: Terminal }) {
  const words = useWords(TERMINAL);
  const common = useWords(COMMON);
  const format = useFormat();
  return (
    <section class="card">
      <header>
        <h2>{words.journalStreams}</h2>
      </header>
      {streams.length === 0 ? (
        <p class="muted">{common.none}</p>
      ) : (
        <dl class="facts">
          {streams.map(({ epoch, acked, gap, changedMs }) => (
            <>
              <dt key={`${epoch} name`} class="mono">
                {epoch}
              </dt>
              <dd key={epoch}>
                {words.stored} {format.count(acked)}{' '}
                <Pill tone={gap ? 'warn' : 'fine'}>{gap ? words.gap : words.noGap}</Pill> <Ago ms={changedMs} />
              </dd>
            </>
          ))}
        </dl>
      )}
    </section>
  );
}
