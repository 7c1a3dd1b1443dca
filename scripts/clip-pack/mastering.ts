/** What is quieter than this against the loudest 10 ms of a clip is silence around it. */
const SILENCE_BELOW = 0.02;
/** What counts for loudness: the voiced core of a word, not its ends. */
const LOUD_ABOVE = 0.1;
const FRAME_MS = 10;
/** Kept before and behind the speech: the first consonant starts below the threshold. */
const MARGIN_MS = 8;
const FADE_IN_MS = 4;
const FADE_OUT_MS = 12;
/** Loudness of every clip: root mean square of its core, of full scale (−18 dB). */
export const LOUDNESS = 0.126;
/** Peaks above this are bent rather than cut. */
const KNEE = 0.7;
const PEAK = 0.97;

/** Makes a clip of synthesised speech: silence trimmed, as loud as every other clip, without a click at either end. */
export function master(speech: Float32Array, sampleRate: number): Float32Array {
  const levels = frameLevels(speech, sampleRate);
  const loudest = Math.max(...levels);
  if (!(loudest > 0)) throw new RangeError('there is nothing to hear');
  const audible = levels.map((level) => level > loudest * SILENCE_BELOW);
  const frame = inSamples(FRAME_MS, sampleRate);
  const margin = inSamples(MARGIN_MS, sampleRate);
  const start = Math.max(0, audible.indexOf(true) * frame - margin);
  const end = Math.min(speech.length, (audible.lastIndexOf(true) + 1) * frame + margin);
  const gain = LOUDNESS / coreLevel(levels);
  const clip = speech.slice(start, end).map((sample) => bent(sample * gain));
  fade(clip, inSamples(FADE_IN_MS, sampleRate), inSamples(FADE_OUT_MS, sampleRate));
  return clip;
}

/** Root mean square of the voiced core of a clip, of full scale. */
export function loudnessOf(samples: Float32Array, sampleRate: number): number {
  return coreLevel(frameLevels(samples, sampleRate));
}

function coreLevel(levels: readonly number[]): number {
  const loudest = Math.max(...levels);
  const core = levels.filter((level) => level > loudest * LOUD_ABOVE);
  return Math.sqrt(core.reduce((sum, level) => sum + level ** 2, 0) / core.length);
}

function frameLevels(samples: Float32Array, sampleRate: number): number[] {
  const frame = inSamples(FRAME_MS, sampleRate);
  return Array.from({ length: Math.trunc(samples.length / frame) }, (_, index) => {
    const part = samples.subarray(index * frame, (index + 1) * frame);
    return Math.sqrt(part.reduce((sum, sample) => sum + sample ** 2, 0) / frame);
  });
}

/** Linear up to the knee, then ever flatter towards the peak. */
function bent(sample: number): number {
  const level = Math.abs(sample);
  if (level <= KNEE) return sample;
  return Math.sign(sample) * (KNEE + (PEAK - KNEE) * Math.tanh((level - KNEE) / (PEAK - KNEE)));
}

function fade(clip: Float32Array, fadeIn: number, fadeOut: number): void {
  for (let at = 0; at < fadeIn && at < clip.length; at += 1) clip[at] = (clip[at] ?? 0) * (at / fadeIn);
  for (let step = 0; step < fadeOut && step < clip.length; step += 1) {
    const at = clip.length - 1 - step;
    clip[at] = (clip[at] ?? 0) * (step / fadeOut);
  }
}

function inSamples(ms: number, sampleRate: number): number {
  return Math.round((ms * sampleRate) / 1000);
}
