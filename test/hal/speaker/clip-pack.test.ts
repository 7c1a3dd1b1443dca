import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import type { Locale } from '../../../domain/sentence.ts';
import { CLIPS } from '../../../domain/voice/clips.ts';
import { clipPackSchema, openClipPack } from '../../../hal/speaker/clip-pack.ts';
import { readWave } from '../../../hal/speaker/wave-file.ts';
import { LOUDNESS, loudnessOf } from '../../../scripts/clip-pack/mastering.ts';
import { muLawWave, pcmWave } from '../../../scripts/clip-pack/wave-writer.ts';
import * as v from 'valibot';

const packs = suite('hal/speaker/clip-pack');
const LOCALES: readonly Locale[] = ['zh-CN', 'en'];
const shipped = (locale: Locale): string => new URL(`../../../assets/clips/${locale}`, import.meta.url).pathname;
const PACK_BYTES_MAX = 3_300_000;
/** A tenth of a second is a syllable; no phrase of the terminal takes five seconds. */
const [CLIP_MS_LEAST, CLIP_MS_MOST] = [100, 5_000];

let folder = '';
packs.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'till-clips-'));
});
packs.after.each(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the shipped Chinese pack, to be spoilt. */
function copied(): string {
  cpSync(shipped('zh-CN'), folder, { recursive: true });
  return folder;
}

function problemsOf(path: string, locale: Locale = 'zh-CN'): string {
  try {
    openClipPack(path, locale);
  } catch (error) {
    if (isFailure(error, 'configuration.invalid')) return error.message;
    throw error;
  }
  return '';
}

/** A tone, as long as a word. */
const tone = (sampleRate: number): Float32Array =>
  Float32Array.from({ length: sampleRate / 4 }, (_, at) => 0.5 * Math.sin((at * 440 * 2 * Math.PI) / sampleRate));

for (const locale of LOCALES) {
  packs(`the ${locale} pack holds exactly the clips that sentences are made of`, () => {
    const ids = CLIPS[locale].map(({ id }) => id);
    assert.equal(openClipPack(shipped(locale), locale).ids.toSorted(), ids.toSorted(), 'rebuild it: npm run clips');
    const files = readdirSync(shipped(locale)).toSorted();
    assert.equal(files, [...ids.map((id) => `${id}.wav`), 'pack.json'].toSorted());
  });

  packs(`the ${locale} pack tells the truth about lengths and hashes`, () => {
    const manifest = v.parse(clipPackSchema, JSON.parse(readFileSync(join(shipped(locale), 'pack.json'), 'utf8')));
    for (const [id, { file, ms, sha256 }] of Object.entries(manifest.clips)) {
      const bytes = readFileSync(join(shipped(locale), file));
      assert.is(createHash('sha256').update(bytes).digest('hex'), sha256, id);
      const { samples, sampleRate } = readWave(bytes);
      assert.is(sampleRate, 16_000, id);
      assert.ok(Math.abs((samples.length * 1000) / sampleRate - ms) <= 1, id);
      assert.ok(ms >= CLIP_MS_LEAST && ms <= CLIP_MS_MOST, `${id} lasts ${ms} ms`);
    }
  });

  packs(`every ${locale} clip is equally loud, uncut, quiet at both ends and without silence around it`, () => {
    const pack = openClipPack(shipped(locale), locale);
    for (const id of pack.ids) {
      const samples = pack.samples(id);
      const decibels = 20 * Math.log10(loudnessOf(samples, pack.sampleRate) / LOUDNESS);
      assert.ok(Math.abs(decibels) < 1.5, `${id} is ${decibels.toFixed(1)} dB off`);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      assert.ok(peak > 0.2 && peak < 0.99, `${id} has its peak at ${peak.toFixed(2)}`);
      for (const end of [samples[0] ?? 1, samples.at(-1) ?? 1]) assert.ok(Math.abs(end) < 0.002, `${id} clicks`);
      const frame = pack.sampleRate / 20;
      for (const part of [samples.subarray(0, frame), samples.subarray(-frame)]) {
        const heard = part.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        assert.ok(heard > peak * 0.01, `${id} begins or ends with silence`);
      }
    }
  });

  packs(`the ${locale} clips are told apart: no two that say something else are the same recording`, () => {
    const pack = openClipPack(shipped(locale), locale);
    const texts = new Map(CLIPS[locale].map(({ id, text }) => [id, text]));
    const said = new Map<string, string>();
    for (const id of pack.ids) {
      const hash = createHash('sha256')
        .update(pack.file(id) ?? '')
        .digest('hex');
      const text = texts.get(id) ?? '';
      assert.is(said.get(hash) ?? text, text, id);
      said.set(hash, text);
    }
  });
}

packs('both packs together stay small enough to be part of every clone', () => {
  const bytes = LOCALES.flatMap((locale) => readdirSync(shipped(locale)).map((file) => join(shipped(locale), file)));
  assert.ok(bytes.reduce((sum, file) => sum + statSync(file).size, 0) < PACK_BYTES_MAX);
});

packs('a folder of recordings needs no pack.json, whatever of the two formats and whatever rate they have', () => {
  const pcm = (sample: number): number => Math.round(sample * 32_767);
  const bytes = new Uint8Array(Int16Array.from(tone(22_050), pcm).buffer);
  for (const { id } of CLIPS.en) writeFileSync(join(folder, `${id}.wav`), pcmWave(bytes, 22_050));
  const pack = openClipPack(folder, 'en');
  assert.is(pack.sampleRate, 22_050);
  assert.is(Math.round(pack.durationMs('n-1')), 250);
  const plain = pack.digest;
  writeFileSync(join(folder, 'n-1.wav'), muLawWave(tone(22_050), 22_050));
  assert.is.not(openClipPack(folder, 'en').digest, plain, 'another recording is another pack');
  assert.is(pack.file('../pack'), null);
});

packs('every missing recording is named, and the remedy', () => {
  copied();
  rmSync(join(folder, 'pack.json'));
  rmSync(join(folder, 'n-dian.wav'));
  rmSync(join(folder, 'wechat-paid.wav'));
  const problems = problemsOf(folder);
  assert.match(problems, 'it has no recording for n-dian, wechat-paid');
  assert.match(problems, 'leave voice.clips out');
  assert.match(problemsOf(join(folder, 'nowhere')), 'there is no such folder');
});

packs('a recording that is not the one of pack.json is refused by name', () => {
  copied();
  writeFileSync(join(folder, 'n-5.wav'), readFileSync(join(folder, 'n-6.wav')));
  assert.match(problemsOf(folder), /n-5\.wav is not the file that pack\.json names/);
});

packs('a pack of another language, a broken pack.json and a file outside of the folder are refused', () => {
  copied();
  assert.match(problemsOf(folder, 'en'), 'says that it is spoken in zh-CN');
  const text = readFileSync(join(folder, 'pack.json'), 'utf8');
  writeFileSync(join(folder, 'pack.json'), text.replace('"n-5.wav"', '"../../n-5.wav"'));
  assert.match(problemsOf(folder), 'clips.n-5.file must be a plain file name');
  writeFileSync(join(folder, 'pack.json'), text.slice(0, 100));
  assert.match(problemsOf(folder), 'pack.json cannot be used');
});

packs('what is no mono WAV of a good length is refused in words', () => {
  copied();
  rmSync(join(folder, 'pack.json'));
  const stereo = Buffer.from(muLawWave(tone(16_000), 16_000));
  stereo.writeUInt16LE(2, 22);
  const cut = muLawWave(tone(16_000), 16_000).slice(0, 1_000);
  writeFileSync(join(folder, 'n-0.wav'), 'ID3 not a wave file');
  writeFileSync(join(folder, 'n-1.wav'), stereo);
  writeFileSync(join(folder, 'n-2.wav'), cut);
  writeFileSync(join(folder, 'n-3.wav'), muLawWave(tone(16_000).subarray(0, 100), 16_000));
  writeFileSync(join(folder, 'n-4.wav'), muLawWave(tone(8_000), 8_000));
  writeFileSync(join(folder, 'n-5.wav'), Buffer.alloc(1024 * 1024 + 1));
  const problems = problemsOf(folder);
  for (const wanted of [
    /n-0\.wav is no WAV file/,
    /n-1\.wav has 2 channels of 8 bits in format 7; wanted is WAV with one channel, 16-bit PCM or µ-law/,
    /n-2\.wav ends in the middle of its "data" part/,
    /n-3\.wav lasts 6 ms/,
    /n-5\.wav is longer than 1048576 bytes/,
    /different sample rates: 8000, 16000/,
  ]) {
    assert.match(problems, wanted);
  }
});

packs('µ-law keeps every sample within its step, and the ends of the scale', () => {
  const ramp = Float32Array.from({ length: 4_001 }, (_, at) => at / 2_000 - 1);
  const { samples } = readWave(muLawWave(ramp, 16_000));
  assert.is(samples.length, 4_001);
  for (const [at, sample] of ramp.entries()) {
    const off = Math.abs((samples[at] ?? 0) - sample);
    assert.ok(off <= 0.0005 + Math.abs(sample) * 0.04, `${sample} came back ${off} off`);
  }
});

packs.run();
