import type { Key } from '../../../../domain/screen.ts';
import { BurstReader } from '../../../scanner/burst-reader.ts';

const NAMED: Readonly<Record<string, Key>> = {
  Escape: 'cancel',
  Backspace: 'backspace',
  Delete: 'backspace',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const LETTERS: Readonly<Record<string, Key>> = { r: 'refund', q: 'query', m: 'menu', p: 'replay', t: 'reprint' };

/**
 * The whole keyboard for the whole page: keys of the terminal, a scanner that types like a keyboard, and pasted codes.
 * Fields and buttons that have the focus keep their own keys. Returns how to let go of it.
 */
export function listenToKeyboard(hands: { press: (key: Key) => void; scan: (text: string) => void }): () => void {
  const burst = new BurstReader({
    clock: {
      setTimeout: (callback, delayMs) => window.setTimeout(callback, delayMs),
      clearTimeout: (timer) => clearTimeout(timer as number),
    },
    typed: (character) => {
      const key = keyOfCharacter(character);
      if (key !== null) hands.press(key);
    },
    scanned: hands.scan,
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isBusyWith(event)) return;
    const named = NAMED[event.key];
    if (named !== undefined) {
      burst.flush();
      hands.press(named);
    } else if (event.key === 'Enter') burst.feed('\n');
    else if (event.key.length === 1 && event.key !== ' ') burst.feed(event.key);
    else return;
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (isField(event.target)) return;
    const text = event.clipboardData?.getData('text').trim() ?? '';
    if (text !== '') hands.scan(text);
  };
  window.addEventListener('keydown', onKeyDown);
  window.addEventListener('paste', onPaste);
  return () => {
    window.removeEventListener('keydown', onKeyDown);
    window.removeEventListener('paste', onPaste);
  };
}

function keyOfCharacter(character: string): Key | null {
  if (character === '\n') return 'enter';
  if (/^[0-9.]$/.test(character)) return character as Key;
  if (character === '。') return '.';
  return LETTERS[character.toLowerCase()] ?? null;
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function isBusyWith(event: KeyboardEvent): boolean {
  const target = event.target;
  if (isField(target) || document.querySelector('dialog[open]') !== null) return true;
  return event.key === 'Enter' && target instanceof HTMLElement && target.closest('button, a, summary') !== null;
}
