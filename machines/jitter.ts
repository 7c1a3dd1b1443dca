/**
 * Spreads a delay by ±20 %, the same for the same order and attempt: terminals do not move in step, and one seed still replays exactly.
 * FNV-1a over the text is enough, nothing secret hangs on it.
 */
export function jittered(delayMs: number, text: string, attempt: number): number {
  return Math.round(delayMs * (0.8 + 0.4 * fractionOf(text, attempt)));
}

/** Anything between 0 and the limit ("full jitter"), by the same rule: a fleet that lost its broker does not come back in one instant. */
export function fullyJittered(limitMs: number, text: string, attempt: number): number {
  return Math.round(limitMs * fractionOf(text, attempt));
}

function fractionOf(text: string, attempt: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${text}#${attempt}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
