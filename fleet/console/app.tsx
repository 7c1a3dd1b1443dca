import { LocationProvider, Route, Router } from 'preact-iso';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ApiFailure, callApi, nothingSchema } from './api/client.ts';
import { LiveChannel } from './api/live-channel.ts';
import { type Session, sessionSchema } from './api/operator-answers.ts';
import { after } from './browser/browser-clock.ts';
import { ConsoleProvider, type Said } from './browser/console-context.ts';
import { firstTheme, keepTheme, type Theme, wearTheme } from './browser/theme.ts';
import { Frame } from './parts/frame.tsx';
import { AlertsPage } from './pages/alerts-page.tsx';
import { AuditPage } from './pages/audit-page.tsx';
import { BundlePage } from './pages/bundle-page.tsx';
import { CampaignPage } from './pages/campaign-page.tsx';
import { CampaignsPage } from './pages/campaigns-page.tsx';
import { ConfigurationPage } from './pages/configuration-page.tsx';
import { NoPage } from './pages/no-page.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import { RolloutPage } from './pages/rollout-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { TerminalCommandsPage } from './pages/terminal-commands-page.tsx';
import { TerminalInsidePage } from './pages/terminal-inside-page.tsx';
import { TerminalJournalPage } from './pages/terminal-journal-page.tsx';
import { TerminalPage } from './pages/terminal-page.tsx';
import { TerminalsPage } from './pages/terminals-page.tsx';
import { TokensPage } from './pages/tokens-page.tsx';
import { PATHS } from './paths.ts';
import { firstLanguage, keepLanguage, type Language } from './words/language.ts';

const SAID_MS = 6_000;

/** Who is signed in: not known yet, nobody, nobody any more, or somebody. */
type Who = 'asking' | 'unreachable' | 'ended' | null | Session;

/** The whole console: its frame around the page of the address. */
export function App() {
  const [who, setWho] = useState<Who>('asking');
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [theme, setTheme] = useState<Theme>(firstTheme);
  const [said, setSaid] = useState<Said | null>(null);
  const live = useMemo(() => new LiveChannel(), []);
  const ask = () => {
    beginSession().then(setWho, (failure: unknown) => {
      setWho(failure instanceof ApiFailure && failure.status === 0 ? 'unreachable' : null);
    });
  };
  useEffect(ask, []);
  useEffect(() => wearTheme(theme), [theme]);
  useEffect(() => void (document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'), [language]);
  useEffect(() => (said === null ? undefined : after(SAID_MS, () => setSaid(null))), [said]);
  const settings = {
    ...{ language, theme },
    toggleLanguage: () => {
      const other = language === 'zh' ? 'en' : 'zh';
      keepLanguage(other);
      setLanguage(other);
    },
    toggleTheme: () => {
      const other = theme === 'light' ? 'dark' : 'light';
      keepTheme(other);
      setTheme(other);
    },
  };
  if (who === 'asking') return null;
  if (who === null || who === 'unreachable' || who === 'ended') {
    return <SignInPage {...settings} why={who} again={ask} enter={setWho} />;
  }
  const leaveAs = (nobody: 'ended' | null) => () => {
    live.close();
    setWho(nobody);
  };
  const leave = leaveAs('ended');
  const signOut = () =>
    void callApi(nothingSchema, '/session', { method: 'DELETE' }).then(leaveAs(null), leaveAs(null));
  const say = (words: string, tone: Said['tone'] = 'fine') => setSaid({ words, tone });
  return (
    <ConsoleProvider value={{ language, session: who, live, say, leave }}>
      <LocationProvider>
        <Frame {...settings} said={said} signOut={signOut}>
          <Pages />
        </Frame>
      </LocationProvider>
    </ConsoleProvider>
  );
}

/** The session of this browser; a token behind `#` (a demo prints such an address) is exchanged for one and taken out of the address. */
function beginSession(): Promise<Session> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return callApi(sessionSchema, '/session');
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return callApi(sessionSchema, '/session', { method: 'POST', body: { token } });
}

function Pages() {
  return (
    <Router>
      <Route path={PATHS.overview} component={OverviewPage} />
      <Route path={PATHS.terminals} component={TerminalsPage} />
      <Route path={PATHS.terminal} component={TerminalPage} />
      <Route path={PATHS.inside} component={TerminalInsidePage} />
      <Route path={PATHS.journal} component={TerminalJournalPage} />
      <Route path={PATHS.commands} component={TerminalCommandsPage} />
      <Route path={PATHS.campaigns} component={CampaignsPage} />
      <Route path={PATHS.campaign} component={CampaignPage} />
      <Route path={PATHS.configuration} component={ConfigurationPage} />
      <Route path={PATHS.rollout} component={RolloutPage} />
      <Route path={PATHS.alerts} component={AlertsPage} />
      <Route path={PATHS.audit} component={AuditPage} />
      <Route path={PATHS.tokens} component={TokensPage} />
      <Route path={PATHS.bundle} component={BundlePage} />
      <Route default component={NoPage} />
    </Router>
  );
}
