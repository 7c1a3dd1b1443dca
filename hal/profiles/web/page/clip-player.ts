import { joinRecordings } from '../../../speaker/join-recordings.ts';
import type { SpokenPart } from '../../../speaker/spoken-parts.ts';
import type { ClipStore } from './clip-store.ts';

/** A sentence whose recordings are not here by then is spoken otherwise. */
const FETCH_MS_MAX = 1_500;
/** What a sound card may take longer than the sentence before nobody waits for its word. */
const GRACE_MS = 2_000;
/** A wave that is cut clicks; one that fades this fast does not. */
const FADE_S = 0.015;

/** A sentence that is played: `ended` resolves at its end or when it was stopped. */
export interface PlayedSentence {
  readonly seconds: number;
  readonly ended: Promise<void>;
  stop(): void;
}

/** Fetches the recordings of a sentence and joins them; null when they cannot be had in time. */
export async function joinedSentence(
  store: ClipStore,
  parts: readonly SpokenPart[],
): Promise<Float32Array<ArrayBuffer> | null> {
  const clips = Promise.all(parts.map(({ clip }) => store.clip(clip)));
  const late = new Promise<null>((resolve) => window.setTimeout(() => resolve(null), FETCH_MS_MAX));
  const fetched = await Promise.race([clips, late]).catch(() => null);
  if (fetched === null) return null;
  const recordings = parts.map(({ pauseMs }, index) => ({ samples: fetched[index] ?? new Float32Array(), pauseMs }));
  return joinRecordings(recordings, store.shelf.sampleRate);
}

/**
 * Plays joined samples from now on, as one buffer: no two clips can drift apart.
 * @param volume 0–100, squared as on a device
 */
export function playSamples(
  audio: BaseAudioContext,
  sound: { readonly samples: Float32Array<ArrayBuffer>; readonly sampleRate: number; readonly volume: number },
): PlayedSentence {
  const buffer = audio.createBuffer(1, sound.samples.length, sound.sampleRate);
  buffer.copyToChannel(sound.samples, 0);
  const source = audio.createBufferSource();
  source.buffer = buffer;
  const level = audio.createGain();
  level.gain.value = (sound.volume / 100) ** 2;
  source.connect(level).connect(audio.destination);
  const ended = new Promise<void>((resolve) => {
    source.onended = () => resolve();
    // A sound card that was pulled out never says so.
    window.setTimeout(resolve, buffer.duration * 1000 + GRACE_MS);
  });
  source.start();
  const stop = () => {
    level.gain.setValueAtTime(level.gain.value, audio.currentTime);
    level.gain.linearRampToValueAtTime(0, audio.currentTime + FADE_S);
    source.stop(audio.currentTime + FADE_S);
  };
  return { seconds: buffer.duration, ended, stop };
}
