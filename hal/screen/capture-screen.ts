import type { Screen } from '../../domain/screen.ts';
import type { ScreenDevice } from './contract.ts';

/** Screens kept by default: enough to look back over a few sales, small over 100,000 of them. */
const HISTORY_MAX = 200;

/** A display that remembers what it showed. The first simulated device of every profile and of the seeded world. */
export class CaptureScreen implements ScreenDevice {
  readonly #historyMax: number;
  readonly #listeners = new Set<(screen: Screen) => void>();
  #history: Screen[] = [];
  #closed = false;

  constructor(options: { historyMax?: number } = {}) {
    this.#historyMax = options.historyMax ?? HISTORY_MAX;
  }

  /** What the cashier reads now; null before the first screen. */
  current(): Screen | null {
    return this.#history.at(-1) ?? null;
  }

  /** The last screens, oldest first. */
  history(): readonly Screen[] {
    return this.#history;
  }

  /** A screen equal to the one already shown changes nothing and tells nobody. */
  show(screen: Screen): void {
    if (this.#closed || sameScreen(this.current(), screen)) return;
    this.#history.push(screen);
    if (this.#history.length > this.#historyMax) this.#history = this.#history.slice(-this.#historyMax);
    for (const listener of [...this.#listeners]) listener(screen);
  }

  /** Told at every change; returns the unsubscribe function. */
  subscribe(listener: (screen: Screen) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
  }
}

function sameScreen(shown: Screen | null, next: Screen): boolean {
  return (
    shown !== null &&
    shown.name === next.name &&
    shown.order === next.order &&
    shown.amountFen === next.amountFen &&
    shown.qr === next.qr &&
    shown.lines.length === next.lines.length &&
    shown.lines.every((line, index) => line === next.lines[index])
  );
}
