import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { voiceFor } from '../../../../domain/voice/voice.ts';
import { VirtualClock } from '../../../../hal/clock/virtual-clock.ts';
import { BrowserSpeaker, estimateSpokenMs } from '../../../../hal/profiles/web/browser-speaker.ts';
import { clipRoutes, clipShelf } from '../../../../hal/profiles/web/clip-routes.ts';
import { PageHub } from '../../../../hal/profiles/web/page-hub.ts';
import { createWebProfile } from '../../../../hal/profiles/web/web-profile.ts';
import type { ServerMessage, Spoken, TerminalView } from '../../../../hal/profiles/web/wire.ts';
import { type ClipPack, openClipPack } from '../../../../hal/speaker/clip-pack.ts';
import { soundMs } from '../../../../hal/speaker/sentence-sound.ts';
import { readWave } from '../../../../hal/speaker/wave-file.ts';

const routes = suite('hal/profiles/web/clip-routes');
const pack = openClipPack(fileURLToPath(new URL('../../../../assets/clips/zh-CN', import.meta.url)), 'zh-CN');
const { path } = clipShelf(pack);
const paid = voiceFor('zh-CN').paid('wechat', 2005);
const never = () => new AbortController().signal;

routes('a page gets the list of recordings, and each as sound that it may keep', async () => {
  const app = clipRoutes(pack);
  const ids = (await (await app.request(`${path}ids.json`)).json()) as string[];
  assert.equal(ids, pack.ids);
  const answer = await app.request(`${path}wechat-paid.wav`);
  assert.is(answer.status, 200);
  assert.is(answer.headers.get('content-type'), 'audio/wav');
  assert.match(answer.headers.get('cache-control') ?? '', 'immutable');
  const { samples } = readWave(new Uint8Array(await answer.arrayBuffer()));
  assert.is(samples.length, pack.samples('wechat-paid').length);
});

routes('only what the pack lists can be asked for', async () => {
  const app = clipRoutes(pack);
  const paths = [
    'nothing.wav',
    'pack.json',
    '../pack.json',
    '..%2f..%2fpackage.json',
    '%2e%2e/en/n-0.wav',
    '__proto__.wav',
  ];
  for (const file of paths) assert.is((await app.request(`${path}${file}`)).status, 404, file);
  assert.is((await app.request('/clips/0123456789abcdef/n-0.wav')).status, 404, 'another pack');
});

routes('the served page knows where the recordings are, without any it knows that there are none', async () => {
  const options = { host: '127.0.0.1', port: 0, clock: new VirtualClock(), version: '1.2.3' };
  const profile = await createWebProfile({ ...options, clips: pack });
  const view = (await (await fetch(new URL('/api/view', profile.url))).json()) as TerminalView;
  assert.equal(view.clips, { path, sampleRate: 16_000 });
  const answer = await fetch(new URL(`${path}n-0.wav`, profile.url));
  assert.is(answer.status, 200);
  assert.match(answer.headers.get('cache-control') ?? '', 'immutable');
  assert.is(answer.headers.get('x-content-type-options'), 'nosniff');
  await profile.devices.close();
  const mute = await createWebProfile(options);
  assert.is(((await (await fetch(new URL('/api/view', mute.url))).json()) as TerminalView).clips, null);
  assert.is((await fetch(new URL(`${path}n-0.wav`, mute.url))).status, 404);
  await mute.devices.close();
});

/** What a page is told of one sentence. */
async function told(withPack: ClipPack | null, sentence = paid): Promise<Spoken> {
  const clock = new VirtualClock();
  const hub = new PageHub(clock, { screen: null, caption: null } as TerminalView);
  const messages: ServerMessage[] = [];
  hub.connect((message) => messages.push(message));
  const speaker = new BrowserSpeaker(hub, clock, withPack);
  const spoken = speaker.speak({ job: 'v1', sentence, order: null, refund: null }, never());
  const message = messages.find(({ is }) => is === 'voice');
  if (message?.is !== 'voice') throw new Error('the page was told nothing');
  speaker.report(message.spoken.id);
  await spoken;
  hub.close();
  return message.spoken;
}

routes('a recorded sentence comes with its clips, its pauses and its true length', async () => {
  const spoken = await told(pack);
  assert.equal(
    spoken.parts?.map(({ clip }) => clip),
    paid.clips,
  );
  assert.is(spoken.parts?.[0]?.pauseMs, 200, 'the comma behind the result');
  assert.is(spoken.estimateMs, Math.ceil(soundMs(paid, pack) ?? 0));
});

routes('a sentence that is not recorded whole is left to the page’s own voice', async () => {
  for (const spoken of [await told(null), await told(pack, { text: paid.text, clips: ['wechat-paid', 'hello'] })]) {
    assert.is(spoken.parts, null);
    assert.is(spoken.estimateMs, estimateSpokenMs(paid.text));
  }
});

routes.run();
