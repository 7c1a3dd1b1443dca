import { useRoute } from 'preact-iso';
import { useState } from 'preact/hooks';
import { callApi } from '../api/client.ts';
import { type Member, membersSchema, type Rollout, rolloutSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { FactLine } from '../parts/fact-line.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { MembersCard } from '../parts/members-card.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Ago } from '../parts/pills.tsx';
import { MEMBER_STATES, RolloutProgress, RolloutState } from '../parts/rollout-parts.tsx';
import { Shown } from '../parts/states.tsx';
import { useAct } from '../parts/use-act.ts';
import { useFleetNews } from '../parts/use-fleet-news.ts';
import { PATHS } from '../paths.ts';
import { CONFIGURATION } from '../words/configuration.ts';
import { fill } from '../words/language.ts';

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
      <PageHead title={fill(words.rollout, { ver: rollout.answer?.ver ?? '…' })} lead={id}>
        {rollout.answer !== null && <Actions rollout={rollout.answer} put={rollout.put} />}
      </PageHead>
      <Shown asked={rollout}>
        {(answer) => (
          <section class="card">
            <header>
              <h2>{words.state}</h2>
              <span>
                <RolloutState rollout={answer} />
              </span>
            </header>
            <RolloutProgress rollout={answer} />
            <dl class="facts">
              <dt>{words.filter}</dt>
              <dd>{Object.keys(answer.filter).length === 0 ? words.everyone : <FactLine fields={answer.filter} />}</dd>
              <dt>{words.stages}</dt>
              <dd>{answer.waves.map((percent) => `${percent} %`).join(' → ')}</dd>
              <dt>{words.failuresAllowed}</dt>
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
  const attempt = useAct();
  const [isAborting, setIsAborting] = useState(false);
  const act = async (action: 'pause' | 'resume' | 'abort') => {
    setIsAborting(false);
    const path = `/rollouts/${encodeURIComponent(rollout.id)}/${action}`;
    await attempt(async () => put(await callApi(rolloutSchema, path, { method: 'POST' })));
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
        <FormDialog
          {...{ title: words.abort, main: words.abort, isGrave: true }}
          submit={() => void act('abort')}
          close={() => setIsAborting(false)}
        >
          <p>{words.abortConfirm}</p>
        </FormDialog>
      )}
    </>
  );
}

function Members({ id, changedMs }: { id: string; changedMs: number }) {
  const words = useWords(CONFIGURATION);
  const format = useFormat();
  return (
    <MembersCard<Member>
      path={`/rollouts/${encodeURIComponent(id)}/members`}
      changed={String(changedMs)}
      load={(path, signal) => callApi(membersSchema, path, { signal })}
      states={MEMBER_STATES}
      words={{ ...words, told: words.memberStates }}
      columns={[{ number: words.place }, words.terminal, words.state, words.why, words.when]}
      row={({ tid, place, state, why, changedMs: changed }) => (
        <tr key={tid} data-tid={tid}>
          <td class="number">{format.count(place)}</td>
          <td>
            <a href={PATHS.terminal.replace(':tid', encodeURIComponent(tid))}>{tid}</a>
          </td>
          <td>{words.memberStates[state] ?? state}</td>
          <td class="words">{why}</td>
          <td>
            <Ago ms={changed} />
          </td>
        </tr>
      )}
    />
  );
}
