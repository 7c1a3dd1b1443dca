import { useEffect, useMemo, useState } from 'preact/hooks';

import type { Key } from '../../../../domain/screen.ts';
import type { Paper } from '../wire.ts';
import { CodesView } from './codes-view.tsx';
import { DevicesView } from './devices-view.tsx';
import { KeypadView } from './keypad-view.tsx';
import type { LiveTerminal, PageState } from './live-terminal.ts';
import { listenToKeyboard } from './page-keyboard.ts';
import { PageVoice } from './page-voice.ts';
import { PaperInSlot, PaperLarge, PaperPile } from './paper-view.tsx';
import { ScreenView } from './screen-view.tsx';
import { firstLanguage, type Language, WORDS, type Words } from './words.ts';

type Bench = 'codes' | 'paper' | 'devices';

/** The whole page: the device in the middle, what customers show on one side, paper and switches on the other. */
export function App({ terminal }: { terminal: LiveTerminal }) {
  const state = useTerminal(terminal);
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [sound, setSound] = useState(() => localStorage.getItem('till.sound') !== 'off');
  const [tornUpTo, setTornUpTo] = useState(0);
  const [large, setLarge] = useState<Paper | null>(null);
  const [bench, setBench] = useState<Bench | null>(null);
  const words = WORDS[language];
  const { view } = state;
  const dead = state.link !== 'live' || view === null || view.stopped;
  const awake = useVoice(terminal, sound);
  const press = (key: Key) => void terminal.send('key', { key });
  const scan = (text: string) => {
    setBench(null);
    return terminal.send('scan', { text });
  };
  useEffect(() => listenToKeyboard({ press, scan: (text) => void scan(text) }), []);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = view?.title ?? 'Till';
  }, [language, view?.title]);

  const papers = view?.papers ?? [];
  const newest = papers.at(-1) ?? null;
  const inSlot = newest !== null && newest.id > Math.max(tornUpTo, state.oldPaper) ? newest : null;
  return (
    <div class="desk" data-bench={bench ?? undefined}>
      <TopBar
        words={words}
        state={state}
        sound={sound}
        awake={awake}
        toggleSound={() => {
          localStorage.setItem('till.sound', sound ? 'off' : 'on');
          setSound(!sound);
        }}
        toggleLanguage={() => {
          const next = language === 'zh' ? 'en' : 'zh';
          localStorage.setItem('till.language', next);
          setLanguage(next);
        }}
      />
      <Banner state={state} words={words} />
      {view !== null && (
        <main>
          <aside class="bench bench-codes" data-open={bench === 'codes' ? '' : undefined}>
            <CodesView words={words} language={language} hasDrawer={view.hasDrawer} dead={dead} scan={scan} />
          </aside>
          <div class="stand">
            <PaperInSlot paper={inSlot} words={words} tear={() => setTornUpTo(newest?.id ?? 0)} enlarge={setLarge} />
            <div class="device" data-dead={dead ? '' : undefined}>
              <div class="slot" aria-hidden="true" />
              <ScreenView view={view} cameMs={state.screenCameMs} words={words} />
              <Caption state={state} words={words} />
              <KeypadView words={words} dead={dead} press={press} />
              <div class="window" data-lit={isScanning(view.screen?.name) ? '' : undefined} aria-hidden="true" />
            </div>
          </div>
          <aside class="bench bench-paper" data-open={bench === 'paper' ? '' : undefined}>
            <PaperPile papers={papers.filter((paper) => paper !== inSlot)} words={words} enlarge={setLarge} />
          </aside>
          <aside class="bench bench-devices" data-open={bench === 'devices' ? '' : undefined}>
            <DevicesView view={view} words={words} dead={dead} send={(path, body) => void terminal.send(path, body)} />
            <section class="card small-print">
              <p>
                <strong>{words.keys}</strong>
                <br />
                {words.keysHelp}
              </p>
              <p>
                <a href="/api/dump" target="_blank" rel="noreferrer">
                  {words.inside}
                </a>{' '}
                · Till {view.version}
              </p>
            </section>
          </aside>
          {bench !== null && (
            <button type="button" class="veil" aria-label={words.close} onClick={() => setBench(null)} />
          )}
          <BenchTabs words={words} bench={bench} choose={setBench} paperCount={papers.length} />
        </main>
      )}
      <PaperLarge
        paper={large}
        words={words}
        dead={dead}
        scan={(text) => void scan(text)}
        close={() => setLarge(null)}
      />
    </div>
  );
}

function isScanning(name: string | undefined): boolean {
  return name === 'present-code' || name === 'refund-scan';
}

function useTerminal(terminal: LiveTerminal): PageState {
  const [state, setState] = useState(() => terminal.state());
  useEffect(() => {
    setState(terminal.state());
    return terminal.subscribe(() => setState(terminal.state()));
  }, [terminal]);
  return state;
}

/** Gives the page its voice; true once somebody touched the page, before which browsers keep it silent. */
function useVoice(terminal: LiveTerminal, sound: boolean): boolean {
  const voice = useMemo(() => new PageVoice(), []);
  const [awake, setAwake] = useState(() => navigator.userActivation?.hasBeenActive ?? false);
  useEffect(() => {
    const wake = () => {
      voice.wake();
      setAwake(true);
    };
    window.addEventListener('pointerdown', wake);
    window.addEventListener('keydown', wake);
    return () => {
      window.removeEventListener('pointerdown', wake);
      window.removeEventListener('keydown', wake);
    };
  }, [voice]);
  useEffect(() => {
    terminal.onHush = () => voice.hush();
    terminal.onSpoken = (spoken) => {
      const { page, view } = terminal.state();
      const isMine = spoken.heardAt === page;
      void voice.speak(spoken, view?.locale ?? 'zh-CN', isMine && sound).then(() => {
        terminal.endSpoken(spoken.id);
        if (isMine) void terminal.reportSpoken(spoken.id);
      });
    };
  }, [terminal, voice, sound]);
  return awake;
}

function TopBar(props: {
  words: Words;
  state: PageState;
  sound: boolean;
  awake: boolean;
  toggleSound: () => void;
  toggleLanguage: () => void;
}) {
  const { words, sound } = props;
  return (
    <header class="top">
      <h1>
        <span
          class="lamp"
          data-link={props.state.view?.stopped === true ? 'lost' : props.state.link}
          aria-hidden="true"
        />
        {props.state.view?.title ?? 'Till'}
      </h1>
      <div class="row">
        {sound && !props.awake && <span class="hint wake">{words.soundWake}</span>}
        <button type="button" class="button quiet small" aria-pressed={sound} onClick={props.toggleSound}>
          {sound ? words.soundOn : words.soundOff}
        </button>
        <button
          type="button"
          class="button quiet small"
          lang={words === WORDS.zh ? 'en' : 'zh-CN'}
          onClick={props.toggleLanguage}
        >
          {words.language}
        </button>
      </div>
    </header>
  );
}

function Banner({ state, words }: { state: PageState; words: Words }) {
  const [missed, setMissed] = useState(false);
  useEffect(() => {
    if (state.undelivered === 0) return;
    setMissed(true);
    const timer = window.setTimeout(() => setMissed(false), 4_000);
    return () => clearTimeout(timer);
  }, [state.undelivered]);
  const text =
    state.link === 'lost'
      ? state.view?.stopped === true
        ? words.stopped
        : words.lost
      : state.link === 'connecting' && state.view === null
        ? words.connecting
        : state.view?.stopped === true
          ? words.stopped
          : missed
            ? words.notTaken
            : null;
  return (
    <div class="banner" role="alert" data-shown={text === null ? undefined : ''}>
      {text}
    </div>
  );
}

/** What the speaker says, for eyes: while it speaks, and afterwards as the last words. */
function Caption({ state, words }: { state: PageState; words: Words }) {
  const speaking = state.spoken !== null;
  const text = state.spoken?.text ?? state.view?.caption ?? '';
  return (
    <div class="caption" data-speaking={speaking ? '' : undefined} title={words.sound}>
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

function BenchTabs(props: {
  words: Words;
  bench: Bench | null;
  choose: (bench: Bench | null) => void;
  paperCount: number;
}) {
  const { words, bench } = props;
  const tabs: readonly (readonly [Bench, string])[] = [
    ['codes', words.codes],
    ['paper', props.paperCount > 0 ? `${words.paper} ${props.paperCount}` : words.paper],
    ['devices', words.devices],
  ];
  return (
    <nav class="tabs">
      {tabs.map(([name, word]) => (
        <button
          type="button"
          key={name}
          aria-expanded={bench === name}
          onClick={() => props.choose(bench === name ? null : name)}
        >
          {word}
        </button>
      ))}
    </nav>
  );
}
