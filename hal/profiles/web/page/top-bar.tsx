import type { PageState } from './live-terminal.ts';
import { WORDS, type Words } from './words.ts';

/** The page's head: whose terminal it is, whether it is there, sound and language. */
export function TopBar(props: {
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
