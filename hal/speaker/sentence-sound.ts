import type { Sentence } from '../../domain/sentence.ts';
import type { ClipPack } from './clip-pack.ts';
import { joinRecordings } from './join-recordings.ts';
import { spokenParts } from './spoken-parts.ts';

/** How long a sentence takes, in milliseconds; null when the pack lacks one of its clips, or it has none. */
export function soundMs(sentence: Sentence, pack: ClipPack): number | null {
  if (sentence.clips.length === 0 || sentence.clips.some((clip) => pack.file(clip) === null)) return null;
  const parts = spokenParts(sentence, pack.locale);
  return parts.reduce((sum, { clip, pauseMs }) => sum + pack.durationMs(clip) + pauseMs, 0);
}

/** A sentence as one recording without gaps. @throws RangeError when the pack lacks one of its clips */
export function sentenceSound(sentence: Sentence, pack: ClipPack): Float32Array {
  const parts = spokenParts(sentence, pack.locale).map(({ clip, pauseMs }) => ({
    samples: pack.samples(clip),
    pauseMs,
  }));
  return joinRecordings(parts, pack.sampleRate);
}

/**
 * Samples as signed 16-bit little-endian numbers, which every sound card takes.
 * @param volume 0–100; loudness is felt by the square of the level
 */
export function pcmBytes(samples: Float32Array, volume = 100): Uint8Array {
  const gain = (volume / 100) ** 2;
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < samples.length; at += 1) {
    const level = Math.max(-1, Math.min(1, (samples[at] ?? 0) * gain));
    view.setInt16(at * 2, Math.round(level * 32_767), true);
  }
  return bytes;
}
