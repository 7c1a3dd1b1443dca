import type { Announcement } from '../../domain/sentence.ts';

/** A speaker. Resolves when the sentence has been heard to its end; aborting `signal` silences it before it rejects. */
export interface Speaker {
  /** @throws TerminalFailure `speaker.failed` */
  speak(announcement: Announcement, signal: AbortSignal): Promise<void>;
  /** 0–100. */
  setVolume(percent: number): void;
  close(): Promise<void>;
}
