import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locale } from '../domain/sentence.ts';
import { CLIPS } from '../domain/voice/clips.ts';
import { type ClipPackManifest, openClipPack } from '../hal/speaker/clip-pack.ts';
import { master } from './clip-pack/mastering.ts';
import { readingOf, SPEECH_VOICES } from './clip-pack/readings.ts';
import { CLIP_RATE, synthesise } from './clip-pack/synthesis.ts';
import { muLawWave } from './clip-pack/wave-writer.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run clips -- [--out DIR]

Records every clip of the voice again, with espeak-ng and sox. The same programs give the same bytes.

Options:
  --out DIR  instead of assets/clips
  --help     this text
`;

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCALES: readonly Locale[] = ['zh-CN', 'en'];

/** Speaks every clip of a language into `<folder>/<id>.wav`, with `pack.json` beside them. The same programs give the same bytes. */
function buildPack(folder: string, locale: Locale): { readonly count: number; readonly bytes: number } {
  const { voice, phraseSpeed, numberSpeed } = SPEECH_VOICES[locale];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const clips: ClipPackManifest['clips'] = {};
  let bytes = 0;
  for (const { id, text } of CLIPS[locale]) {
    const speech = synthesise(readingOf(text), voice, id.startsWith('n-') ? numberSpeed : phraseSpeed);
    const clip = master(speech, CLIP_RATE);
    const wave = muLawWave(clip, CLIP_RATE);
    const file = `${id}.wav`;
    writeFileSync(join(folder, file), wave);
    bytes += wave.length;
    const sha256 = createHash('sha256').update(wave).digest('hex');
    clips[id] = { file, ms: Math.round((clip.length * 1000) / CLIP_RATE), sha256 };
  }
  const manifest: ClipPackManifest = { format: 'till-clip-pack', version: 1, locale, clips };
  writeFileSync(join(folder, 'pack.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return { count: openClipPack(folder, locale).ids.length, bytes };
}

const { values } = commandLine(USAGE, { options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(PROJECT, 'assets/clips'));
for (const locale of LOCALES) {
  const { count, bytes } = buildPack(join(out, locale), locale);
  console.log(`${join(out, locale)}: ${count} clips, ${Math.ceil(bytes / 1024)} KiB`);
}
