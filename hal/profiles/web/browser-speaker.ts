import { TerminalFailure } from '../../../domain/failure.ts';
import type { Announcement } from '../../../domain/sentence.ts';
import type { Clock } from '../../clock/contract.ts';
import type { ClipPack } from '../../speaker/clip-pack.ts';
import type { Speaker } from '../../speaker/contract.ts';
import { soundMs } from '../../speaker/sentence-sound.ts';
import { spokenParts } from '../../speaker/spoken-parts.ts';
import type { PageHub } from './page-hub.ts';

/** How long a syllable of Chinese and a letter of anything else take, roughly, and the bounds of a whole sentence. */
const SYLLABLE_MS = 220;
const LETTER_MS = 70;
const SENTENCE_MS_MIN = 1_200;
const SENTENCE_MS_MAX = 15_000;
/** What a browser's voice may take longer than estimated before the queue goes on without its word. */
const GRACE_MS = 4_000;

/** Milliseconds that a sentence takes, roughly. */
export function estimateSpokenMs(text: string): number {
  const spoken = [...text].reduce((sum, character) => sum + (character > '\u2e7f' ? SYLLABLE_MS : LETTER_MS), 0);
  return Math.min(SENTENCE_MS_MAX, Math.max(SENTENCE_MS_MIN, spoken));
}

/** Speaks through the page that was used last; with no page there the sentence takes its estimated time. */
export class BrowserSpeaker implements Speaker {
  readonly #hub: PageHub;
  readonly #clock: Clock;
  readonly #pack: ClipPack | null;
  readonly #reports = new Map<number, () => void>();
  readonly #closing = new AbortController();
  #count = 0;
  #volume = 80;

  constructor(hub: PageHub, clock: Clock, pack: ClipPack | null) {
    this.#hub = hub;
    this.#clock = clock;
    this.#pack = pack;
  }

  async speak(announcement: Announcement, signal: AbortSignal): Promise<void> {
    const silenced = AbortSignal.any([signal, this.#closing.signal]);
    silenced.throwIfAborted();
    this.#count += 1;
    const id = this.#count;
    const { sentence } = announcement;
    const text = sentence.text;
    const recordedMs = this.#pack === null ? null : soundMs(sentence, this.#pack);
    const estimateMs = recordedMs === null ? estimateSpokenMs(text) : Math.ceil(recordedMs);
    const parts = this.#pack === null || recordedMs === null ? null : spokenParts(sentence, this.#pack.locale);
    const reported = this.#reported(id, this.#hub.hasPages() ? estimateMs + GRACE_MS : estimateMs, silenced);
    this.#hub.voice({ id, text, parts, estimateMs, volume: this.#volume });
    try {
      await reported;
      this.#hub.spoken(id);
    } catch (silence) {
      this.#hub.hush(id);
      throw silence;
    }
  }

  /** A page says that it spoke this sentence; a late or unknown word changes nothing. */
  report(id: number): void {
    this.#reports.get(id)?.();
  }

  setVolume(percent: number): void {
    this.#volume = Math.min(100, Math.max(0, Math.round(percent)));
  }

  async close(): Promise<void> {
    this.#closing.abort(new TerminalFailure('speaker.failed', 'the speaker was closed'));
  }

  #reported(id: number, limitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const stop = () => {
        end();
        reject(signal.reason);
      };
      const done = () => {
        end();
        resolve();
      };
      const timer = this.#clock.setTimeout(done, limitMs);
      const end = () => {
        this.#clock.clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        this.#reports.delete(id);
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#reports.set(id, done);
    });
  }
}
