import { callApi, queryOf } from '../api/client.ts';
import { type Summary, summarySchema } from '../api/terminal-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { HealthMap } from '../parts/health-map.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Shares } from '../parts/shares.tsx';
import { Nothing, Shown } from '../parts/states.tsx';
import { useFleetNews } from '../parts/use-fleet-news.ts';
import { PATHS } from '../paths.ts';
import { ALERTS } from '../words/alerts.ts';
import { DEVICES } from '../words/devices.ts';
import { OVERVIEW } from '../words/overview.ts';

/** The fleet at a glance. */
export function OverviewPage() {
  const words = useWords(OVERVIEW);
  const summary = useAnswer('summary', (signal) => callApi(summarySchema, '/summary', { signal }));
  useFleetNews(summary.again);
  return (
    <>
      <PageHead title={words.title} />
      <Shown asked={summary}>
        {(answer) =>
          answer.terminals === 0 ? (
            <Nothing>{words.empty}</Nothing>
          ) : (
            <>
              <Figures summary={answer} />
              <HealthMap />
              <Parts summary={answer} />
            </>
          )
        }
      </Shown>
    </>
  );
}

const terminalsWhere = (filter: Record<string, string>): string => `${PATHS.terminals}${queryOf(filter)}`;

function Figures({ summary }: { summary: Summary }) {
  const words = useWords(OVERVIEW);
  const format = useFormat();
  const { terminals, online, offline, ranks, alerts, openOrders } = summary;
  const open = Object.values(alerts).reduce((sum, count) => sum + count, 0);
  const figures = [
    { name: words.terminals, value: terminals, href: PATHS.terminals, tone: '' },
    { name: words.online, value: online, href: terminalsWhere({ presence: 'online' }), tone: 'fine' },
    { name: words.offline, value: offline, href: terminalsWhere({ presence: 'offline' }), tone: 'off' },
    { name: words.alerts, value: open, href: PATHS.alerts, tone: open > 0 ? 'warn' : '' },
    { name: words.grave, value: ranks[2], href: terminalsWhere({ sort: 'alerts' }), tone: ranks[2] > 0 ? 'bad' : '' },
    {
      ...{ name: words.unknownRate, value: alerts['unknown-rate'] ?? 0 },
      ...{ href: terminalsWhere({ alert: 'unknown-rate' }), tone: (alerts['unknown-rate'] ?? 0) > 0 ? 'bad' : '' },
    },
    { name: words.openOrders, value: openOrders, href: PATHS.terminals, tone: '' },
  ];
  return (
    <ul class="figures">
      {figures.map(({ name, value, href, tone }) => (
        <li key={name}>
          <a href={href} data-tone={tone} data-figure={name}>
            <b>{format.count(value)}</b>
            <span>{name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Parts({ summary }: { summary: Summary }) {
  const words = useWords(OVERVIEW);
  const kinds = useWords(ALERTS).kinds;
  const { alerts, versions, printers, configuration, terminals } = summary;
  const { applied, pending, failed } = configuration;
  const devices = useWords(DEVICES).printer;
  const named = (lines: Summary['versions'], told: Record<string, string> = {}) =>
    lines.map(({ name, count }) => ({ name: name === null ? words.none : (told[name] ?? name), count }));
  const wishes = [
    { name: words.applied, count: applied, tone: 'fine' as const },
    { name: words.pending, count: pending, tone: 'accent' as const },
    { name: words.failed, count: failed, tone: 'bad' as const },
    { name: words.noWish, count: terminals - applied - pending - failed, tone: 'off' as const },
  ];
  const raised = Object.entries(alerts).map(([kind, count]) => ({ name: kinds[kind] ?? kind, count }));
  return (
    <div class="cards">
      <section class="card">
        <header>
          <h2>{words.alertKinds}</h2>
        </header>
        {raised.length === 0 ? <p class="muted">{words.allFine}</p> : <Shares lines={raised} tone="warn" />}
      </section>
      <section class="card">
        <header>
          <h2>{words.versions}</h2>
        </header>
        <Shares lines={named(versions)} />
      </section>
      <section class="card">
        <header>
          <h2>{words.printers}</h2>
        </header>
        <Shares lines={named(printers, devices)} />
      </section>
      <section class="card">
        <header>
          <h2>{words.configuration}</h2>
        </header>
        <Shares lines={wishes.filter(({ count }) => count > 0)} />
      </section>
    </div>
  );
}
