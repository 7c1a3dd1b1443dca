import { isFailure } from '../../../domain/failure.ts';
import type { Announcement } from '../../../domain/sentence.ts';
import { type Presence, PRESENT } from '../../device-node/presence.ts';
import type { Speaker } from '../../speaker/contract.ts';

/** A speaker whose every sentence shows whether it is there: sound cards cannot be asked. */
export class WatchedSpeaker implements Speaker {
  readonly #speaker: Speaker;
  readonly #onPresence: (presence: Presence) => void;

  constructor(speaker: Speaker, onPresence: (presence: Presence) => void) {
    this.#speaker = speaker;
    this.#onPresence = onPresence;
  }

  async speak(announcement: Announcement, signal: AbortSignal): Promise<void> {
    try {
      await this.#speaker.speak(announcement, signal);
      this.#onPresence(PRESENT);
    } catch (error) {
      if (!signal.aborted && isFailure(error, 'speaker.failed')) {
        this.#onPresence({ present: false, why: `${error.message}: check the speaker and devices.speaker` });
      }
      throw error;
    }
  }

  setVolume(percent: number): void {
    this.#speaker.setVolume(percent);
  }

  close(): Promise<void> {
    return this.#speaker.close();
  }
}
