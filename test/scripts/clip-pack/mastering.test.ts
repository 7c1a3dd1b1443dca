import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { CLIPS } from '../../../domain/voice/clips.ts';
import { LOUDNESS, loudnessOf, master } from '../../../scripts/clip-pack/mastering.ts';
import { readingOf } from '../../../scripts/clip-pack/readings.ts';

const mastering = suite('scripts/clip-pack/mastering');
const RATE = 16_000;

/** Silence, a tone of half a second at `level`, silence. */
const speech = (level: number): Float32Array =>
  Float32Array.from({ length: RATE * 1.5 }, (_, at) =>
    at < RATE / 2 || at >= RATE ? 0.0005 : level * Math.sin((at * 300 * 2 * Math.PI) / RATE),
  );

mastering('a loud and a quiet word come out equally loud, without the silence around them', () => {
  for (const level of [0.05, 0.9]) {
    const clip = master(speech(level), RATE);
    assert.ok(Math.abs(loudnessOf(clip, RATE) / LOUDNESS - 1) < 0.05, `level ${level}`);
    assert.ok(clip.length >= RATE / 2 && clip.length <= RATE / 2 + RATE / 25, `${clip.length} samples`);
    for (const end of [clip[0], clip.at(-1)]) assert.is(end, 0);
  }
});

mastering('a peak far above the rest is bent, not cut', () => {
  const word = speech(0.1);
  word[RATE * 0.75] = 1;
  const clip = master(word, RATE);
  const peak = Math.max(...clip);
  assert.ok(peak > 0.7 && peak < 0.98, `${peak}`);
});

mastering('silence cannot be made a clip', () => {
  assert.throws(() => master(new Float32Array(RATE), RATE), /nothing to hear/);
});

mastering('重 is read as "again" in every clip that has it', () => {
  const texts = CLIPS['zh-CN'].map(({ text }) => text).filter((text) => text.includes('重'));
  assert.ok(texts.length > 0);
  for (const text of texts) assert.not.match(readingOf(text), '重');
});

mastering.run();
