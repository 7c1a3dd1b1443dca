import { useEffect, useMemo, useState } from 'preact/hooks';

import type { ClipShelf } from '../wire.ts';
import type { LiveTerminal, PageState } from './live-terminal.ts';
import { PageVoice } from './page-voice.ts';

/** What the page knows, as a hook: the component is drawn anew when it changes. */
export function useTerminal(terminal: LiveTerminal): PageState {
  const [state, setState] = useState(() => terminal.state());
  useEffect(() => {
    setState(terminal.state());
    return terminal.subscribe(() => setState(terminal.state()));
  }, [terminal]);
  return state;
}

/** Gives the page its voice; true once somebody touched the page, before which browsers keep it silent. */
export function useVoice(terminal: LiveTerminal, shelf: ClipShelf | null, sound: boolean): boolean {
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
    if (shelf !== null) voice.stock(shelf);
  }, [voice, shelf?.path]);
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
