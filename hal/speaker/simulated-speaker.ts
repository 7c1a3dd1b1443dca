import type { Announcement } from '../../domain/sentence.ts';
import { TerminalFailure } from '../../domain/failure.ts';
import type { Clock } from '../clock/contract.ts';
import type { Speaker } from './contract.ts';

/** Announcements kept to look back on. */
const HISTORY_MAX = 200;

/** A speaker that remembers what it said. By default a sentence takes no time, so that nothing waits for it. */
export class SimulatedSpeaker implements Speaker {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly #spokenMs: (announcement: Announcement) => number;
  readonly #listeners = new Set<(announcement: Announcement) => void>();
  readonly #silenced = new AbortController();
  #history: Announcement[] = [];
  #volume = 80;
  #broken = false;

  constructor(options: {
    clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
    /** How long a sentence takes, in milliseconds. */
    spokenMs?: (announcement: Announcement) => number;
  }) {
    this.#clock = options.clock;
    this.#spokenMs = options.spokenMs ?? (() => 0);
  }

  /** What was said, oldest first. */
  history(): readonly Announcement[] {
    return this.#history;
  }

  volume(): number {
    return this.#volume;
  }

  /** A broken speaker rejects with `speaker.failed`; a mended one speaks again. */
  setBroken(broken: boolean): void {
    this.#broken = broken;
  }

  /** Told when a sentence starts; returns the unsubscribe function. */
  subscribe(listener: (announcement: Announcement) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async speak(announcement: Announcement, signal: AbortSignal): Promise<void> {
    const silenced = AbortSignal.any([signal, this.#silenced.signal]);
    silenced.throwIfAborted();
    if (this.#broken) throw new TerminalFailure('speaker.failed', 'the speaker does not answer', { retryable: true });
    this.#history.push(announcement);
    if (this.#history.length > HISTORY_MAX) this.#history = this.#history.slice(-HISTORY_MAX);
    for (const listener of [...this.#listeners]) listener(announcement);
    const spokenMs = this.#spokenMs(announcement);
    if (spokenMs > 0) await this.#wait(spokenMs, silenced);
  }

  setVolume(percent: number): void {
    this.#volume = Math.min(100, Math.max(0, Math.round(percent)));
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#silenced.abort(new TerminalFailure('speaker.failed', 'the speaker was closed'));
  }

  #wait(spokenMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#clock.clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = this.#clock.setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, spokenMs);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
