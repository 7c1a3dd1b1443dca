import type { Locale, Sentence } from '../sentence.ts';
import type { NumberClip } from './amount-speech.ts';
import { CLIPS, type PhraseClip } from './clips.ts';

/** The clips between two commas of a sentence. */
export type Clause = readonly (PhraseClip | NumberClip)[];

const TEXTS: Record<Locale, ReadonlyMap<string, string>> = {
  'zh-CN': new Map(CLIPS['zh-CN'].map(({ id, text }) => [id, text])),
  en: new Map(CLIPS.en.map(({ id, text }) => [id, text])),
};

function textOf(clip: string, locale: Locale): string {
  const text = TEXTS[locale].get(clip);
  if (text === undefined) throw new RangeError(`no clip "${clip}" in ${locale}`);
  return text;
}

/** A sentence from its clauses: the text is exactly what the clips say, with commas between the clauses. */
export function composeSentence(locale: Locale, clauses: readonly Clause[]): Sentence {
  const [comma, space] = locale === 'zh-CN' ? ['，', ''] : [', ', ' '];
  const spoken = clauses.filter((clause) => clause.length > 0);
  return {
    text: spoken.map((clause) => clause.map((clip) => textOf(clip, locale)).join(space)).join(comma),
    clips: spoken.flat(),
  };
}
