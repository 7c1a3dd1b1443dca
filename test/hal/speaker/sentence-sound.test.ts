import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Locale, Sentence } from '../../../domain/sentence.ts';
import { type Voice, voiceFor } from '../../../domain/voice/voice.ts';
import { openClipPack } from '../../../hal/speaker/clip-pack.ts';
import { joinRecordings } from '../../../hal/speaker/join-recordings.ts';
import { sentenceSound, soundMs } from '../../../hal/speaker/sentence-sound.ts';
import { spokenParts } from '../../../hal/speaker/spoken-parts.ts';

const sounds = suite('hal/speaker/sentence-sound');

const packOf = (locale: Locale) =>
  openClipPack(new URL(`../../../assets/clips/${locale}`, import.meta.url).pathname, locale);
const PACKS = { 'zh-CN': packOf('zh-CN'), en: packOf('en') };
/** 2026-01-02 09:05 in China. */
const PAID_AT = Date.UTC(2026, 0, 2, 1, 5);
const JOINT_MS = { 'zh-CN': 15, en: 40 };
const COMMA_MS = { 'zh-CN': 200, en: 220 };

const SENTENCES: readonly ((voice: Voice) => Sentence)[] = [
  (voice) => voice.paid('wechat', 2005),
  (voice) => voice.paid('alipay', 1_234_567, 'after-power-cut', PAID_AT),
  (voice) => voice.unresolved(),
  (voice) => voice.refundUnknown('wechat', 1),
  (voice) => voice.orderState({ state: 'partly-refunded', platform: 'alipay', amountFen: 9900, refundedFen: 100 }),
  (voice) => voice.domains([true, false, true]),
  (voice) => voice.staffSet('8006'),
];

const samplesOf = (ms: number): number => Math.round(ms * 16);

for (const locale of ['zh-CN', 'en'] as const) {
  sounds(`${locale}: a sentence is as long as its clips and pauses, to the sample`, () => {
    for (const sentenceOf of SENTENCES) {
      const sentence = sentenceOf(voiceFor(locale));
      const pack = PACKS[locale];
      const commas = sentence.text.match(/[，,]/g)?.length ?? 0;
      const joints = sentence.clips.length - 1 - commas;
      const clips = sentence.clips.reduce((sum, clip) => sum + pack.samples(clip).length, 0);
      const pauses = samplesOf(JOINT_MS[locale]) * joints + samplesOf(COMMA_MS[locale]) * commas;
      const sound = sentenceSound(sentence, pack);
      assert.is(sound.length, clips + pauses, sentence.text);
      assert.ok(Math.abs((soundMs(sentence, pack) ?? 0) - sound.length / 16) < 1);
    }
  });

  sounds(`${locale}: no joint of a sentence clicks, and no pause is longer than a comma's`, () => {
    for (const sentenceOf of SENTENCES) {
      const sentence = sentenceOf(voiceFor(locale));
      const pack = PACKS[locale];
      const sound = sentenceSound(sentence, pack);
      let at = 0;
      for (const { clip, pauseMs } of spokenParts(sentence, locale)) {
        const start = at;
        at += pack.samples(clip).length;
        for (const edge of [start, at]) {
          for (let near = Math.max(1, edge - 8); near <= Math.min(sound.length - 1, edge + 8); near += 1) {
            const jump = Math.abs((sound[near] ?? 0) - (sound[near - 1] ?? 0));
            assert.ok(jump < 0.01, `${sentence.text}: ${clip} jumps by ${jump.toFixed(3)}`);
          }
        }
        at += samplesOf(pauseMs);
      }
      assert.ok(longestSilence(sound) <= samplesOf(COMMA_MS[locale] + 60), sentence.text);
    }
  });
}

sounds('twenty point zero five is spoken in its order: every word is where the words before it end', () => {
  const pack = PACKS['zh-CN'];
  const sentence = voiceFor('zh-CN').paid('wechat', 2005);
  const sound = sentenceSound(sentence, pack);
  const wanted = ['wechat-paid', 'n-2', 'n-10', 'n-dian', 'n-0', 'n-5', 'n-yuan'];
  let at = 0;
  for (const [index, clip] of wanted.entries()) {
    const recorded = pack.samples(clip);
    const heard = sound.subarray(at, at + recorded.length);
    assert.ok(likeness(heard, recorded) > 0.99, `${clip} is number ${index}`);
    at += recorded.length + samplesOf(index === 0 ? 200 : index === wanted.length - 1 ? 0 : 15);
  }
  assert.is(at, sound.length);
});

sounds('commas are where the text has them, also behind an amount', () => {
  const { text, clips } = voiceFor('zh-CN').paid('alipay', 2000, 'late', PAID_AT);
  assert.is(text, '刚才那笔，支付宝收款成功，二十元，付款时间九点零五分');
  const breaths = spokenParts({ text, clips }, 'zh-CN').filter(({ pauseMs }) => pauseMs === 200);
  assert.equal(
    breaths.map(({ clip }) => clip),
    ['late', 'alipay-paid', 'n-yuan'],
  );
});

sounds('a text that its clips do not spell is spoken in one breath', () => {
  const parts = spokenParts({ text: '二十元，谢谢', clips: ['n-2', 'n-100', 'n-yuan'] }, 'zh-CN');
  assert.equal(
    parts.map(({ pauseMs }) => pauseMs),
    [15, 15, 0],
  );
});

sounds('a sentence with a clip that is not in the pack has no length, and cannot be joined', () => {
  const sentence = { text: '你好', clips: ['n-1', 'hello'] };
  assert.is(soundMs(sentence, PACKS['zh-CN']), null);
  assert.throws(() => sentenceSound(sentence, PACKS['zh-CN']), /holds no "hello"/);
  assert.is(soundMs({ text: '', clips: [] }, PACKS['zh-CN']), null);
});

sounds('recordings that start and end within a wave do not click either', () => {
  const loud = new Float32Array(1_000).fill(0.9);
  const joined = joinRecordings(
    [
      { samples: loud, pauseMs: 10 },
      { samples: loud, pauseMs: 0 },
    ],
    16_000,
  );
  assert.is(joined.length, 2_160);
  const jumps = Array.from(joined, (sample, at) => Math.abs(sample - (joined[at - 1] ?? 0)));
  assert.ok(Math.max(...jumps) < 0.05);
  assert.is(joined[500], loud[500]);
});

/** 1: the same shape. */
function likeness(one: Float32Array, other: Float32Array): number {
  const sum = (a: Float32Array, b: Float32Array): number =>
    a.reduce((total, sample, at) => total + sample * (b[at] ?? 0), 0);
  return sum(one, other) / Math.sqrt(sum(one, one) * sum(other, other));
}

/** Samples of the longest stretch below −60 dB. */
function longestSilence(sound: Float32Array): number {
  let [longest, run] = [0, 0];
  for (const sample of sound) {
    run = Math.abs(sample) < 0.001 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

sounds.run();
