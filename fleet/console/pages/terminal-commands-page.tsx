import { useRoute } from 'preact-iso';
import { callApi, queryOf } from '../api/client.ts';
import { type Command, commandPageSchema } from '../api/operator-answers.ts';
import { useLive, useWords } from '../browser/console-context.ts';
import { CommandRows } from '../parts/command-rows.tsx';
import { Paged } from '../parts/paged.tsx';
import { TerminalHead } from '../parts/terminal-head.tsx';
import { usePages } from '../parts/use-pages.ts';
import { useTerminal } from '../parts/use-terminal.ts';
import { COMMANDS } from '../words/commands.ts';

/** What a terminal was told to do, and what came of it. */
export function TerminalCommandsPage() {
  const tid = useRoute().params['tid'] ?? '';
  const words = useWords(COMMANDS);
  const terminal = useTerminal(tid);
  const pages = usePages<Command>(`commands ${tid}`, async (before, signal) => {
    const query = queryOf({ before: before ?? undefined, limit: 50 });
    const path = `/terminals/${encodeURIComponent(tid)}/commands${query}`;
    const { commands, next } = await callApi(commandPageSchema, path, { signal });
    return { items: commands, next, count: null };
  });
  useLive(tid, (news) => {
    // A command that was just sent is told as a change of its terminal.
    if (news.type === 'terminals') return pages.again();
    if (news.type !== 'report') return;
    const { id, state, percent, result, why } = news.report;
    pages.change((command) => {
      if (command.id !== id) return command;
      return { ...command, state, percent: percent ?? command.percent, result: result ?? command.result, why };
    });
  });
  return (
    <>
      <TerminalHead tid={tid} terminal={terminal.answer} tab="commands" put={terminal.put} />
      <p class="lead">{words.lead}</p>
      <Paged pages={pages} none={words.none} more={words.older}>
        {(items) => <CommandRows commands={items} />}
      </Paged>
    </>
  );
}
