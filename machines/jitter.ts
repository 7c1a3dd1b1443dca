/**
 * Spreads a delay by ±20 %, the same for the same order and attempt: terminals do not move in step, and one seed still replays exactly.
 * FNV-1a over the text is enough, nothing secret hangs on it.
 */
export function jittered(delayMs: number, text: string, attempt: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${text}#${attempt}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  const fraction = (hash >>> 0) / 2 ** 32;
  return Math.round(delayMs * (0.8 + 0.4 * fraction));
}
