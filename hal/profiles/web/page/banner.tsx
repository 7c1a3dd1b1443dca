import { useEffect, useState } from 'preact/hooks';

import type { PageState } from './live-terminal.ts';
import type { Words } from './words.ts';

const MISSED_MS = 4_000;

/** Says when what the page shows is not the terminal's present state, or when a press did not get there. */
export function Banner({ state, words }: { state: PageState; words: Words }) {
  const [missed, setMissed] = useState(false);
  useEffect(() => {
    if (state.undelivered === 0) return;
    setMissed(true);
    const timer = window.setTimeout(() => setMissed(false), MISSED_MS);
    return () => clearTimeout(timer);
  }, [state.undelivered]);
  const text = linkTrouble(state, words) ?? (missed ? words.notTaken : null);
  return (
    <div class="banner" role="alert" data-shown={text === null ? undefined : ''}>
      {text}
    </div>
  );
}

function linkTrouble(state: PageState, words: Words): string | null {
  if (state.view?.stopped === true) return words.stopped;
  if (state.link === 'lost') return words.lost;
  return state.view === null ? words.connecting : null;
}
