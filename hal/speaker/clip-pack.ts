import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { TerminalFailure } from '../../domain/failure.ts';
import type { Locale } from '../../domain/sentence.ts';
import { CLIPS } from '../../domain/voice/clips.ts';
import { readWave } from './wave-file.ts';

const MANIFEST = 'pack.json';
const MANIFEST_BYTES_MAX = 256 * 1024;
const CLIP_BYTES_MAX = 1024 * 1024;
const CLIP_MS_MIN = 50;
const CLIP_MS_MAX = 15_000;
/** Problems named in one failure; the rest is counted. */
const PROBLEMS_MAX = 12;
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const clipSchema = v.object({
  file: v.pipe(v.string(), v.regex(FILE_NAME, 'must be a plain file name')),
  ms: v.pipe(v.number(), v.minValue(0)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')),
});

/** `pack.json`: what a clip pack holds. `version` counts changes of this format. */
export const clipPackSchema = v.object({
  format: v.literal('till-clip-pack'),
  version: v.literal(1),
  locale: v.picklist(['zh-CN', 'en']),
  clips: v.record(v.string(), clipSchema),
});

/** The content of a pack's `pack.json`. */
export type ClipPackManifest = v.InferOutput<typeof clipPackSchema>;

/** The recordings of one language, read and checked. */
export interface ClipPack {
  readonly locale: Locale;
  readonly sampleRate: number;
  /** Changes when a recording changes. */
  readonly digest: string;
  readonly ids: readonly string[];
  /** The WAV file as it is in the pack; null for an id that the pack does not hold. */
  file(id: string): Uint8Array<ArrayBuffer> | null;
  /** From −1 to 1. @throws RangeError for an id that the pack does not hold */
  samples(id: string): Float32Array;
  durationMs(id: string): number;
}

interface Clip {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sampleRate: number;
  readonly ms: number;
}

/**
 * Reads a clip pack and checks it: one recording for every clip that a sentence of the language may need, all at one sample rate.
 * The folder holds `<id>.wav` files; with a `pack.json` also their hashes are checked.
 * @throws TerminalFailure `configuration.invalid` that names every missing id and every wrong file
 */
export function openClipPack(folder: string, locale: Locale): ClipPack {
  const problems: string[] = [];
  const manifest = readManifest(folder, locale);
  const clips = new Map<string, Clip>();
  const missing: string[] = [];
  for (const { id } of CLIPS[locale]) {
    const listed = manifest?.clips[id];
    const path = join(folder, listed?.file ?? `${id}.wav`);
    if ((manifest !== null && listed === undefined) || !existsSync(path)) {
      missing.push(id);
      continue;
    }
    const clip = readClip(path, listed?.sha256 ?? null);
    if (typeof clip === 'string') problems.push(`${path} ${clip}`);
    else clips.set(id, clip);
  }
  if (missing.length > 0) problems.unshift(`it has no recording for ${missing.join(', ')}`);
  const rates = new Set([...clips.values()].map(({ sampleRate }) => sampleRate));
  if (rates.size > 1) problems.push(`its recordings have different sample rates: ${[...rates].join(', ')}`);
  if (problems.length > 0) throw unusable(folder, locale, problems);
  return packOf(locale, clips, [...rates][0] ?? 0);
}

function packOf(locale: Locale, clips: ReadonlyMap<string, Clip>, sampleRate: number): ClipPack {
  const hash = createHash('sha256');
  for (const [id, { bytes }] of clips) hash.update(id).update(bytes);
  const clipOf = (id: string): Clip => {
    const clip = clips.get(id);
    if (clip === undefined) throw new RangeError(`the clip pack holds no "${id}"`);
    return clip;
  };
  return {
    locale,
    sampleRate,
    digest: hash.digest('hex').slice(0, 16),
    ids: [...clips.keys()],
    file: (id) => clips.get(id)?.bytes ?? null,
    samples: (id) => readWave(clipOf(id).bytes).samples,
    durationMs: (id) => clipOf(id).ms,
  };
}

function readClip(path: string, sha256: string | null): Clip | string {
  try {
    if (statSync(path).size > CLIP_BYTES_MAX) return `is longer than ${CLIP_BYTES_MAX} bytes`;
    const bytes = new Uint8Array(readFileSync(path));
    const isOther = sha256 !== null && createHash('sha256').update(bytes).digest('hex') !== sha256;
    if (isOther) return 'is not the file that pack.json names (its SHA-256 differs)';
    const { sampleRate, samples } = readWave(bytes);
    const ms = (samples.length * 1000) / sampleRate;
    if (ms < CLIP_MS_MIN || ms > CLIP_MS_MAX) {
      return `lasts ${Math.round(ms)} ms; a clip lasts ${CLIP_MS_MIN} to ${CLIP_MS_MAX} ms`;
    }
    return { bytes, sampleRate, ms };
  } catch (error) {
    return error instanceof RangeError ? error.message : `cannot be read (${codeOf(error)})`;
  }
}

function readManifest(folder: string, locale: Locale): ClipPackManifest | null {
  const path = join(folder, MANIFEST);
  if (!existsSync(folder)) throw unusable(folder, locale, ['there is no such folder']);
  if (!existsSync(path)) return null;
  let tree: unknown;
  try {
    if (statSync(path).size > MANIFEST_BYTES_MAX) throw new RangeError(`is longer than ${MANIFEST_BYTES_MAX} bytes`);
    tree = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof RangeError || error instanceof SyntaxError ? error.message : codeOf(error);
    throw unusable(folder, locale, [`${MANIFEST} cannot be used: ${why}`]);
  }
  const read = v.safeParse(clipPackSchema, tree);
  if (!read.success) {
    const problems = read.issues.map((issue) => `${MANIFEST}: ${v.getDotPath(issue) ?? ''} ${issue.message}`);
    throw unusable(folder, locale, problems);
  }
  if (read.output.locale !== locale) {
    throw unusable(folder, locale, [`${MANIFEST} says that it is spoken in ${read.output.locale}`]);
  }
  return read.output;
}

function unusable(folder: string, locale: Locale, problems: readonly string[]): TerminalFailure {
  const named = problems.slice(0, PROBLEMS_MAX).map((problem) => `  ${problem}`);
  const rest = problems.length - named.length;
  if (rest > 0) named.push(`  and ${rest} more`);
  const remedy = 'add the recordings, or leave voice.clips out to use the ones that come with the terminal';
  const message = `the clip pack ${folder} cannot speak ${locale}; ${remedy}:\n${named.join('\n')}`;
  return new TerminalFailure('configuration.invalid', message);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
