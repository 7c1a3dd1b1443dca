import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { LiveChannel, LiveNews } from '../api/live-channel.ts';
import { type Role, ROLES, type Session } from '../api/operator-answers.ts';
import { COMMON } from '../words/common.ts';
import { type Format, FORMATS } from '../words/format.ts';
import { type Dictionary, fill, type Language } from '../words/language.ts';
import { after, nowMs } from './browser-clock.ts';

/** What was said in passing. */
export interface Said {
  readonly words: string;
  readonly tone: 'fine' | 'bad';
}

/** What every page may use. */
export interface ConsoleParts {
  readonly language: Language;
  readonly session: Session;
  readonly live: LiveChannel;
  /** Says something in passing, e.g. what came of an action. */
  readonly say: (words: string, tone?: Said['tone']) => void;
  /** The session is over: shows the sign-in. */
  readonly leave: () => void;
}

const context = createContext<ConsoleParts | null>(null);

/** Hands the parts to every page below it. */
export const ConsoleProvider = context.Provider;

/** The parts of the console. @throws Error outside of it: a page was put in the wrong place */
export function useConsole(): ConsoleParts {
  const parts = useContext(context);
  if (parts === null) throw new Error('this part lies outside of the console');
  return parts;
}

/** The words of a page in the reader's language. */
export function useWords<Words>(dictionary: Dictionary<Words>): Words {
  return dictionary[useConsole().language];
}

/** How numbers, instants and spans read in the reader's language. */
export function useFormat(): Format {
  return FORMATS[useConsole().language];
}

/** Null when the reader may; else why not, in words. */
export function useMay(): (needed: Role) => string | null {
  const { session } = useConsole();
  const words = useWords(COMMON);
  return (needed) => {
    if (ROLES.indexOf(session.role) >= ROLES.indexOf(needed)) return null;
    return fill(words.needsRole, { needed: words.roles[needed], role: words.roles[session.role] });
  };
}

/** Calls `listener` with everything that the live stream tells; `tid` makes the stream that terminal's while the page is shown. */
export function useLive(tid: string | null, listener: (news: LiveNews) => void, deps: readonly unknown[] = []): void {
  const { live } = useConsole();
  useEffect(() => {
    live.follow(tid);
  }, [live, tid]);
  useEffect(() => live.listen(listener), [live, tid, ...deps]);
}

/** Now, told again every `everyMs`, so that ages on the page grow. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(nowMs);
  useEffect(() => after(everyMs, () => setNow(nowMs())), [now, everyMs]);
  return now;
}
