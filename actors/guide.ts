import type { SettingsStore } from '../config/settings-store.ts';
import type { ScreenView } from '../domain/screens/screen-view.ts';
import type { Sentence } from '../domain/sentence.ts';
import { guidanceFor } from '../domain/voice/guide.ts';
import type { Voice } from '../domain/voice/voice.ts';
import type { Clock } from '../hal/clock/contract.ts';

/** Hands that type pause less than this. */
const AT_REST_MS = 1500;

/** Whether steps are said at all, in which words, and by whom. */
export interface GuideOptions {
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly voice: Voice;
  readonly say: (sentence: Sentence) => void;
}

/** Says every step aloud where that is set, so that the terminal can be used without reading its screen. */
export class Guide {
  readonly #options: GuideOptions;
  #resting: unknown = null;
  #said = '';

  constructor(options: GuideOptions) {
    this.#options = options;
  }

  /** The screen shows this now. */
  show(view: ScreenView): void {
    const { settings, clock, voice, say } = this.#options;
    this.stop();
    if (!settings.current().guided) return;
    const guidance = guidanceFor(view);
    if (guidance === null) {
      this.#said = '';
      return;
    }
    const { step, amountFen, whenAtRest } = guidance;
    const sentence = voice.step(step, amountFen);
    // The same step painted anew, for a note below it, is not said again.
    if (sentence.text === this.#said) return;
    const speak = (): void => {
      this.#said = sentence.text;
      say(sentence);
    };
    if (whenAtRest) this.#resting = clock.setTimeout(speak, AT_REST_MS);
    else speak();
  }

  /** What waits for the hands to rest is not said any more. */
  stop(): void {
    if (this.#resting !== null) this.#options.clock.clearTimeout(this.#resting);
    this.#resting = null;
  }
}
