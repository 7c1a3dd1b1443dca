import type { CampaignLine, Health } from '../api/campaign-answers.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { CAMPAIGNS } from '../words/campaigns.ts';
import { fill } from '../words/language.ts';
import { stopReasonIn } from '../words/stop-reasons.ts';
import { Pill, type Tone } from './pills.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  ...{
    draft: 'off',
    approved: 'accent',
    running: 'accent',
    paused: 'warn',
    stopped: 'bad',
    aborted: 'bad',
    done: 'fine',
  },
};
/** In the order in which bars and legends have them. */
export const PLACES = ['ok', 'working', 'withdrawing', 'failed', 'withdrawn', 'waiting'] as const;

/** Where a campaign stands, and why. */
export function CampaignState({ campaign }: { campaign: Pick<CampaignLine, 'state' | 'why' | 'wave' | 'plan'> }) {
  const words = useWords(CAMPAIGNS);
  const { language } = useConsole();
  const { state, why, wave, plan } = campaign;
  const isOnItsWay = state === 'running' || state === 'paused' || state === 'stopped';
  return (
    <>
      <Pill tone={TONES[state] ?? 'off'}>{words.states[state] ?? state}</Pill>{' '}
      {isOnItsWay && <span class="muted">{fill(words.waveOf, { wave: wave + 1, waves: plan.waves.length })}</span>}
      {why !== null && <div class="why">{stopReasonIn(language, why)}</div>}
    </>
  );
}

/** Terminals by where they are, as one bar. */
export function CampaignProgress({ members }: { members: Readonly<Record<string, number>> }) {
  const words = useWords(CAMPAIGNS);
  const format = useFormat();
  const shown = PLACES.filter((place) => (members[place] ?? 0) > 0);
  return (
    <div class="rollout-progress">
      <div class="heat" aria-hidden="true">
        {shown.map((place) => (
          <i key={place} data-place={place} style={{ flexGrow: members[place] ?? 0 }} />
        ))}
      </div>
      <p class="heat-words">
        {shown.map((place) => (
          <span key={place}>
            {words.places[place]} {format.count(members[place] ?? 0)}
          </span>
        ))}
      </p>
    </div>
  );
}

/** Payments under the release beside the same terminals' own time before it. */
export function PaymentHealth({ health }: { health: Health | null }) {
  const words = useWords(CAMPAIGNS);
  const format = useFormat();
  if (health === null || health.payments === 0) return <p class="muted">{words.noPayments}</p>;
  const share = (value: number): string => format.percent(value / 100);
  const ms = (value: number): string => format.span(Math.round(value));
  const lines = [
    ['approval', words.approval, health.approval, share],
    ['unknown', words.unknown, health.unknown, share],
    ['result', words.result, health.resultMs, ms],
  ] as const;
  return (
    <>
      <p>{fill(words.paymentsCount, { count: format.count(health.payments) })}</p>
      <dl class="facts">
        {lines.map(([name, word, pair, told]) => (
          <div key={name} data-health={name}>
            <dt>{word}</dt>
            <dd>
              {pair === null ? '–' : told(pair.observed)}{' '}
              {pair !== null && <span class="muted">{fill(words.before, { before: told(pair.expected) })}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {health.breach !== null && (
        <p class="note" data-tone="bad">
          {health.breach}
        </p>
      )}
    </>
  );
}
