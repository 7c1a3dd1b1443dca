import type { Key } from '../../../../domain/screen.ts';
import type { Paper, TerminalView } from '../wire.ts';
import { Caption } from './caption.tsx';
import { KeypadView } from './keypad-view.tsx';
import type { PageState } from './live-terminal.ts';
import { PaperInSlot } from './paper-view.tsx';
import { ScreenView } from './screen-view.tsx';
import type { Words } from './words.ts';

/** The device itself: paper slot, screen, the words of the speaker, keys, scanner window. */
export function DeviceView(props: {
  state: PageState;
  view: TerminalView;
  words: Words;
  dead: boolean;
  paper: Paper | null;
  press: (key: Key) => void;
  tear: () => void;
  enlarge: (paper: Paper) => void;
}) {
  const { state, view, words, dead } = props;
  const isScanning = view.screen?.name === 'present-code' || view.screen?.name === 'refund-scan';
  return (
    <div class="stand">
      <PaperInSlot paper={props.paper} words={words} tear={props.tear} enlarge={props.enlarge} />
      <div class="device" data-dead={dead ? '' : undefined}>
        <div class="slot" aria-hidden="true" />
        <ScreenView view={view} cameMs={state.screenCameMs} words={words} />
        <Caption state={state} words={words} />
        <KeypadView words={words} dead={dead} press={props.press} />
        <div class="window" data-lit={isScanning ? '' : undefined} aria-hidden="true" />
      </div>
    </div>
  );
}
