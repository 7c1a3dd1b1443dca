import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Announcement, Sentence } from '../../domain/sentence.ts';
import { voiceFor } from '../../domain/voice/voice.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { clipShelf } from '../../hal/profiles/web/clip-routes.ts';
import type * as ClipPlayer from '../../hal/profiles/web/page/clip-player.ts';
import type { ClipStore } from '../../hal/profiles/web/page/clip-store.ts';
import { createWebProfile } from '../../hal/profiles/web/web-profile.ts';
import { openClipPack } from '../../hal/speaker/clip-pack.ts';
import { sentenceSound, soundMs } from '../../hal/speaker/sentence-sound.ts';
import { spokenParts } from '../../hal/speaker/spoken-parts.ts';
import { findChromium, startChromium } from './chromium.ts';

const voiceSuite = suite<{ browser: Browser }>('test/browser/page-voice');
const executable = findChromium();
/** Without a browser on the machine these stay untested, and the report says so. */
const inBrowser = executable === null ? voiceSuite.skip : voiceSuite;

const pack = openClipPack(fileURLToPath(new URL('../../assets/clips/zh-CN', import.meta.url)), 'zh-CN');
const voice = voiceFor('zh-CN');
const telling = (sentence: Sentence): Announcement => ({ job: sentence.text, sentence, order: null, refund: null });
const never = () => new AbortController().signal;

/** What the page did with its sound card, in order. */
interface Heard {
  readonly what: 'start' | 'stop' | 'ended' | 'reported';
  /** Of the sound that was started. */
  readonly seconds: number;
  readonly sampleRate: number;
}

type Eavesdropping = typeof globalThis & {
  heard: Heard[];
  player: typeof ClipPlayer & { ClipStore: typeof ClipStore };
};

/** Notes in the page what it plays; the sounds are played all the same. */
function eavesdrop(): void {
  const heard: Heard[] = [];
  (globalThis as Eavesdropping).heard = heard;
  const proto = AudioBufferSourceNode.prototype;
  const note = (what: Heard['what'], source: AudioBufferSourceNode | null) =>
    heard.push({ what, seconds: source?.buffer?.duration ?? 0, sampleRate: source?.buffer?.sampleRate ?? 0 });
  const { createBufferSource } = BaseAudioContext.prototype;
  BaseAudioContext.prototype.createBufferSource = function (this: BaseAudioContext) {
    const source = createBufferSource.call(this);
    // Before the page's own listener, which acts at once.
    source.addEventListener('ended', () => note('ended', source));
    return source;
  };
  const [start, stop] = [proto.start, AudioScheduledSourceNode.prototype.stop];
  proto.start = function (this: AudioBufferSourceNode, ...when) {
    note('start', this);
    start.apply(this, when);
  };
  proto.stop = function (this: AudioBufferSourceNode, ...when) {
    note('stop', this);
    stop.apply(this, when);
  };
  const fetched = globalThis.fetch;
  globalThis.fetch = (...asked) => {
    if (asked[0] === '/api/spoken') note('reported', null);
    return fetched(...asked);
  };
}

/** A terminal's page, and the key press without which no browser gives a sound. */
async function openVoice(browser: Browser, prepare: (page: Page) => Promise<void> = () => Promise.resolve()) {
  const profile = await createWebProfile({
    host: '127.0.0.1',
    port: 0,
    clock: new SystemClock(),
    version: '1.2.3',
    clips: pack,
  });
  profile.devices.screen.show({ name: 'idle', lines: ['请输入金额'], order: null, amountFen: null });
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  await page.addInitScript(eavesdrop);
  await prepare(page);
  await page.goto(profile.url);
  await page.waitForSelector('.screen');
  const heard = () => page.evaluate(() => (globalThis as Eavesdropping).heard);
  const close = async () => {
    await context.close();
    await profile.devices.close();
  };
  return { page, speaker: profile.devices.speaker, heard, close };
}

const words = (heard: readonly Heard[]): string => heard.map(({ what }) => what).join(' ');

voiceSuite.before(async (context) => {
  if (executable !== null) context.browser = await startChromium(executable);
});

voiceSuite.after(async ({ browser }) => {
  await browser?.close();
});

inBrowser('a result is one sound without gaps, and the terminal goes on when it was heard', async ({ browser }) => {
  const { page, speaker, heard, close } = await openVoice(browser);
  await page.keyboard.press('5');
  const { sentence } = telling(voice.paid('wechat', 2005));
  await speaker.speak(telling(sentence), never());
  const all = await heard();
  assert.is(words(all), 'start ended reported');
  assert.is(Math.round((all[0]?.seconds ?? 0) * 1000), Math.round(soundMs(sentence, pack) ?? 0));
  assert.is(all[0]?.sampleRate, pack.sampleRate);
  await close();
});

inBrowser('a result silences the prompt before it, and is itself heard to its end', async ({ browser }) => {
  const { page, speaker, heard, close } = await openVoice(browser);
  await page.keyboard.press('5');
  const silence = new AbortController();
  const prompt = speaker.speak(telling(voice.password()), silence.signal).catch((reason: unknown) => reason);
  await page.waitForFunction(() => (globalThis as Eavesdropping).heard.length > 0);
  silence.abort('a result');
  assert.is(await prompt, 'a result');
  await speaker.speak(telling(voice.unresolved()), never());
  const all = await heard();
  assert.is(all.filter(({ what }) => what === 'start').length, 2);
  assert.is(all.filter(({ what }) => what === 'stop').length, 1);
  assert.match(words(all), /^start stop (reported )?.*start .*ended reported$/);
  await close();
});

inBrowser('a page that nobody touched stays silent, shows the words and holds nobody up', async ({ browser }) => {
  const { page, speaker, heard, close } = await openVoice(browser);
  const spoken = speaker.speak(telling(voice.configured()), never());
  await page.locator('.caption', { hasText: '配置成功' }).waitFor();
  await spoken;
  assert.is(words(await heard()), 'reported');
  await close();
});

inBrowser('recordings that cannot be had leave the words and the estimate', async ({ browser }) => {
  const { page, speaker, heard, close } = await openVoice(browser, async (fresh) => {
    await fresh.route('**/clips/**', (route) => route.fulfill({ status: 404 }));
  });
  await page.keyboard.press('5');
  await speaker.speak(telling(voice.configured()), never());
  assert.is(words(await heard()), 'reported');
  await close();
});

inBrowser('the browser decodes and renders the very samples that a device plays', async ({ browser }) => {
  const { page, close } = await openVoice(browser);
  const sentence = voice.paid('alipay', 1_234_567, 'late', Date.UTC(2026, 0, 2, 1, 5));
  await page.evaluate(await pagePlayer());
  const { samples, rendered } = await page.evaluate(
    async ({ shelf, parts }) => {
      const { ClipStore, joinedSentence, playSamples } = (globalThis as Eavesdropping).player;
      const joined = await joinedSentence(new ClipStore(shelf), parts);
      if (joined === null) throw new Error('no recordings');
      const card = new OfflineAudioContext(1, joined.length * 3, 48_000);
      playSamples(card, { samples: joined, sampleRate: shelf.sampleRate, volume: 100 });
      const sound = (await card.startRendering()).getChannelData(0);
      return { samples: Array.from(joined), rendered: Array.from(sound) };
    },
    { shelf: clipShelf(pack), parts: spokenParts(sentence, 'zh-CN') },
  );
  const wanted = sentenceSound(sentence, pack);
  assert.is(samples.length, wanted.length);
  const off = wanted.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (samples[at] ?? 0))), 0);
  assert.ok(off < 0.0002, `${off} off`);
  // At the sound card's rate: in step to the end, silent exactly where the sentence is.
  const everyThird = wanted.map((_, at) => rendered[at * 3] ?? 0);
  assert.ok(likeness(wanted, everyThird) > 0.995);
  const tail = Math.trunc(wanted.length * 0.9);
  assert.ok(likeness(wanted.subarray(tail), everyThird.subarray(tail)) > 0.995);
  for (let at = 1; at < wanted.length - 1; at += 1) {
    const isSilent = Math.max(...[-1, 0, 1].map((near) => Math.abs(wanted[at + near] ?? 0))) === 0;
    if (isSilent) assert.ok(Math.abs(everyThird[at] ?? 1) < 0.01, `a click at ${at}`);
  }
  await close();
});

voiceSuite.run();

/** The page's own player, for a test to call. */
async function pagePlayer(): Promise<string> {
  const folder = fileURLToPath(new URL('../../hal/profiles/web/page/', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: `export * from './clip-player.ts'; export * from './clip-store.ts';`, resolveDir: folder },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'player',
    footer: { js: 'globalThis.player = player;' },
    target: 'es2022',
  });
  return outputFiles[0]?.text ?? '';
}

/** 1: the same shape. */
function likeness(one: Float32Array, other: Float32Array): number {
  const sum = (a: Float32Array, b: Float32Array): number =>
    a.reduce((total, sample, at) => total + sample * (b[at] ?? 0), 0);
  return sum(one, other) / Math.sqrt(sum(one, one) * sum(other, other));
}
