import { wordsOf } from './words.js';

/** What the page knows: the sandbox's book as it was last read, and the visitor's choices. */
export const state = {
  language: localStorage.getItem('language') === 'en' ? 'en' : 'zh',
  book: null,
  scripts: [],
  codes: [],
  gateway: { domains: [] },
  qrExpiresMs: null,
  /** Reads the book anew and draws it; set by the page. */
  refresh: async () => undefined,
};

/** A word in the visitor's language. */
export const word = (key) => wordsOf(state.language)(key);
