import { useEffect, useState } from 'preact/hooks';

import type { Key } from '../../../../domain/screen.ts';
import type { Paper, TerminalView } from '../wire.ts';
import { Banner } from './banner.tsx';
import { type Bench, BenchTabs } from './bench-tabs.tsx';
import { CodesView } from './codes-view.tsx';
import { DeviceView } from './device-view.tsx';
import { DevicesView } from './devices-view.tsx';
import type { LiveTerminal, PageState } from './live-terminal.ts';
import { listenToKeyboard } from './page-keyboard.ts';
import { PaperLarge, PaperPile } from './paper-view.tsx';
import { TopBar } from './top-bar.tsx';
import { useTerminal, useVoice } from './use-terminal.ts';
import { firstLanguage, keepLanguage, type Language, WORDS } from './words.ts';

/** The whole page: its head, and below it the device with what lies around it. */
export function App({ terminal }: { terminal: LiveTerminal }) {
  const state = useTerminal(terminal);
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [sound, setSound] = useState(() => localStorage.getItem('till.sound') !== 'off');
  const awake = useVoice(terminal, state.view?.clips ?? null, sound);
  const words = WORDS[language];
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = state.view?.title ?? 'Till';
  }, [language, state.view?.title]);
  const toggleSound = () => {
    localStorage.setItem('till.sound', sound ? 'off' : 'on');
    setSound(!sound);
  };
  const toggleLanguage = () => setLanguage(keepLanguage(language === 'zh' ? 'en' : 'zh'));
  return (
    <>
      <TopBar {...{ words, state, sound, awake, toggleSound, toggleLanguage }} />
      <Banner state={state} words={words} />
      {state.view !== null && <Desk terminal={terminal} state={state} view={state.view} language={language} />}
    </>
  );
}

/** The device in the middle, what customers show on one side, paper and switches on the other. */
function Desk(props: { terminal: LiveTerminal; state: PageState; view: TerminalView; language: Language }) {
  const { terminal, state, view, language } = props;
  const words = WORDS[language];
  const [tornUpTo, setTornUpTo] = useState(0);
  const [large, setLarge] = useState<Paper | null>(null);
  const [bench, setBench] = useState<Bench | null>(null);
  const dead = state.link !== 'live' || view.stopped;
  const press = (key: Key) => void terminal.send('key', { key });
  const scan = (text: string) => {
    setBench(null);
    return terminal.send('scan', { text });
  };
  useEffect(() => listenToKeyboard({ press, scan: (text) => void scan(text) }), []);
  // Another life of the server counts its slips anew.
  useEffect(() => setTornUpTo(0), [view.startedAtMs]);
  const newest = view.papers.at(-1) ?? null;
  const inSlot = newest !== null && newest.id > Math.max(tornUpTo, state.oldPaper) ? newest : null;
  const open = (name: Bench) => (bench === name ? '' : undefined);
  return (
    <main>
      <aside class="bench bench-codes" data-open={open('codes')}>
        <CodesView
          words={words}
          language={language}
          hasDrawer={view.hasDrawer}
          newestPaper={newest?.id ?? 0}
          dead={dead}
          scan={scan}
        />
      </aside>
      <DeviceView
        {...{ state, view, words, dead, press }}
        paper={inSlot}
        tear={() => setTornUpTo(newest?.id ?? 0)}
        enlarge={setLarge}
      />
      <aside class="bench bench-paper" data-open={open('paper')}>
        <PaperPile papers={view.papers.filter((paper) => paper !== inSlot)} words={words} enlarge={setLarge} />
      </aside>
      <aside class="bench bench-devices" data-open={open('devices')}>
        <DevicesView view={view} words={words} dead={dead} send={(path, body) => void terminal.send(path, body)} />
      </aside>
      {bench !== null && <button type="button" class="veil" aria-label={words.close} onClick={() => setBench(null)} />}
      <BenchTabs words={words} bench={bench} choose={setBench} paperCount={view.papers.length} />
      <PaperLarge
        paper={large}
        words={words}
        dead={dead}
        scan={(text) => void scan(text)}
        close={() => setLarge(null)}
      />
    </main>
  );
}
