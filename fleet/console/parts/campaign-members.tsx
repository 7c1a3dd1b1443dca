import { useState } from 'preact/hooks';
import { type CampaignMember, campaignMembersSchema, upgradeStepsSchema } from '../api/campaign-answers.ts';
import { callApi, queryOf } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { PATHS } from '../paths.ts';
import { CAMPAIGNS } from '../words/campaigns.ts';
import { fill } from '../words/language.ts';
import { upgradeCauseIn } from '../words/upgrade-reasons.ts';
import { PLACES } from './campaign-parts.tsx';
import { MembersCard } from './members-card.tsx';
import { Presence } from './pills.tsx';
import { Nothing, Shown } from './states.tsx';

/** The terminals in the order of their turn; each opens to what happened to it. */
export function CampaignMembers({ id, changedMs }: { id: string; changedMs: string }) {
  const words = useWords(CAMPAIGNS);
  return (
    <MembersCard<CampaignMember>
      path={`/campaigns/${encodeURIComponent(id)}/members`}
      changed={changedMs}
      load={(path, signal) => callApi(campaignMembersSchema, path, { signal })}
      states={PLACES}
      words={{ ...words, told: words.places }}
      columns={[{ number: words.turn }, words.terminal, words.presence, words.inWave, words.state, words.history]}
      row={(member) => <Member key={member.tid} {...{ member, id }} />}
    />
  );
}

function Member({ member, id }: { member: CampaignMember; id: string }) {
  const words = useWords(CAMPAIGNS);
  const format = useFormat();
  const [isOpen, setIsOpen] = useState(false);
  const { tid, label, place, wave, state, step, pct, attempt, cause, reason, why, online } = member;
  const shownStep = state === 'working' && step !== null ? (words.steps[step] ?? step) : (words.places[state] ?? state);
  return (
    <tr data-tid={tid} data-state={state}>
      <td class="number">{format.count(place)}</td>
      <td>
        <a href={PATHS.terminal.replace(':tid', encodeURIComponent(tid))}>{tid}</a> <span class="muted">{label}</span>
      </td>
      <td>
        <Presence online={online} />
      </td>
      <td>{fill(words.wave, { wave: wave + 1 })}</td>
      <td>
        {shownStep}
        {state === 'working' && pct !== null && ` ${pct} %`}
        {attempt > 1 && <span class="muted"> · {fill(words.attempt, { attempt })}</span>}
      </td>
      <td class="words">
        {cause !== null && <b>{words.causes[cause] ?? cause}</b>} <Cause {...{ reason, why }} />
        <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
          <summary>{words.history}</summary>
          {isOpen && <Steps {...{ tid, id, state: `${state} ${step ?? ''}` }} />}
        </details>
      </td>
    </tr>
  );
}

/** A cause in the reader's words; what the terminal said itself, in English, when pointed at. */
function Cause({ reason, why }: { reason: string | null; why: string | null }) {
  const { language } = useConsole();
  return <span title={why ?? undefined}>{upgradeCauseIn(language, { reason, why })}</span>;
}

function Steps({ tid, id, state }: { tid: string; id: string; state: string }) {
  const words = useWords(CAMPAIGNS);
  const format = useFormat();
  const asked = useAnswer(`steps ${tid} ${id} ${state}`, (signal) => {
    const path = `/terminals/${encodeURIComponent(tid)}/upgrades${queryOf({ campaign: id })}`;
    return callApi(upgradeStepsSchema, path, { signal });
  });
  return (
    <Shown asked={asked}>
      {({ steps }) =>
        steps.length === 0 ? (
          <Nothing>{words.noSteps}</Nothing>
        ) : (
          <ol class="upgrade-steps">
            {steps.map((step, index) => (
              <li key={index}>
                <span class="muted">{format.clock(step.tMs)}</span> {words.steps[step.state] ?? step.state}
                {step.pct !== null && ` ${step.pct} %`} <Cause {...{ reason: step.reason, why: step.why }} />
              </li>
            ))}
          </ol>
        )
      }
    </Shown>
  );
}
