import { useLocation } from 'preact-iso';
import { useEffect, useRef, useState } from 'preact/hooks';
import { callApi, queryOf } from '../api/client.ts';
import { summarySchema, type TerminalLine, terminalPageSchema } from '../api/terminal-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { after } from '../browser/browser-clock.ts';
import { useLive, useWords } from '../browser/console-context.ts';
import { isTyping } from '../browser/shortcuts.ts';
import { PageHead } from '../parts/page-head.tsx';
import { FailureNote } from '../parts/states.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { TerminalGrid } from '../parts/terminal-grid.tsx';
import { usePages } from '../parts/use-pages.ts';
import { PATHS } from '../paths.ts';
import { ALERTS } from '../words/alerts.ts';
import { DEVICES } from '../words/devices.ts';
import { TERMINALS } from '../words/terminals.ts';

const PAGE_LINES = 200;
const TYPING_MS = 200;
/** More changed lines than this are read when somebody comes back to them. */
const REFRESHED_MAX = 50;
const FILTERS = ['q', 'presence', 'sw', 'hw', 'printer', 'alert', 'configuration', 'sort'] as const;
type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

function useFilters(): { filters: Filters; set: (change: Filters) => void } {
  const { query, route } = useLocation();
  const filters = Object.fromEntries(FILTERS.flatMap((name) => (query[name] ? [[name, query[name]]] : []))) as Filters;
  const set = (change: Filters) => route(`${PATHS.terminals}${queryOf({ ...filters, ...change })}`, true);
  return { filters, set };
}

/** The list of terminals: search, filters, as many as there are. */
export function TerminalsPage() {
  const words = useWords(TERMINALS);
  const { filters, set } = useFilters();
  const { route } = useLocation();
  const pages = usePages<TerminalLine>(JSON.stringify(filters), async (cursor, signal) => {
    const query = { ...filters, after: cursor ?? undefined, limit: PAGE_LINES, count: cursor === null ? 'yes' : 'no' };
    const page = await callApi(terminalPageSchema, `/terminals${queryOf(query)}`, { signal });
    return { items: page.terminals, next: page.next, count: page.count };
  });
  useFreshLines(pages.change);
  const [chosen, setChosen] = useState(0);
  useEffect(() => setChosen(0), [JSON.stringify(filters)]);
  const open = (line: TerminalLine | undefined) => {
    if (line !== undefined) route(PATHS.terminal.replace(':tid', encodeURIComponent(line.tid)));
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const last = pages.items.length - 1;
      if (event.key === 'j') setChosen(Math.min(last, chosen + 1));
      if (event.key === 'k') setChosen(Math.max(0, chosen - 1));
      if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) open(pages.items[chosen]);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [pages.items, chosen]);
  return (
    <>
      <PageHead title={words.title} />
      <FilterBar filters={filters} set={set} />
      {pages.failure !== null && <FailureNote failure={pages.failure} again={pages.again} />}
      <TerminalGrid pages={pages} chosen={chosen} choose={setChosen} />
    </>
  );
}

/** Lines that changed are read again, as they are. */
function useFreshLines(change: (change: (line: TerminalLine) => TerminalLine) => void): void {
  useLive(null, (news) => {
    if (news.type !== 'terminals' || news.all || news.tids.length > REFRESHED_MAX) return;
    for (const tid of news.tids) {
      callApi(terminalPageSchema, `/terminals${queryOf({ q: tid, limit: 5 })}`).then(
        ({ terminals }) => {
          const fresh = terminals.find((line) => line.tid === tid);
          if (fresh !== undefined) change((line) => (line.tid === tid ? fresh : line));
        },
        // The list stays as it was; its own reading tells what is wrong.
        () => undefined,
      );
    }
  });
}

function FilterBar({ filters, set }: { filters: Filters; set: (change: Filters) => void }) {
  const words = useWords(TERMINALS);
  const kinds = useWords(ALERTS).kinds;
  const devices = useWords(DEVICES).printer;
  const summary = useAnswer('summary', (signal) => callApi(summarySchema, '/summary', { signal }));
  const named = (lines: readonly { name: string | null }[] | undefined) =>
    (lines ?? []).flatMap(({ name }) => (name === null ? [] : [[name, name] as const]));
  const isFiltered = Object.keys(filters).some((name) => name !== 'sort');
  const choices = [
    ['presence', words.presence, [['online', words.online] as const, ['offline', words.offline] as const]],
    ['sw', words.version, named(summary.answer?.versions)],
    ['hw', words.model, named(summary.answer?.models)],
    ['printer', words.printer, named(summary.answer?.printers).map(([code]) => [code, devices[code] ?? code] as const)],
    ['alert', words.alert, [['any', words.anyAlert] as const, ...Object.entries(kinds)]],
    ['configuration', words.configuration, Object.entries(words.states)],
  ] as const;
  return (
    <div class="filters" role="search">
      <SearchField value={filters.q ?? ''} search={(q) => set({ q })} />
      {choices.map(([name, label, options]) => (
        <SelectField
          {...{ key: name, name, label, options, value: filters[name] ?? '' }}
          choose={(value) => set({ [name]: value })}
        />
      ))}
      <SelectField
        {...{ name: 'sort', label: words.sort, value: filters.sort ?? 'tid', isRequired: true }}
        options={Object.entries(words.sorts)}
        choose={(sort) => set({ sort: sort === 'tid' ? '' : sort })}
      />
      {isFiltered && (
        <button
          type="button"
          class="quiet"
          onClick={() => set({ ...Object.fromEntries(FILTERS.map((name) => [name, ''])), sort: filters.sort ?? '' })}
        >
          {words.clear}
        </button>
      )}
    </div>
  );
}

/** Searches while one types, a moment after the last letter. */
function SearchField({ value, search }: { value: string; search: (q: string) => void }) {
  const words = useWords(TERMINALS);
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) setTyped(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (typed === told.current) return undefined;
    return after(TYPING_MS, () => {
      told.current = typed;
      search(typed);
    });
  }, [typed]);
  return (
    <label>
      <span>
        {words.search} <kbd>/</kbd>
      </span>
      <input
        type="search"
        name="q"
        maxLength={64}
        placeholder={words.searchHint}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onKeyDown={({ key, currentTarget }) => (key === 'Enter' || key === 'Escape') && currentTarget.blur()}
      />
    </label>
  );
}
