import type { Locale } from '../../domain/sentence.ts';

/** How the synthesiser is asked to speak a language. */
export interface SpeechVoice {
  /** espeak-ng's voice. Its plain `cmn` reads many characters as English words; the Pinyin variant reads them all. */
  readonly voice: string;
  /** espeak-ng's words a minute, for phrases and for single number words, which need more time to be told apart. */
  readonly phraseSpeed: number;
  readonly numberSpeed: number;
}

/** The synthesiser's voice of each language; speeds are espeak-ng's words a minute. */
export const SPEECH_VOICES: Record<Locale, SpeechVoice> = {
  'zh-CN': { voice: 'cmn-latn-pinyin', phraseSpeed: 240, numberSpeed: 175 },
  en: { voice: 'en-us', phraseSpeed: 215, numberSpeed: 175 },
};

/** Characters with two readings that the synthesiser takes for the other one, and a character that has only the right one. */
const HOMOPHONES: readonly (readonly [RegExp, string])[] = [
  // chóng, "again"; never zhòng, "heavy".
  [/重(?=新|复|播)/g, '虫'],
];

/** What the synthesiser is given, so that it says what the text means. */
export function readingOf(text: string): string {
  return HOMOPHONES.reduce((reading, [pattern, homophone]) => reading.replace(pattern, homophone), text);
}
