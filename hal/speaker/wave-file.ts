/** One recording: samples from −1 to 1, one channel. */
export interface Recording {
  /** Samples a second. */
  readonly sampleRate: number;
  readonly samples: Float32Array;
}

const FORMAT_PCM = 1;
const FORMAT_MU_LAW = 7;
const RATE_MIN = 8_000;
const RATE_MAX = 48_000;
const WANTED = 'WAV with one channel, 16-bit PCM or µ-law';

/**
 * Reads a WAV file: one channel, 16-bit PCM or µ-law (ITU-T G.711), 8 to 48 kHz.
 * @throws RangeError that says what it is instead
 */
export function readWave(bytes: Uint8Array): Recording {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') {
    throw new RangeError(`is no WAV file; wanted is ${WANTED}`);
  }
  let format: { readonly code: number; readonly sampleRate: number } | null = null;
  for (let at = 12; at + 8 <= bytes.byteLength;) {
    const [name, length] = [tag(view, at), view.getUint32(at + 4, true)];
    const body = at + 8;
    if (length > bytes.byteLength - body) throw new RangeError(`ends in the middle of its "${name}" part`);
    if (name === 'fmt ') format = readFormat(view, body, length);
    if (name === 'data') {
      if (format === null) throw new RangeError('has its samples before their format');
      const data = new DataView(view.buffer, view.byteOffset + body, length);
      return { sampleRate: format.sampleRate, samples: format.code === FORMAT_PCM ? fromPcm(data) : fromMuLaw(data) };
    }
    at = body + length + (length % 2);
  }
  throw new RangeError('has no samples');
}

function readFormat(view: DataView, at: number, length: number): { code: number; sampleRate: number } {
  if (length < 16) throw new RangeError('has a format part that is too short');
  const code = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  const isKnown = (code === FORMAT_PCM && bits === 16) || (code === FORMAT_MU_LAW && bits === 8);
  if (!isKnown || channels !== 1) {
    throw new RangeError(`has ${channels} channels of ${bits} bits in format ${code}; wanted is ${WANTED}`);
  }
  if (sampleRate < RATE_MIN || sampleRate > RATE_MAX) {
    throw new RangeError(`has ${sampleRate} samples a second; wanted are ${RATE_MIN} to ${RATE_MAX}`);
  }
  return { code, sampleRate };
}

function fromPcm(data: DataView): Float32Array {
  const samples = new Float32Array(Math.trunc(data.byteLength / 2));
  for (let at = 0; at < samples.length; at += 1) samples[at] = data.getInt16(at * 2, true) / 32_768;
  return samples;
}

const MU_LAW = Float32Array.from({ length: 256 }, (_, code) => {
  const inverted = ~code & 0xff;
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84;
  return (inverted & 0x80 ? -magnitude : magnitude) / 32_768;
});

function fromMuLaw(data: DataView): Float32Array {
  const samples = new Float32Array(data.byteLength);
  for (let at = 0; at < samples.length; at += 1) samples[at] = MU_LAW[data.getUint8(at)] ?? 0;
  return samples;
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}
