import { useState } from 'preact/hooks';
import { callApi, queryOf } from '../api/client.ts';
import { type FleetMap, fleetMapSchema } from '../api/terminal-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { PATHS } from '../paths.ts';
import { fill } from '../words/language.ts';
import { DEVICES } from '../words/devices.ts';
import { OVERVIEW } from '../words/overview.ts';
import { Shown } from './states.tsx';
import { useFleetNews } from './use-fleet-news.ts';

const GROUPINGS = ['label', 'version', 'model', 'printer', 'configuration'] as const;
type Grouping = (typeof GROUPINGS)[number];
const STATES = ['grave', 'warned', 'offline', 'fine'] as const;

/** Which filter of the list shows a group; a label is searched by its words. */
const FILTER: Readonly<Record<Grouping, string | null>> = {
  ...{ label: 'q', version: 'sw', model: 'hw', printer: 'printer', configuration: null },
};

/** The whole fleet as tiles: one for each terminal, or for each group when there are very many. */
export function HealthMap() {
  const words = useWords(OVERVIEW);
  const [by, setBy] = useState<Grouping>('label');
  const map = useAnswer(`map ${by}`, (signal) => callApi(fleetMapSchema, `/map?by=${by}`, { signal }));
  useFleetNews(map.again);
  return (
    <section class="card map" aria-label={words.map}>
      <header>
        <h2>{words.map}</h2>
        <div class="actions">
          <Legend />
          <label class="in-line">
            <span>{words.by}</span>
            <select value={by} onChange={({ currentTarget }) => setBy(currentTarget.value as Grouping)}>
              {GROUPINGS.map((one) => (
                <option key={one} value={one}>
                  {words.groupings[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
      </header>
      <Shown asked={map}>{(answer) => <Groups map={answer} by={by} />}</Shown>
    </section>
  );
}

function Legend() {
  const words = useWords(OVERVIEW);
  return (
    <ul class="map-legend">
      {STATES.toReversed().map((state) => (
        <li key={state}>
          <i data-tile={state} /> {words.states[state]}
        </li>
      ))}
    </ul>
  );
}

function Groups({ map, by }: { map: FleetMap; by: Grouping }) {
  const words = useWords(OVERVIEW);
  const format = useFormat();
  const devices = useWords(DEVICES).printer;
  const filter = FILTER[by];
  return (
    <>
      {map.tiles === null && <p class="muted">{words.tooMany}</p>}
      <ul class="map-groups">
        {map.groups.map((group) => {
          const tiles = map.tiles?.filter((tile) => tile.group === group.name) ?? null;
          const told = by === 'printer' && group.name !== null ? devices[group.name] : undefined;
          const name = told ?? group.name ?? words.none;
          return (
            <li key={name} data-large={tiles === null || undefined}>
              <p>
                {filter === null || group.name === null ? (
                  <b>{name}</b>
                ) : (
                  <a href={`${PATHS.terminals}${queryOf({ [filter]: group.name })}`}>{name}</a>
                )}{' '}
                <span class="muted">{fill(words.of, { count: format.count(group.total) })}</span>
              </p>
              {tiles === null ? <Heat group={group} /> : <Tiles tiles={tiles} />}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Tiles({ tiles }: { tiles: NonNullable<FleetMap['tiles']> }) {
  const words = useWords(OVERVIEW).states as Record<string, string>;
  return (
    <div class="tiles">
      {tiles.map(({ tid, state }) => (
        <a
          key={tid}
          href={PATHS.terminal.replace(':tid', encodeURIComponent(tid))}
          data-tile={state}
          title={`${tid}: ${words[state] ?? state}`}
          aria-label={`${tid}: ${words[state] ?? state}`}
        />
      ))}
    </div>
  );
}

/** A group in proportion. */
function Heat({ group }: { group: FleetMap['groups'][number] }) {
  const words = useWords(OVERVIEW);
  const format = useFormat();
  return (
    <>
      <div class="heat" aria-hidden="true">
        {STATES.map((state) => (
          <i key={state} data-tile={state} style={{ flexGrow: group[state] }} />
        ))}
      </div>
      <p class="heat-words">
        {STATES.filter((state) => group[state] > 0).map((state) => (
          <span key={state}>
            {words.states[state]} {format.count(group[state])}
          </span>
        ))}
      </p>
    </>
  );
}
