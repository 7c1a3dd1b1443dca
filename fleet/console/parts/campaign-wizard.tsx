import { useState } from 'preact/hooks';
import {
  campaignPreviewSchema,
  campaignSchema,
  type DryRun,
  dryRunSchema,
  type Campaign,
} from '../api/campaign-answers.ts';
import { ApiFailure, callApi } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { CAMPAIGNS } from '../words/campaigns.ts';
import { COMMON } from '../words/common.ts';
import { fill } from '../words/language.ts';
import { type CampaignForm, EMPTY_FORM, planOf } from './campaign-form.ts';
import { Dialog } from './dialog.tsx';
import { Shown, useFailureWords } from './states.tsx';

interface WizardProps {
  readonly done: (campaign: Campaign) => void;
  readonly close: () => void;
}

const RELEASE_FIELDS = ['name', 'version', 'sha256', 'target'] as const;
const WHO_FIELDS = ['q', 'sw', 'hw', 'first'] as const;
const HOW_FIELDS = ['waves', 'soak', 'window', 'atATime', 'rate'] as const;

/** Writes a campaign: which release, which terminals, how; with a preview and a dry run before anything is kept. */
export function CampaignWizard({ done, close }: WizardProps) {
  const words = useWords(CAMPAIGNS);
  const common = useWords(COMMON);
  const { say } = useConsole();
  const tell = useFailureWords();
  const [form, setForm] = useState<CampaignForm>(EMPTY_FORM);
  const [refusal, setRefusal] = useState<string | null>(null);
  const plan = planOf(form);
  const labels = useLabels();
  const field = (name: keyof CampaignForm) => (
    <label key={name}>
      <span>{labels[name]}</span>
      <input
        name={name}
        value={form[name]}
        placeholder={name === 'target' && form.version !== '' ? `till-${form.version}.zst` : ''}
        onInput={({ currentTarget }) => {
          setRefusal(null);
          setForm({ ...form, [name]: currentTarget.value });
        }}
      />
    </label>
  );
  const save = async () => {
    const body = { name: form.name, version: form.version, sha256: form.sha256.trim().toLowerCase(), plan };
    try {
      done(await callApi(campaignSchema, '/campaigns', { method: 'POST', body }));
      say(words.saved);
      close();
    } catch (error) {
      if (error instanceof ApiFailure) setRefusal(tell(error));
    }
  };
  const isWhole = plan !== null && form.name !== '' && form.version !== '' && form.sha256 !== '';
  return (
    <Dialog title={words.write} close={close} isWide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {RELEASE_FIELDS.map(field)}
        <h3>{words.which}</h3>
        {WHO_FIELDS.map(field)}
        {HOW_FIELDS.map(field)}
        {plan === null && (
          <p class="note" data-tone="bad" role="alert">
            {words.wavesWrong}
          </p>
        )}
        {plan !== null && <Preview plan={{ ...plan, target: plan['target'] || 'till.zst' }} />}
        {refusal !== null && (
          <p class="note" data-tone="bad" role="alert">
            {refusal}
          </p>
        )}
        <div class="actions">
          <button type="button" onClick={close}>
            {common.cancel}
          </button>
          <button type="submit" class="main" disabled={!isWhole}>
            {words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function useLabels(): Readonly<Record<keyof CampaignForm, string>> {
  const words = useWords(CAMPAIGNS);
  return {
    ...{ name: words.name, version: words.version, sha256: words.sha256, target: words.target, q: words.search },
    ...{ sw: words.software, hw: words.model, first: words.first, waves: words.waves, soak: words.soak },
    ...{ window: words.window, atATime: words.atATime, rate: words.rate },
  };
}

function Preview({ plan }: { plan: Record<string, unknown> }) {
  const words = useWords(CAMPAIGNS);
  const format = useFormat();
  const { say } = useConsole();
  const tell = useFailureWords();
  const [ran, setRan] = useState<{ readonly plan: string; readonly answer: DryRun } | null>(null);
  const key = JSON.stringify(plan);
  const asked = useAnswer(`preview ${key}`, (signal) =>
    callApi(campaignPreviewSchema, '/campaigns/preview', { method: 'POST', body: { plan }, signal }),
  );
  const run = () =>
    callApi(dryRunSchema, '/campaigns/dry-run', { method: 'POST', body: { plan } }).then(
      (answer) => setRan({ plan: key, answer }),
      (error: unknown) => error instanceof ApiFailure && say(tell(error), 'bad'),
    );
  return (
    <>
      <p class="note" role="status" data-preview={asked.answer?.terminals}>
        <Shown asked={asked}>
          {({ terminals, online, waves }) =>
            fill(words.preview, {
              count: format.count(terminals),
              online: format.count(online),
              waves: waves.map(format.count).join(', '),
            })
          }
        </Shown>
      </p>
      <p class="muted">
        <button type="button" name="dry-run" onClick={() => void run()}>
          {words.dryRun}
        </button>{' '}
        {words.dryLead}
      </p>
      {ran?.plan === key && <DryRunWaves answer={ran.answer} />}
    </>
  );
}

function DryRunWaves({ answer }: { answer: DryRun }) {
  const words = useWords(CAMPAIGNS);
  const format = useFormat();
  return (
    <ul class="dry-run" role="status">
      {answer.waves.map(({ terminals, estimatedMs, windowWaitMs, verdict, health }, index) => (
        <li key={index} data-verdict={verdict}>
          {fill(words.dryWave, {
            wave: index + 1,
            terminals: format.count(terminals),
            span: format.span(estimatedMs),
            payments: format.count(health.payments),
          })}
          {windowWaitMs > 0 && <>; {fill(words.dryWindow, { span: format.span(windowWaitMs) })}</>}:{' '}
          <b>{words.verdicts[verdict] ?? verdict}</b>
          {health.breach !== null && <> – {health.breach}</>}
        </li>
      ))}
    </ul>
  );
}
