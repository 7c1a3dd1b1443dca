import { isDigitKey, type Key } from '../domain/screen.ts';
import type { KeyEvent } from '../machines/hand-events.ts';

/** A key as the charts know it: digits and the point belong to an amount or a number, every other key is a command of its own. */
export function keyEvent(key: Key): KeyEvent {
  return key === '.' || isDigitKey(key)
    ? { type: 'key.amount', key }
    : { type: `key.${key as Exclude<Key, '.' | `${number}`>}` };
}
