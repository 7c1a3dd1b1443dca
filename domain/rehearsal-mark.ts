import type { Screen } from './screen.ts';
import type { Locale, Sentence } from './sentence.ts';
import type { Slip } from './slip.ts';
import { slipWords } from './slips/slip-words.ts';
import { voiceFor } from './voice/voice.ts';

/** Puts the watermark of a rehearsal on whatever a person can see, hear or keep, so that none of it can pass for a real payment. */
export interface RehearsalMark {
  /** Before the heading, which even the smallest screen shows. */
  screen(screen: Screen): Screen;
  sentence(sentence: Sentence): Sentence;
  /** At both ends, so that a torn slip still says it. Its kind is `rehearsal`, whatever it is a slip of. */
  slip(slip: Slip): Slip;
}

/** The word that marks every screen. */
export const REHEARSAL_WORD: Readonly<Record<Locale, string>> = { 'zh-CN': '演练', en: 'REHEARSAL' };

/** The watermark in one language. */
export function rehearsalMark(locale: Locale): RehearsalMark {
  const word = REHEARSAL_WORD[locale];
  const spoken = voiceFor(locale).rehearsal();
  const comma = locale === 'en' ? ', ' : '，';
  const line = { is: 'text', text: slipWords(locale).rehearsal, align: 'center', bold: true } as const;
  return {
    screen: (screen) => {
      const [heading = '', ...rest] = screen.lines;
      return { ...screen, lines: [heading === '' ? word : `${word} · ${heading}`, ...rest] };
    },
    sentence: ({ text, clips }) => ({ text: `${spoken.text}${comma}${text}`, clips: [...spoken.clips, ...clips] }),
    slip: (slip) => ({
      ...slip,
      kind: 'rehearsal',
      blocks: [line, { is: 'rule' }, ...slip.blocks, { is: 'rule' }, line],
    }),
  };
}
