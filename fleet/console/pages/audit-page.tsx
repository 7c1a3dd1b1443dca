import { useState } from 'preact/hooks';
import type * as v from 'valibot';
import { ApiFailure, callApi, queryOf } from '../api/client.ts';
import { auditPageSchema, auditVerdictSchema } from '../api/operator-answers.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { FailureNote, Nothing, useFailureWords } from '../parts/states.tsx';
import { usePages } from '../parts/use-pages.ts';
import { fill } from '../words/language.ts';
import { OPERATORS } from '../words/operators.ts';

type Entry = v.InferOutput<typeof auditPageSchema>['entries'][number];
type Verdict = v.InferOutput<typeof auditVerdictSchema>;
const PAGE_LINES = 100;
const HASH_SHOWN = 12;

/** Who did what. */
export function AuditPage() {
  const words = useWords(OPERATORS);
  const { say } = useConsole();
  const tell = useFailureWords();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const pages = usePages<Entry>('audit', async (before, signal) => {
    const path = `/audit${queryOf({ before: before ?? undefined, limit: PAGE_LINES })}`;
    const { entries, next } = await callApi(auditPageSchema, path, { signal });
    return { items: entries, next: next === null ? null : String(next), count: null };
  });
  const verify = async () => {
    try {
      setVerdict(await callApi(auditVerdictSchema, '/audit/verify'));
    } catch (error) {
      if (error instanceof ApiFailure) say(tell(error), 'bad');
    }
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
      {pages.failure !== null && <FailureNote failure={pages.failure} again={pages.again} />}
      <section class="card table-card">
        {pages.items.length === 0 && pages.isComplete ? (
          <Nothing>{words.noEntries}</Nothing>
        ) : (
          <Entries entries={pages.items} />
        )}
      </section>
      {!pages.isComplete && pages.items.length > 0 && (
        <button type="button" disabled={pages.isLoading} onClick={pages.more}>
          {words.older}
        </button>
      )}
    </>
  );
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  const words = useWords(OPERATORS);
  const format = useFormat();
  return (
    <table>
      <thead>
        <tr>
          <th class="number">{words.number}</th>
          <th>{words.when}</th>
          <th>{words.who}</th>
          <th>{words.action}</th>
          <th>{words.target}</th>
          <th>{words.detail}</th>
          <th>{words.hash}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ n, tMs, who, role, action, target, detail, hash }) => (
          <tr key={n} data-action={action}>
            <td class="number">{format.count(n)}</td>
            <td>{format.instant(tMs)}</td>
            <td>
              <b>{who}</b> <span class="muted">{role}</span>
            </td>
            <td class="mono">{action}</td>
            <td class="words">{target}</td>
            <td class="words mono">{Object.keys(detail).length === 0 ? '' : JSON.stringify(detail)}</td>
            <td class="mono muted" title={hash}>
              {hash.slice(0, HASH_SHOWN)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
