/** The time of the browser, epoch ms. Ages on the page are told by it. */
export const nowMs = (): number => Date.now();

/** Runs `callback` after `delayMs`; the returned function calls it off. */
export function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
