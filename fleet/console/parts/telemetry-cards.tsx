import type { Telemetry } from '../../contract/telemetry.ts';
import type { Terminal } from '../api/terminal-answers.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';
import { DEVICES } from '../words/devices.ts';
import { FACTS } from '../words/facts.ts';
import { fill } from '../words/language.ts';
import { TERMINAL } from '../words/terminal.ts';
import { Ago, Pill, type Tone } from './pills.tsx';

type Fact = readonly [string, string | null, Tone?];
const CLOCK_OFF_MS = 60_000;

function useHealth({ telemetry, configured }: Terminal): Fact[] {
  const words = useWords(TERMINAL);
  const common = useWords(COMMON);
  const devices = useWords(DEVICES);
  const format = useFormat();
  if (telemetry === null) return [];
  const { document: tm, clockOffMs } = telemetry;
  const known = <Value,>(value: Value | undefined, tell: (value: Value) => string): string | null =>
    value === undefined ? null : tell(value);
  const whole = (value: number): string => format.count(Math.round(value));
  const isOff = clockOffMs !== null && Math.abs(clockOffMs) > CLOCK_OFF_MS;
  return [
    [words.printer, known(tm.prn, (code) => devices.printer[code] ?? code), tm.prn === 'ok' ? 'fine' : 'warn'],
    [words.storage, known(tm.sto, (code) => devices.storage[code] ?? code), tm.sto === 'ok' ? 'fine' : 'bad'],
    [words.clock, clockOffMs === null ? null : format.span(clockOffMs), isOff ? 'warn' : 'fine'],
    [words.configured, configured === null ? null : configured ? common.yes : common.no],
    [words.up, format.span(tm.up)],
    [words.memory, known(tm.mem, ({ rss, heap }) => `${format.bytes(rss)} (${words.heap} ${format.bytes(heap)})`)],
    [words.loop, known(tm.lag, ({ p99, max }) => `${whole(p99)} ${words.unitMs} (${words.longest} ${whole(max)})`)],
    [words.signal, known(tm.sig, (percent) => format.percent(percent / 100))],
    [words.temperature, known(tm.temp, (degrees) => `${whole(degrees)} °C`)],
    [words.outbox, known(tm.box, ({ events, dropped }) => `${format.count(events)} (${words.dropped} ${dropped})`)],
  ];
}

/** How the box is: devices, memory, clock. */
export function HealthCard({ terminal }: { terminal: Terminal }) {
  const words = useWords(TERMINAL);
  const facts = useHealth(terminal);
  return (
    <section class="card">
      <header>
        <h2>{words.health}</h2>
        {terminal.telemetry !== null && (
          <span class="muted">
            {words.telemetryAge.split('{ago}')[0]}
            <Ago ms={terminal.telemetry.receivedMs} />
          </span>
        )}
      </header>
      {facts.length === 0 && <p class="muted">{words.noTelemetry}</p>}
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== null)
          .map(([name, value, tone]) => (
            <>
              <dt key={`${name} name`}>{name}</dt>
              <dd key={name}>{tone === undefined ? value : <Pill tone={tone}>{value ?? ''}</Pill>}</dd>
            </>
          ))}
      </dl>
    </section>
  );
}

/** The gateway's domains as the terminal sees them. */
export function DomainsCard({ terminal: { telemetry } }: { terminal: Terminal }) {
  const words = useWords(TERMINAL);
  const format = useFormat();
  const domains = telemetry?.document.dom ?? [];
  return (
    <section class="card">
      <header>
        <h2>{words.domains}</h2>
      </header>
      {domains.length === 0 && <p class="muted">{words.noTelemetry}</p>}
      <ul class="domains">
        {domains.map(({ d, up, ms, sel }) => (
          <li key={d} data-chosen={sel === true || undefined}>
            <Pill tone={up ? 'fine' : 'bad'}>{up ? words.answers : words.silent}</Pill>
            <span class="mono">{d}</span>
            <span class="muted">{ms === null ? '–' : `${format.count(Math.round(ms))} ${words.unitMs}`}</span>
            {sel === true && <b>{words.chosen}</b>}
          </li>
        ))}
      </ul>
    </section>
  );
}

const TONES: Readonly<Record<string, string>> = { paid: 'fine', unknown: 'bad', failed: 'off' };

/** Payments by platform and outcome, and what is open. */
export function TotalsCard({ terminal }: { terminal: Terminal }) {
  const words = useWords(TERMINAL);
  const format = useFormat();
  const { telemetry, rate } = terminal;
  const open = telemetry?.document.open;
  const share = rate.payments === 0 ? null : rate.unknown / rate.payments;
  const since = rate.sinceMs === null ? '–' : format.instant(rate.sinceMs);
  return (
    <section class="card">
      <header>
        <h2>{words.totals}</h2>
        <span class="muted">{words.totalsLead}</span>
      </header>
      <Outcomes counts={telemetry?.document.cnt ?? {}} />
      <dl class="facts">
        <dt>{words.openOrders}</dt>
        <dd>{open === undefined ? '–' : format.count(open.orders)}</dd>
        <dt>{words.openRefunds}</dt>
        <dd>{open === undefined ? '–' : format.count(open.refunds)}</dd>
        <dt>{words.rate}</dt>
        <dd>
          {share === null ? '–' : format.percent(share)}{' '}
          <span class="muted">
            {fill(words.rateLead, {
              unknown: format.count(rate.unknown),
              payments: format.count(rate.payments),
              since,
            })}
          </span>
        </dd>
      </dl>
    </section>
  );
}

function Outcomes({ counts }: { counts: NonNullable<Telemetry['cnt']> }) {
  const words = useWords(TERMINAL);
  const told = useWords(FACTS);
  const format = useFormat();
  const cells = Object.entries(counts).map(([key, count]) => {
    const [platform = '', outcome = ''] = key.split('.');
    return { platform, outcome, count };
  });
  const platforms = [...new Set(cells.map(({ platform }) => platform))].toSorted();
  const outcomes = [...new Set(cells.map(({ outcome }) => outcome))].toSorted();
  if (cells.length === 0) return <p class="muted">{words.noLatencies}</p>;
  return (
    <table class="outcomes">
      <thead>
        <tr>
          <th>{words.platform}</th>
          {outcomes.map((outcome) => (
            <th key={outcome} class="number">
              {told.outcomes[outcome] ?? told.values[outcome] ?? outcome}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {platforms.map((platform) => (
          <tr key={platform}>
            <td>{told.values[platform] ?? platform}</td>
            {outcomes.map((outcome) => {
              const cell = cells.find((one) => one.platform === platform && one.outcome === outcome);
              return (
                <td key={outcome} class="number" data-tone={TONES[outcome]}>
                  {format.count(cell?.count ?? 0)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
