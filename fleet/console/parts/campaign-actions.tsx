import { useState } from 'preact/hooks';
import { type Campaign, campaignSchema, retriedSchema } from '../api/campaign-answers.ts';
import { callApi } from '../api/client.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { CAMPAIGNS } from '../words/campaigns.ts';
import { fill } from '../words/language.ts';
import { FormDialog } from './form-dialog.tsx';
import { GuardedButton } from './guarded-button.tsx';
import { useAct } from './use-act.ts';

type Action = 'start' | 'pause' | 'resume' | 'abort';

/** What may be done in each state; the grave one asks first. */
const MAY: Readonly<Record<string, readonly Action[]>> = {
  draft: ['abort'],
  approved: ['start', 'abort'],
  running: ['pause', 'abort'],
  paused: ['resume', 'abort'],
  stopped: ['resume', 'abort'],
};

interface ActionsProps {
  readonly campaign: Campaign;
  readonly put: (campaign: Campaign) => void;
  readonly again: () => void;
}

/** Approve, start, pause, resume, abort, retry. */
export function CampaignActions({ campaign, put, again }: ActionsProps) {
  const words = useWords(CAMPAIGNS);
  const { say } = useConsole();
  const format = useFormat();
  const act = useAct();
  const [asking, setAsking] = useState<'abort' | 'approve' | null>(null);
  const path = `/campaigns/${encodeURIComponent(campaign.id)}`;
  const attempt = async (work: () => Promise<void>) => {
    setAsking(null);
    await act(work);
  };
  const post = (what: string, body: object) =>
    attempt(async () => put(await callApi(campaignSchema, `${path}/${what}`, { method: 'POST', body })));
  const retry = () =>
    attempt(async () => {
      const { retried } = await callApi(retriedSchema, `${path}/retry`, { method: 'POST', body: {} });
      say(fill(words.retried, { count: format.count(retried) }));
      again();
    });
  const { state, members } = campaign;
  const mayRetry = ['running', 'paused', 'stopped', 'done'].includes(state) && (members['failed'] ?? 0) > 0;
  return (
    <>
      {state === 'draft' && (
        <GuardedButton needs="operator" class="main" onClick={() => setAsking('approve')}>
          {words.approve}
        </GuardedButton>
      )}
      {(MAY[state] ?? []).map((action) => (
        <GuardedButton
          key={action}
          needs="operator"
          {...(action === 'start' || action === 'resume' ? { class: 'main' } : {})}
          onClick={() => (action === 'abort' ? setAsking('abort') : void post(action, {}))}
        >
          {words[action]}
        </GuardedButton>
      ))}
      {mayRetry && (
        <GuardedButton needs="operator" onClick={() => void retry()}>
          {words.retry}
        </GuardedButton>
      )}
      {asking === 'abort' && <AbortDialog close={() => setAsking(null)} abort={() => void post('abort', {})} />}
      {asking === 'approve' && (
        <ApproveDialog close={() => setAsking(null)} approve={(sha256) => void post('approve', { sha256 })} />
      )}
    </>
  );
}

function AbortDialog({ close, abort }: { close: () => void; abort: () => void }) {
  const words = useWords(CAMPAIGNS);
  return (
    <FormDialog {...{ title: words.abort, main: words.abort, isGrave: true, submit: abort, close }}>
      <p>{words.abortConfirm}</p>
    </FormDialog>
  );
}

/** The hash is not shown to be clicked away: whoever approves brings it from where the release was made. */
function ApproveDialog({ close, approve }: { close: () => void; approve: (sha256: string) => void }) {
  const words = useWords(CAMPAIGNS);
  const [sha256, setSha256] = useState('');
  const hash = sha256.trim().toLowerCase();
  return (
    <FormDialog
      {...{ title: words.approve, main: words.approve, isDisabled: !/^[0-9a-f]{64}$/.test(hash), close }}
      submit={() => approve(hash)}
    >
      <p>{words.approveLead}</p>
      <label>
        <span>{words.sha256}</span>
        <input name="sha256" value={sha256} onInput={({ currentTarget }) => setSha256(currentTarget.value)} />
      </label>
    </FormDialog>
  );
}
