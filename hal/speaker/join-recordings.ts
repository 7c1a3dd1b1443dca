/** A recording and the silence behind it. */
export interface JoinedPart {
  readonly samples: Float32Array;
  readonly pauseMs: number;
}

/** Long enough that no joint clicks, too short to be heard as a fade. */
const FADE_MS = 3;

/** Samples of a silence. */
export function pauseSamples(pauseMs: number, sampleRate: number): number {
  return Math.round((pauseMs * sampleRate) / 1000);
}

/**
 * Joins recordings into one without gap or click: its length is the sum of recordings and pauses, to the sample. Every recording is
 * faded at both ends, so that recordings of others that start or end within a wave do not click either.
 */
export function joinRecordings(parts: readonly JoinedPart[], sampleRate: number): Float32Array<ArrayBuffer> {
  const lengths = parts.map(({ samples, pauseMs }) => samples.length + pauseSamples(pauseMs, sampleRate));
  const joined = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  const fade = Math.round((FADE_MS * sampleRate) / 1000);
  let at = 0;
  for (const [index, { samples }] of parts.entries()) {
    joined.set(samples, at);
    const fades = Math.min(fade, Math.trunc(samples.length / 2));
    for (let step = 0; step < fades; step += 1) {
      const level = step / fades;
      const end = at + samples.length - 1 - step;
      joined[at + step] = (joined[at + step] ?? 0) * level;
      joined[end] = (joined[end] ?? 0) * level;
    }
    at += lengths[index] ?? 0;
  }
  return joined;
}
