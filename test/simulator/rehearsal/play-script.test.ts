import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rehearsalMark } from '../../../domain/rehearsal-mark.ts';
import type { Screen, ScreenName } from '../../../domain/screen.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { HeadlessProfile } from '../../../hal/profiles/headless/headless-profile.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { createSandbox } from '../../../simulator/gateway/sandbox.ts';
import { DeviceCounter } from '../../../simulator/rehearsal/device-counter.ts';
import { playScript, type PlayedRow } from '../../../simulator/rehearsal/play-script.ts';
import { RehearsalDevices } from '../../../simulator/rehearsal/rehearsal-devices.ts';
import { BOTH_WALLETS, holds, type RehearsalRow } from '../../../simulator/rehearsal/row.ts';
import { Sighting } from '../../../simulator/rehearsal/sighting.ts';

const test = suite('simulator/rehearsal/play-script');

const WORDS = { 'zh-CN': '一行', en: 'a row' };
const screenNamed = (name: ScreenName): Screen => ({ name, lines: [name], order: null, amountFen: null });

function counterOn(signal: AbortSignal) {
  const clock = new VirtualClock();
  const sighting = new Sighting(clock, 5000, signal);
  const { devices: real } = new HeadlessProfile({ input: new PassThrough(), output: new PassThrough(), clock });
  const devices = new RehearsalDevices(real, rehearsalMark('en'), () => sighting.notice());
  const random = new SeededRandom('play-script');
  const sandbox = createSandbox({ clock, random });
  const counter = new DeviceCounter({
    ...{ locale: 'en', sandbox, subTerminalType: 1, devices, sighting, random, paceMs: 0 },
  });
  return { clock, counter, devices };
}

const row = (id: RehearsalRow['id'], play: RehearsalRow['play'], wallets = BOTH_WALLETS): RehearsalRow => ({
  id,
  words: WORDS,
  wallets,
  play,
});

const states = (played: readonly PlayedRow[]): string[] =>
  played.map(({ row: { id }, platform, state }) => `${id} ${platform ?? '-'} ${state}`);

test('a row that does not hold says why, and the next ones are played after the terminal came back', async () => {
  const signal = new AbortController().signal;
  const { counter, devices } = counterOn(signal);
  // This terminal goes home when it is told to.
  devices.devices.keypad.subscribe((key) => {
    if (key === 'cancel') devices.devices.screen.show(screenNamed('idle'));
  });
  const script = [
    row('C1', async (_, platform) => {
      devices.devices.screen.show(screenNamed('failed'));
      await counter.screen('failed');
      holds(platform === 'alipay', 'it was charged twice');
    }),
    row('C4', () => Promise.resolve(), []),
  ];
  const told: PlayedRow[] = [];
  const ask = (): Promise<boolean> => Promise.resolve(true);
  const played = await playScript({
    ...{ counter, script, clock: new SystemClock(), signal, ask },
    onPlayed: (one) => told.push(one),
  });
  assert.equal(states(played), ['C1 wechat failed', 'C1 alipay passed', 'C4 - passed']);
  assert.is(played[0]?.problem, 'it was charged twice');
  assert.equal(told, played);
});

test('what a terminal that never comes back did not get to is not called passed', async () => {
  const signal = new AbortController().signal;
  const { clock, counter, devices } = counterOn(signal);
  devices.devices.screen.show(screenNamed('paying'));
  // Its patience is over as soon as it asks for it.
  const impatient = devices.devices.keypad.subscribe(() => queueMicrotask(() => clock.advance(5000)));
  const script = [row('C1', () => Promise.reject(new Error('stuck'))), row('C2', () => Promise.resolve())];
  const ask = (): Promise<boolean> => Promise.resolve(true);
  const played = await playScript({ counter, script, clock, signal, ask, onPlayed: () => undefined });
  impatient();
  assert.equal(states(played), [
    'C1 wechat failed',
    'C1 alipay not-played',
    'C2 wechat not-played',
    'C2 alipay not-played',
  ]);
});

test('whoever ends the rehearsal ends it there', async () => {
  const signal = new AbortController().signal;
  const { clock, counter } = counterOn(signal);
  const script = [row('C1', () => Promise.resolve()), row('C2', () => Promise.resolve())];
  let asked = 0;
  const ask = (): Promise<boolean> => Promise.resolve((asked += 1) < 3);
  const played = await playScript({ counter, script, clock, signal, ask, onPlayed: () => undefined });
  assert.equal(states(played), [
    'C1 wechat passed',
    'C1 alipay passed',
    'C2 wechat not-played',
    'C2 alipay not-played',
  ]);
  assert.is(asked, 3);
});

test('a stop in the middle of a row is no failure of the row', async () => {
  const stopping = new AbortController();
  const { clock, counter } = counterOn(stopping.signal);
  const script = [
    row('C1', async () => {
      queueMicrotask(() => stopping.abort(new Error('stopped')));
      await counter.screen('paid');
    }),
  ];
  const ask = (): Promise<boolean> => Promise.resolve(true);
  const { signal } = stopping;
  const played = await playScript({ counter, script, clock, signal, ask, onPlayed: () => undefined });
  assert.equal(states(played), ['C1 wechat not-played', 'C1 alipay not-played']);
});

test('a screen that never comes is named, with what is there instead', async () => {
  const { clock, counter, devices } = counterOn(new AbortController().signal);
  devices.devices.screen.show(screenNamed('paying'));
  const waiting = counter.screen('paid', 'failed').catch((error: unknown) => String(error));
  clock.advance(5000);
  assert.is(await waiting, 'Error: the screen paid or failed never came: the screen shows "paying"');
});

test.run();
