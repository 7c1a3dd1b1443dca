import { spawnSync } from 'node:child_process';

/** Samples a second of every clip: the sounds that tell 四 from 十 are above telephone quality. */
export const CLIP_RATE = 16_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Speaks a text with espeak-ng. Samples from −1 to 1 at CLIP_RATE. @throws Error that names the missing or failing program */
export function synthesise(text: string, voice: string, speed: number): Float32Array {
  // Below its full amplitude, where espeak-ng clips by itself.
  const speech = run('espeak-ng', ['-v', voice, '-s', String(speed), '-a', '70', '--stdout', text], null);
  const raw = ['-t', 'raw', '-r', String(CLIP_RATE), '-e', 'signed', '-b', '16', '-c', '1', '-'];
  // Without dither, which is random; the high-pass takes away what no small speaker can play.
  const pcm = run('sox', ['-D', '-t', 'wav', '--ignore-length', '-', ...raw, 'highpass', '70', 'rate', '-v'], speech);
  const samples = new Float32Array(Math.trunc(pcm.length / 2));
  for (let at = 0; at < samples.length; at += 1) samples[at] = pcm.readInt16LE(at * 2) / 32_768;
  return samples;
}

function run(program: string, args: readonly string[], input: Buffer | null): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    maxBuffer: OUTPUT_BYTES_MAX,
    ...(input !== null && { input }),
  });
  if (error !== undefined)
    throw new Error(`${program} cannot run; install it (Debian: espeak-ng, sox)`, { cause: error });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.toString('utf8').slice(0, 300)}`);
  return stdout;
}
