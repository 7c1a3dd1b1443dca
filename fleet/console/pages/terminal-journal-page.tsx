import { useRoute } from 'preact-iso';
import { useState } from 'preact/hooks';
import { factSchemas } from '../../contract/events.ts';
import { callApi, queryOf } from '../api/client.ts';
import { eventPageSchema, type JournalEvent } from '../api/terminal-answers.ts';
import { useLive, useWords } from '../browser/console-context.ts';
import { JournalRows } from '../parts/journal-rows.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { FailureNote, Nothing } from '../parts/states.tsx';
import { TerminalHead } from '../parts/terminal-head.tsx';
import { usePages } from '../parts/use-pages.ts';
import { useTerminal } from '../parts/use-terminal.ts';
import { TERMINAL } from '../words/terminal.ts';

const PAGE_LINES = 100;
const TYPES = Object.keys(factSchemas).map((type) => [type, type] as const);

/** The journal of a terminal, as far as it is stored. */
export function TerminalJournalPage() {
  const tid = useRoute().params['tid'] ?? '';
  const words = useWords(TERMINAL);
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
        <SelectField {...{ name: 'type', label: words.type, options: TYPES, value: type, choose: setType }} />
        <OrderField find={setOrder} />
        {isNew && (
          <button type="button" class="main" onClick={pages.again}>
            {words.newEntries}
          </button>
        )}
      </div>
      {pages.failure !== null && <FailureNote failure={pages.failure} again={pages.again} />}
      <section class="card table-card">
        {pages.items.length > 0 && <JournalRows entries={pages.items} />}
        {pages.items.length === 0 && pages.isComplete && <Nothing>{words.noJournal}</Nothing>}
      </section>
      {!pages.isComplete && pages.items.length > 0 && (
        <button type="button" disabled={pages.isLoading} onClick={pages.more}>
          {words.older}
        </button>
      )}
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
