import type { PageLink } from '../wire.ts';
import type { PageState } from './live-terminal.ts';
import { WORDS, type Words } from './words.ts';

const THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]'];

/** A link to the serving machine itself leads nowhere from another one. */
function linksHere(state: PageState): readonly PageLink[] {
  return THIS_MACHINE.includes(location.hostname) ? (state.view?.links ?? []) : [];
}

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
        {linksHere(props.state).map(({ label, url }) => (
          <a key={url} class="button quiet small" href={url} target="_blank" rel="noopener">
            {label[words === WORDS.zh ? 'zh' : 'en']} ↗
          </a>
        ))}
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
