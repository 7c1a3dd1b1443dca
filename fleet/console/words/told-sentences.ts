/** Sentences that a terminal or the service says in English, each with how a reader of another language is told; `{1}` is the first group. */
export type ToldSentences = readonly (readonly [sentence: RegExp, told: string])[];

/** The text as it is told; one that none of the sentences fits stays as it is. */
export function toldIn(sentences: ToldSentences, text: string): string {
  for (const [sentence, told] of sentences) {
    const found = sentence.exec(text);
    if (found !== null) return told.replace(/\{(\d)\}/g, (_, place: string) => found[Number(place)] ?? '');
  }
  return text;
}
