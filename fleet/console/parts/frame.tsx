import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { callApi } from '../api/client.ts';
import type { LiveState } from '../api/live-channel.ts';
import { summarySchema } from '../api/terminal-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Said } from '../browser/console-context.ts';
import { useConsole, useFormat, useMay, useWords } from '../browser/console-context.ts';
import { listenForShortcuts } from '../browser/shortcuts.ts';
import type { Theme } from '../browser/theme.ts';
import { PATHS } from '../paths.ts';
import { COMMON } from '../words/common.ts';
import { KeysHelp } from './keys-help.tsx';

/** Switches that the frame and the sign-in both show. */
export interface FrameSettings {
  readonly theme: Theme;
  readonly toggleTheme: () => void;
  readonly toggleLanguage: () => void;
}

interface FrameProps extends FrameSettings {
  readonly said: Said | null;
  readonly signOut: () => void;
  readonly children: ComponentChildren;
}

/** Navigation, who is signed in, whether the page is live; the page itself beside it. */
export function Frame({ said, signOut, children, ...settings }: FrameProps) {
  const words = useWords(COMMON);
  const { route } = useLocation();
  const [showsKeys, setShowsKeys] = useState(false);
  useEffect(() => listenForShortcuts({ go: route, help: () => setShowsKeys(true) }), [route]);
  useQuietTabs();
  return (
    <div class="frame">
      <a class="skip" href="#page">
        {words.skip}
      </a>
      <header class="side">
        <p class="brand">
          <img src="/console/icon.svg" alt="" width="22" height="22" /> Till <span>{words.fleet}</span>
        </p>
        <Navigation />
        <div class="side-foot">
          <Switches {...settings} />
          <button type="button" class="quiet" onClick={() => setShowsKeys(true)}>
            <kbd>?</kbd> {words.keys}
          </button>
          <Who signOut={signOut} />
        </div>
      </header>
      <main id="page" tabIndex={-1}>
        {children}
      </main>
      <div class="said" role="status" data-tone={said?.tone}>
        {said !== null && <p>{said.words}</p>}
      </div>
      {showsKeys && <KeysHelp close={() => setShowsKeys(false)} />}
    </div>
  );
}

/** A tab that nobody sees holds no connection: a browser has few for one place. */
function useQuietTabs(): void {
  const { live } = useConsole();
  useEffect(() => {
    let tid: string | null = live.tid;
    const change = () => {
      if (document.visibilityState === 'hidden') {
        tid = live.tid;
        live.close();
      } else live.follow(tid);
    };
    document.addEventListener('visibilitychange', change);
    return () => document.removeEventListener('visibilitychange', change);
  }, [live]);
}

interface Place {
  readonly href: string;
  readonly name: string;
  readonly badge?: string | undefined;
}

function usePlaces(): Place[] {
  const words = useWords(COMMON);
  const format = useFormat();
  const may = useMay();
  const { live } = useConsole();
  const summary = useAnswer('summary', (signal) => callApi(summarySchema, '/summary', { signal }));
  useEffect(() => live.listen(({ type }) => type === 'alerts' && summary.again()), [live]);
  const open = Object.values(summary.answer?.alerts ?? {}).reduce((sum, count) => sum + count, 0);
  return [
    { href: PATHS.overview, name: words.overview },
    { href: PATHS.terminals, name: words.terminals },
    { href: PATHS.alerts, name: words.alerts, badge: open === 0 ? undefined : format.count(open) },
    { href: PATHS.campaigns, name: words.campaigns },
    { href: PATHS.configuration, name: words.configuration },
    ...(may('operator') === null ? [{ href: PATHS.audit, name: words.audit }] : []),
    ...(may('admin') === null ? [{ href: PATHS.tokens, name: words.tokens }] : []),
    { href: PATHS.bundle, name: words.bundle },
  ];
}

function Navigation() {
  const words = useWords(COMMON);
  const { path } = useLocation();
  const places = usePlaces();
  const isHere = (href: string): boolean =>
    href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
  return (
    <nav aria-label={words.fleet}>
      {places.map(({ href, name, badge }) => (
        <a key={href} href={href} aria-current={isHere(href) ? 'page' : undefined}>
          <span>{name}</span>
          {badge !== undefined && <b class="badge">{badge}</b>}
        </a>
      ))}
    </nav>
  );
}

function Who({ signOut }: { signOut: () => void }) {
  const words = useWords(COMMON);
  const { session, live } = useConsole();
  const [state, setState] = useState<LiveState>(live.state);
  useEffect(() => live.watch(setState), [live]);
  const told = { live: words.live, connecting: words.connecting, lost: words.lost }[state];
  return (
    <div class="who">
      <p class="live" data-state={state} role="status">
        {told}
      </p>
      <p class="who-name">
        <b>{session.name}</b> <span>{words.roles[session.role]}</span>
      </p>
      <button type="button" class="quiet" onClick={signOut}>
        {words.signOut}
      </button>
    </div>
  );
}

/** Language and theme; `words` for a page outside of the console's context, such as the sign-in. */
export function Switches({ theme, toggleTheme, toggleLanguage, words }: FrameSettings & { words?: Words }) {
  const shown = words ?? COMMON[useConsole().language];
  return (
    <div class="switches">
      <button type="button" class="quiet" onClick={toggleLanguage}>
        {shown.language}
      </button>
      <button type="button" class="quiet" title={shown.theme} onClick={toggleTheme}>
        {theme === 'light' ? shown.toDark : shown.toLight}
      </button>
    </div>
  );
}

type Words = (typeof COMMON)['zh'];
