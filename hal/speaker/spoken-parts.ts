import type { Locale, Sentence } from '../../domain/sentence.ts';
import { CLIPS } from '../../domain/voice/clips.ts';

/** One clip of a sentence and the silence behind it. */
export interface SpokenPart {
  readonly clip: string;
  readonly pauseMs: number;
}

/** Within a clause words follow each other as in speech; English words need a little more air between them than syllables. */
const PAUSES_MS: Record<Locale, { readonly joint: number; readonly comma: number }> = {
  'zh-CN': { joint: 15, comma: 200 },
  en: { joint: 40, comma: 220 },
};
const COMMA = /^[，,。.；;]\s*/;

const TEXTS: Record<Locale, ReadonlyMap<string, string>> = {
  'zh-CN': new Map(CLIPS['zh-CN'].map(({ id, text }) => [id, text])),
  en: new Map(CLIPS.en.map(({ id, text }) => [id, text])),
};

/**
 * The clips of a sentence with their pauses: the commas of its text are where the text of a clip ends before one.
 * A text that its clips do not spell has no known commas and is spoken in one breath.
 */
export function spokenParts({ text, clips }: Sentence, locale: Locale): SpokenPart[] {
  const { joint, comma } = PAUSES_MS[locale];
  let rest = text;
  return clips.map((clip, index) => {
    const isLast = index === clips.length - 1;
    const says = TEXTS[locale].get(clip);
    if (says === undefined || !rest.startsWith(says)) return { clip, pauseMs: isLast ? 0 : joint };
    rest = rest.slice(says.length);
    const isComma = COMMA.test(rest);
    rest = rest.replace(COMMA, '').trimStart();
    return { clip, pauseMs: isLast ? 0 : isComma ? comma : joint };
  });
}
