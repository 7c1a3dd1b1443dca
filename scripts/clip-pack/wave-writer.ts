/** A WAV file with one channel of µ-law samples: half the size of PCM, and what sound players and browsers decode. */
export function muLawWave(samples: Float32Array, sampleRate: number): Uint8Array {
  const codes = Uint8Array.from(samples, muLaw);
  return wave({ format: 7, bits: 8, sampleRate, data: codes });
}

/** A WAV file with one channel of 16-bit PCM. `pcm` is little-endian. */
export function pcmWave(pcm: Uint8Array, sampleRate: number): Uint8Array {
  return wave({ format: 1, bits: 16, sampleRate, data: pcm });
}

function wave(sound: { format: number; bits: number; sampleRate: number; data: Uint8Array }): Uint8Array {
  const { format, bits, sampleRate, data } = sound;
  const header = 44;
  const bytes = new Uint8Array(header + data.length + (data.length % 2));
  const view = new DataView(bytes.buffer);
  const put = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  put(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  put(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, (sampleRate * bits) / 8, true);
  view.setUint16(32, bits / 8, true);
  view.setUint16(34, bits, true);
  put(36, 'data');
  view.setUint32(40, data.length, true);
  bytes.set(data, header);
  return bytes;
}

/** ITU-T G.711: sign, three bits of exponent, four of mantissa, all inverted. */
function muLaw(sample: number): number {
  const scaled = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
  const magnitude = Math.min(32_635, Math.abs(scaled)) + 0x84;
  const exponent = Math.trunc(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((scaled < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}
