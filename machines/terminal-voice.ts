import { voiceFor, type Voice } from '../domain/voice/voice.ts';
import type { TerminalContext } from './terminal-orders.ts';

const voices = new WeakMap<TerminalContext['given'], Voice>();

/** The voice in the language of this terminal, made once for all that its charts say. */
export function voiceIn({ given }: TerminalContext): Voice {
  const known = voices.get(given);
  if (known !== undefined) return known;
  const voice = voiceFor(given.locale, given.utcOffsetMinutes);
  voices.set(given, voice);
  return voice;
}
