/** The languages of the console. */
export type Language = 'zh' | 'en';

/** The same words in each language; `en` has the shape of `zh`. */
export interface Dictionary<Words> {
  readonly zh: Words;
  readonly en: Words;
}

const KEPT = 'till.console.language';

/** The reader's choice; without one what the browser prefers. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'zh' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Remembers the reader's choice in this browser. */
export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
}

/** Fills `{name}` in a sentence. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
