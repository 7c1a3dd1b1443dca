import type { Rollout } from '../api/operator-answers.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { CONFIGURATION } from '../words/configuration.ts';
import { fill } from '../words/language.ts';
import { Pill, type Tone } from './pills.tsx';

const TONES: Readonly<Record<string, Tone>> = { running: 'accent', paused: 'warn', aborted: 'bad', done: 'fine' };
/** In the order of their life. */
export const MEMBER_STATES = ['applied', 'sent', 'waiting', 'failed', 'superseded'] as const;

/** Where a rollout stands. */
export function RolloutState({ rollout }: { rollout: Rollout }) {
  const words = useWords(CONFIGURATION);
  const { state, wave, waves } = rollout;
  const told = { wave: wave + 1, waves: waves.length, percent: waves[wave] ?? 100 };
  return (
    <>
      <Pill tone={TONES[state] ?? 'off'}>{words.states[state] ?? state}</Pill>{' '}
      {state !== 'done' && <span class="muted">{fill(words.wave, told)}</span>}
      {rollout.why !== null && <div class="muted">{rollout.why}</div>}
    </>
  );
}

/** Its terminals by state, as one bar. */
export function RolloutProgress({ rollout }: { rollout: Rollout }) {
  const words = useWords(CONFIGURATION);
  const format = useFormat();
  const members = rollout.members ?? {};
  const shown = MEMBER_STATES.filter((state) => (members[state] ?? 0) > 0);
  return (
    <div class="rollout-progress">
      <div class="heat" aria-hidden="true">
        {shown.map((state) => (
          <i key={state} data-member={state} style={{ flexGrow: members[state] ?? 0 }} />
        ))}
      </div>
      <p class="heat-words">
        {shown.map((state) => (
          <span key={state}>
            {words.memberStates[state]} {format.count(members[state] ?? 0)}
          </span>
        ))}
      </p>
    </div>
  );
}
