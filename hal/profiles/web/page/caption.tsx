import type { PageState } from './live-terminal.ts';
import type { Words } from './words.ts';

/** Letters above which a sentence is set smaller, so that all of it can be read. */
const LONG_LETTERS_MIN = 80;

/** What the speaker says, for eyes: while it speaks, and afterwards as the last words. */
export function Caption({ state, words }: { state: PageState; words: Words }) {
  const speaking = state.spoken !== null;
  const text = state.spoken?.text ?? state.view?.caption ?? '';
  return (
    <div
      class="caption"
      data-speaking={speaking ? '' : undefined}
      data-long={text.length >= LONG_LETTERS_MIN ? '' : undefined}
      title={words.sound}
    >
      <span class="waves" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span aria-live="polite" lang={state.view?.locale}>
        {text}
      </span>
    </div>
  );
}
