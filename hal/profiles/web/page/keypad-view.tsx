import type { Key } from '../../../../domain/screen.ts';
import type { Words } from './words.ts';

interface Cap {
  readonly key: Key;
  readonly look: 'digit' | 'cancel' | 'backspace' | 'enter' | 'arrow' | 'function';
  readonly hint: string;
}

const FUNCTIONS: readonly Cap[] = [
  { key: 'refund', look: 'function', hint: 'R' },
  { key: 'query', look: 'function', hint: 'Q' },
  { key: 'menu', look: 'function', hint: 'M' },
  { key: 'replay', look: 'function', hint: 'P' },
  { key: 'reprint', look: 'function', hint: 'T' },
];

const digit = (key: Key): Cap => ({ key, look: 'digit', hint: key });

/** Row by row; Enter is two rows high. */
const PAD: readonly Cap[] = [
  digit('1'),
  digit('2'),
  digit('3'),
  { key: 'cancel', look: 'cancel', hint: 'Esc' },
  digit('4'),
  digit('5'),
  digit('6'),
  { key: 'backspace', look: 'backspace', hint: '⌫' },
  digit('7'),
  digit('8'),
  digit('9'),
  { key: 'enter', look: 'enter', hint: 'Enter' },
  digit('.'),
  digit('0'),
];

const ARROWS: readonly Cap[] = [
  { key: 'up', look: 'arrow', hint: '↑' },
  { key: 'down', look: 'arrow', hint: '↓' },
];

/** The keys of the device. */
export function KeypadView(props: { words: Words; dead: boolean; press: (key: Key) => void }) {
  const cap = (one: Cap) => (
    <KeyCap key={one.key} cap={one} words={props.words} dead={props.dead} press={props.press} />
  );
  return (
    <div class="keys" role="group" aria-label={props.words.keypad}>
      <div class="keys-functions">{FUNCTIONS.map(cap)}</div>
      <div class="keys-pad">
        {PAD.map(cap)}
        <div class="keys-arrows">{ARROWS.map(cap)}</div>
      </div>
    </div>
  );
}

function KeyCap({ cap, words, dead, press }: { cap: Cap; words: Words; dead: boolean; press: (key: Key) => void }) {
  const word = cap.look === 'digit' ? cap.key : words[cap.key as keyof Words];
  const name = cap.key === '.' ? words.point : word;
  return (
    <button
      type="button"
      class={`cap ${cap.look}`}
      data-key={cap.key}
      aria-label={name}
      title={cap.look === 'digit' ? undefined : `${name} (${cap.hint})`}
      disabled={dead}
      // A clicked key must not keep the focus: Enter would press it again instead of confirming.
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => press(cap.key)}
    >
      {cap.look === 'arrow' ? <span aria-hidden="true">{cap.key === 'up' ? '▲' : '▼'}</span> : <span>{word}</span>}
    </button>
  );
}
