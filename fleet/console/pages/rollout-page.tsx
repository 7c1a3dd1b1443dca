import { useRoute } from 'preact-iso';
import { useState } from 'preact/hooks';
import { ApiFailure, callApi, queryOf } from '../api/client.ts';
import { type Member, membersSchema, type Rollout, rolloutSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Ago } from '../parts/pills.tsx';
import { MEMBER_STATES, RolloutProgress, RolloutState } from '../parts/rollout-parts.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { FailureNote, Nothing, Shown, useFailureWords } from '../parts/states.tsx';
import { useFleetNews } from '../parts/use-fleet-news.ts';
import { usePages } from '../parts/use-pages.ts';
import { PATHS } from '../paths.ts';
import { COMMON } from '../words/common.ts';
import { CONFIGURATION } from '../words/configuration.ts';
import { fill } from '../words/language.ts';

const PAGE_LINES = 200;

/** One staged application: how far it is, whom it has, and the ways to stop it. */
export function RolloutPage() {
  const id = useRoute().params['id'] ?? '';
  const words = useWords(CONFIGURATION);
  const rollout = useAnswer(`rollout ${id}`, (signal) =>
    callApi(rolloutSchema, `/rollouts/${encodeURIComponent(id)}`, { signal }),
  );
  useFleetNews(rollout.again);
  return (
    <>
      <PageHead title={fill(words.rollout, { id })} lead={words.lead}>
        {rollout.answer !== null && <Actions rollout={rollout.answer} put={rollout.put} />}
      </PageHead>
      <Shown asked={rollout}>
        {(answer) => (
          <section class="card">
            <header>
              <h2>{fill(words.applyVersion, { ver: answer.ver })}</h2>
              <span>
                <RolloutState rollout={answer} />
              </span>
            </header>
            <RolloutProgress rollout={answer} />
            <dl class="facts">
              <dt>{words.filter}</dt>
              <dd class="mono">
                {Object.keys(answer.filter).length === 0 ? words.everyone : JSON.stringify(answer.filter)}
              </dd>
              <dt>{words.waves}</dt>
              <dd>{answer.waves.join(', ')}</dd>
              <dt>{words.failures}</dt>
              <dd>{answer.failuresMax}</dd>
              <dt>{words.by}</dt>
              <dd>
                {answer.by} <Ago ms={answer.createdMs} />
              </dd>
            </dl>
          </section>
        )}
      </Shown>
      <Members id={id} changedMs={rollout.answer?.changedMs ?? 0} />
    </>
  );
}

function Actions({ rollout, put }: { rollout: Rollout; put: (rollout: Rollout) => void }) {
  const words = useWords(CONFIGURATION);
  const common = useWords(COMMON);
  const { say } = useConsole();
  const tell = useFailureWords();
  const [isAborting, setIsAborting] = useState(false);
  const act = async (action: 'pause' | 'resume' | 'abort') => {
    setIsAborting(false);
    try {
      put(await callApi(rolloutSchema, `/rollouts/${encodeURIComponent(rollout.id)}/${action}`, { method: 'POST' }));
    } catch (error) {
      if (error instanceof ApiFailure) say(tell(error), 'bad');
    }
  };
  const { state } = rollout;
  return (
    <>
      {state === 'running' && (
        <GuardedButton needs="operator" onClick={() => void act('pause')}>
          {words.pause}
        </GuardedButton>
      )}
      {state === 'paused' && (
        <GuardedButton needs="operator" class="main" onClick={() => void act('resume')}>
          {words.resume}
        </GuardedButton>
      )}
      {(state === 'running' || state === 'paused') && (
        <GuardedButton needs="operator" onClick={() => setIsAborting(true)}>
          {words.abort}
        </GuardedButton>
      )}
      {isAborting && (
        <Dialog title={words.abort} close={() => setIsAborting(false)}>
          <p>{words.abortConfirm}</p>
          <div class="actions">
            <button type="button" onClick={() => setIsAborting(false)}>
              {common.cancel}
            </button>
            <button type="button" class="grave" onClick={() => void act('abort')}>
              {words.abort}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Members({ id, changedMs }: { id: string; changedMs: number }) {
  const words = useWords(CONFIGURATION);
  const format = useFormat();
  const [state, setState] = useState('');
  const pages = usePages<Member>(`members ${id} ${state} ${changedMs}`, async (after, signal) => {
    const query = queryOf({ state, after: after ?? undefined, limit: PAGE_LINES });
    const { members } = await callApi(membersSchema, `/rollouts/${encodeURIComponent(id)}/members${query}`, { signal });
    const last = members.length < PAGE_LINES ? undefined : members.at(-1);
    return { items: members, next: last === undefined ? null : String(last.place), count: null };
  });
  const options = MEMBER_STATES.map((one) => [one, words.memberStates[one] ?? one] as const);
  return (
    <section class="card table-card" aria-label={words.members}>
      <header>
        <h2>{words.members}</h2>
        <SelectField {...{ name: 'state', label: words.state, options, value: state, choose: setState }} />
      </header>
      {pages.failure !== null && <FailureNote failure={pages.failure} again={pages.again} />}
      {pages.items.length === 0 && pages.isComplete && <Nothing>{words.noMembers}</Nothing>}
      <table>
        <tbody>
          {pages.items.map(({ tid, place, state: st, why, changedMs: changed }) => (
            <tr key={tid} data-tid={tid}>
              <td class="number">{format.count(place)}</td>
              <td>
                <a href={PATHS.terminal.replace(':tid', encodeURIComponent(tid))}>{tid}</a>
              </td>
              <td>{words.memberStates[st] ?? st}</td>
              <td class="words">{why}</td>
              <td>
                <Ago ms={changed} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!pages.isComplete && pages.items.length > 0 && (
        <button type="button" disabled={pages.isLoading} onClick={pages.more}>
          {words.more}
        </button>
      )}
    </section>
  );
}
