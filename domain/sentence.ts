/** One spoken sentence: the text, and the ids of the clips that the speaker plays in order. */
export interface Sentence {
  readonly text: string;
  readonly clips: readonly string[];
}

/** An announcement on its way to the speaker. */
export interface Announcement {
  /** Id of the telling: told at most once by itself (M7). */
  readonly job: string;
  readonly sentence: Sentence;
  readonly order: string | null;
  readonly refund: string | null;
}

/** The languages of screens, slips and voice. */
export type Locale = 'zh-CN' | 'en';
