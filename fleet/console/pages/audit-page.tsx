import { useState } from 'preact/hooks';
import type * as v from 'valibot';
import { callApi, queryOf } from '../api/client.ts';
import { auditPageSchema, auditVerdictSchema } from '../api/operator-answers.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { FactLine } from '../parts/fact-line.tsx';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Paged } from '../parts/paged.tsx';
import { Table } from '../parts/table.tsx';
import { useAct } from '../parts/use-act.ts';
import { usePages } from '../parts/use-pages.ts';
import { COMMANDS } from '../words/commands.ts';
import { COMMON } from '../words/common.ts';
import { fill } from '../words/language.ts';
import { OPERATORS } from '../words/operators.ts';

type Entry = v.InferOutput<typeof auditPageSchema>['entries'][number];
type Verdict = v.InferOutput<typeof auditVerdictSchema>;
const PAGE_LINES = 100;
const HASH_SHOWN = 12;

/** Who did what. */
export function AuditPage() {
  const words = useWords(OPERATORS);
  const act = useAct();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const pages = usePages<Entry>('audit', async (before, signal) => {
    const path = `/audit${queryOf({ before: before ?? undefined, limit: PAGE_LINES })}`;
    const { entries, next } = await callApi(auditPageSchema, path, { signal });
    return { items: entries, next: next === null ? null : String(next), count: null };
  });
  const verify = async () => {
    await act(async () => setVerdict(await callApi(auditVerdictSchema, '/audit/verify')));
  };
  return (
    <>
      <PageHead title={words.audit} lead={words.auditLead}>
        <GuardedButton needs="admin" onClick={() => void verify()}>
          {words.verify}
        </GuardedButton>
      </PageHead>
      {verdict !== null && (
        <p class="note" role="status" data-tone={verdict.ok ? undefined : 'bad'}>
          {verdict.ok
            ? fill(words.verified, { entries: verdict.entries, head: verdict.head.slice(0, HASH_SHOWN) })
            : fill(words.broken, { n: verdict.n, why: verdict.why })}
        </p>
      )}
      <Paged pages={pages} none={words.noEntries} more={words.older}>
        {(entries) => <Entries entries={entries} />}
      </Paged>
    </>
  );
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  const words = useWords(OPERATORS);
  const common = useWords(COMMON);
  const format = useFormat();
  const tell = useActionWords();
  const columns = [{ number: words.number }, words.when, words.who, words.action, words.detail, words.hash];
  return (
    <Table class="audit" columns={columns}>
      {entries.map(({ n, tMs, who, role, action, target, detail, hash }) => (
        <tr key={n} data-action={action}>
          <td class="number">{format.count(n)}</td>
          <td class="when">{format.instant(tMs)}</td>
          <td>
            <b>{who}</b> <div class="muted">{(common.roles as Record<string, string>)[role] ?? words.service}</div>
          </td>
          <td>
            <b>{tell(action)}</b>
            <div class="code">{action}</div>
          </td>
          <td class="words">
            <div class="mono">{target}</div>
            <FactLine fields={detail} />
          </td>
          <td class="mono muted" title={hash}>
            {hash.slice(0, HASH_SHOWN)}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** What was done, in words; an action of a newer service by its own name. */
function useActionWords(): (action: string) => string {
  const words = useWords(OPERATORS);
  const operations = useWords(COMMANDS).operations;
  return (action) => {
    const [family, op = ''] = action.split('.', 2);
    const command = family === 'command' ? operations[op] : undefined;
    return command === undefined ? (words.actions[action] ?? action) : fill(words.commanded, { op: command });
  };
}
