import { useRoute } from 'preact-iso';
import { useState } from 'preact/hooks';
import { factSchemas } from '../../contract/events.ts';
import { callApi, queryOf } from '../api/client.ts';
import { eventPageSchema, type JournalEvent } from '../api/terminal-answers.ts';
import { useLive, useWords } from '../browser/console-context.ts';
import { JournalRows } from '../parts/journal-rows.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { Paged } from '../parts/paged.tsx';
import { TerminalHead } from '../parts/terminal-head.tsx';
import { usePages } from '../parts/use-pages.ts';
import { useTerminal } from '../parts/use-terminal.ts';
import { FACTS } from '../words/facts.ts';
import { TERMINAL } from '../words/terminal.ts';

const PAGE_LINES = 100;
const TYPES = Object.keys(factSchemas);

/** The journal of a terminal, as far as it is stored. */
export function TerminalJournalPage() {
  const tid = useRoute().params['tid'] ?? '';
  const words = useWords(TERMINAL);
  const told = useWords(FACTS).types;
  const options = TYPES.map((one) => [one, told[one] ?? one] as const);
  const terminal = useTerminal(tid);
  const [type, setType] = useState('');
  const [order, setOrder] = useState('');
  const [isNew, setIsNew] = useState(false);
  const pages = usePages<JournalEvent>(`journal ${tid} ${type} ${order}`, async (before, signal) => {
    if (before === null) setIsNew(false);
    const query = queryOf({ type, order, before: before ?? undefined, limit: PAGE_LINES });
    const path = `/terminals/${encodeURIComponent(tid)}/events${query}`;
    const { events, next } = await callApi(eventPageSchema, path, { signal });
    return { items: events, next, count: null };
  });
  useLive(tid, ({ type: news }) => {
    if (news !== 'terminals') return;
    // Whoever reads further down keeps the place; the top is simply read again.
    if (pages.items.length <= PAGE_LINES) pages.again();
    else setIsNew(true);
  });
  return (
    <>
      <TerminalHead tid={tid} terminal={terminal.answer} tab="journal" put={terminal.put} />
      <div class="filters">
        <SelectField {...{ name: 'type', label: words.type, options, value: type, choose: setType }} />
        <OrderField find={setOrder} />
        {isNew && (
          <button type="button" class="main" onClick={pages.again}>
            {words.newEntries}
          </button>
        )}
      </div>
      <Paged pages={pages} none={words.noJournal} more={words.older}>
        {(items) => <JournalRows entries={items} />}
      </Paged>
    </>
  );
}

function OrderField({ find }: { find: (order: string) => void }) {
  const words = useWords(TERMINAL);
  const [typed, setTyped] = useState('');
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        find(typed.trim());
      }}
    >
      <label>
        <span>{words.order}</span>
        <input
          name="order"
          maxLength={64}
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <button type="submit">{words.search}</button>
    </form>
  );
}
