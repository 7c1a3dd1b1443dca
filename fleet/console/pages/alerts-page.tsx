import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { callApi, queryOf } from '../api/client.ts';
import { type Alert, alertPageSchema, type Thresholds, thresholdsSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole, useMay, useWords } from '../browser/console-context.ts';
import { AlertRows } from '../parts/alert-rows.tsx';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { Paged } from '../parts/paged.tsx';
import { Shown } from '../parts/states.tsx';
import { useAct } from '../parts/use-act.ts';
import { useFleetNews } from '../parts/use-fleet-news.ts';
import { usePages } from '../parts/use-pages.ts';
import { PATHS } from '../paths.ts';
import { ALERTS } from '../words/alerts.ts';
import { COMMON } from '../words/common.ts';

const FILTERS = ['state', 'kind', 'acknowledged', 'tid'] as const;
const MINUTE_MS = 60_000;

/** What is worth a look. */
export function AlertsPage() {
  const words = useWords(ALERTS);
  const { query, route } = useLocation();
  const filters = Object.fromEntries(FILTERS.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
  const pages = usePages<Alert>(JSON.stringify(filters), async (before, signal) => {
    const path = `/alerts${queryOf({ ...filters, before: before ?? undefined, limit: 100 })}`;
    const { alerts, next } = await callApi(alertPageSchema, path, { signal });
    return { items: alerts, next, count: null };
  });
  useFleetNews(pages.again);
  const set = (name: string) => (value: string) =>
    route(`${PATHS.alerts}${queryOf({ ...filters, [name]: value })}`, true);
  const choices = [
    ['kind', words.kind, Object.entries(words.kinds)],
    ['acknowledged', words.takenBy, [['yes', words.somebody] as const, ['no', words.nobody] as const]],
  ] as const;
  const states = [['open', words.open] as const, ['cleared', words.cleared] as const, ['all', words.all] as const];
  return (
    <>
      <PageHead title={words.title} />
      <div class="filters">
        <SelectField
          {...{
            name: 'state',
            label: words.state,
            options: states,
            value: filters['state'] ?? 'open',
            isRequired: true,
          }}
          choose={(value) => set('state')(value === 'open' ? '' : value)}
        />
        {choices.map(([name, label, options]) => (
          <SelectField {...{ key: name, name, label, options, value: filters[name] ?? '', choose: set(name) }} />
        ))}
      </div>
      <Paged pages={pages} none={words.none} more={words.more}>
        {(alerts) => <AlertRows alerts={alerts} again={pages.again} />}
      </Paged>
      <ThresholdsCard />
    </>
  );
}

function ThresholdsCard() {
  const words = useWords(ALERTS);
  const asked = useAnswer('thresholds', (signal) => callApi(thresholdsSchema, '/thresholds', { signal }));
  return (
    <section class="card" aria-label={words.thresholds}>
      <header>
        <h2>{words.thresholds}</h2>
        <span class="muted">{words.thresholdsLead}</span>
      </header>
      <Shown asked={asked}>{(thresholds) => <ThresholdsForm thresholds={thresholds} put={asked.put} />}</Shown>
    </section>
  );
}

interface ThresholdsFormProps {
  readonly thresholds: Thresholds;
  readonly put: (thresholds: Thresholds) => void;
}

function ThresholdsForm({ thresholds, put }: ThresholdsFormProps) {
  const words = useWords(ALERTS);
  const common = useWords(COMMON);
  const { say } = useConsole();
  const may = useMay();
  const act = useAct();
  const [draft, setDraft] = useState(thresholds);
  useEffect(() => setDraft(thresholds), [thresholds]);
  const fields = [
    ['offlineMs', words.offlineMinutes, MINUTE_MS],
    ['unknownPercent', words.unknownPercent, 1],
    ['unknownPaymentsMin', words.unknownPaymentsMin, 1],
    ['clockOffMs', words.clockOffMinutes, MINUTE_MS],
  ] as const;
  const save = async () => {
    await act(async () => {
      put(await callApi(thresholdsSchema, '/thresholds', { method: 'PUT', body: draft }));
      say(words.saved);
    });
  };
  return (
    <div class="filters">
      {fields.map(([name, label, unit]) => (
        <label key={name}>
          <span>{label}</span>
          <input
            type="number"
            name={name}
            min={1}
            disabled={may('admin') !== null}
            value={draft[name] / unit}
            onInput={({ currentTarget }) =>
              setDraft({ ...draft, [name]: Math.round(currentTarget.valueAsNumber * unit) })
            }
          />
        </label>
      ))}
      <GuardedButton needs="admin" onClick={() => void save()}>
        {common.save}
      </GuardedButton>
    </div>
  );
}
