import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ApiFailure } from '../api/client.ts';
import type { Asked } from '../api/use-answer.ts';
import { useConsole, useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';
import { refusalIn } from '../words/refusals.ts';

/** What a failure means, in the reader's words and the service's own. */
export function useFailureWords(): (failure: ApiFailure) => string {
  const words = useWords(COMMON);
  const { language } = useConsole();
  return (failure) => {
    if (failure.status === 0) return words.unreachable;
    if (failure.code === 'not-understood') return `${words.notUnderstood} (${failure.message})`;
    return refusalIn(language, failure);
  };
}

/** A failure, and the way out of it. */
export function FailureNote({ failure, again }: { failure: ApiFailure; again?: () => void }) {
  const words = useWords(COMMON);
  const tell = useFailureWords();
  const { leave } = useConsole();
  useEffect(() => {
    if (failure.status === 401) leave();
  }, [failure]);
  return (
    <div class="note" data-tone="bad" role="alert">
      <p>
        <b>{words.failed}</b> {tell(failure)}
      </p>
      {again !== undefined && (
        <button type="button" onClick={again}>
          {words.again}
        </button>
      )}
    </div>
  );
}

/** What was asked for: words while it is read, words when it failed, else what `children` make of it. */
export function Shown<Answer>(props: { asked: Asked<Answer>; children: (answer: Answer) => ComponentChildren }) {
  const { answer, failure, again } = props.asked;
  const words = useWords(COMMON);
  return (
    <>
      {failure !== null && <FailureNote failure={failure} again={again} />}
      {answer !== null && props.children(answer)}
      {answer === null && failure === null && (
        <p class="loading" role="status">
          {words.loading}
        </p>
      )}
    </>
  );
}

/** There is nothing: says so, and what would change it. */
export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="nothing">{children}</p>;
}
