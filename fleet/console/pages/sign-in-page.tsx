import { useState } from 'preact/hooks';
import { ApiFailure, callApi } from '../api/client.ts';
import { type Session, sessionSchema, waysSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Switches, type FrameSettings } from '../parts/frame.tsx';
import { COMMON } from '../words/common.ts';
import { refusalIn } from '../words/refusals.ts';
import type { Language } from '../words/language.ts';

interface SignInProps extends FrameSettings {
  readonly language: Language;
  /** Why this page is shown; null: nobody has signed in. */
  readonly why: 'unreachable' | 'ended' | null;
  readonly again: () => void;
  readonly enter: (session: Session) => void;
}

/** Who are you? A token for a session. */
export function SignInPage({ language, why, again, enter, ...settings }: SignInProps) {
  const words = COMMON[language];
  const [token, setToken] = useState('');
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const signIn = async () => {
    setIsBusy(true);
    setFailure(null);
    try {
      enter(await callApi(sessionSchema, '/session', { method: 'POST', body: { token: token.trim() } }));
    } catch (error) {
      if (error instanceof ApiFailure) setFailure(error);
    } finally {
      setIsBusy(false);
    }
  };
  const told = failure === null ? null : failure.status === 0 ? words.unreachable : refusalIn(language, failure);
  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void signIn();
        }}
      >
        <p class="brand">
          <img src="/console/icon.svg" alt="" width="28" height="28" /> Till <span>{words.fleet}</span>
        </p>
        <h1>{words.signIn}</h1>
        <p class="lead">{words.signInLead}</p>
        {failure === null && <WhyHere {...{ why, words, again }} />}
        <label>
          <span>{words.token}</span>
          <input
            type="password"
            name="token"
            autocomplete="current-password"
            maxLength={128}
            required
            autofocus
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </label>
        {told !== null && (
          <p class="note" data-tone="bad" role="alert">
            {told}
          </p>
        )}
        <button type="submit" class="main" disabled={isBusy || token.trim() === ''}>
          {words.signIn}
        </button>
        <ProviderLink words={words} />
        <p class="hint">{words.tokenHint}</p>
      </form>
      <Switches {...settings} words={words} />
    </main>
  );
}

/** The way through the organisation's own sign-in, where the service has one. */
function ProviderLink({ words }: { words: (typeof COMMON)['zh'] }) {
  const ways = useAnswer('ways', (signal) => callApi(waysSchema, '/session/ways', { signal }));
  const provider = ways.answer?.oidc ?? null;
  if (provider === null) return null;
  return (
    <a class="button" href={provider} target="_self">
      {words.signInProvider}
    </a>
  );
}

/** Why somebody who had signed in, or has no service, sees this page. */
function WhyHere({ why, words, again }: Pick<SignInProps, 'why' | 'again'> & { words: (typeof COMMON)[Language] }) {
  if (why === null) return null;
  if (why === 'ended') {
    return (
      <p class="note" role="status">
        {words.sessionEnded}
      </p>
    );
  }
  return (
    <p class="note" data-tone="bad" role="alert">
      {words.unreachable}{' '}
      <button type="button" onClick={again}>
        {words.again}
      </button>
    </p>
  );
}
