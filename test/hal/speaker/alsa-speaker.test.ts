import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { AlsaSpeaker, type AlsaSpeakerOptions } from '../../../hal/speaker/alsa-speaker.ts';
import { openClipPack } from '../../../hal/speaker/clip-pack.ts';
import { pcmBytes, sentenceSound } from '../../../hal/speaker/sentence-sound.ts';
import { SimulatedSpeaker } from '../../../hal/speaker/simulated-speaker.ts';
import { never, PAID, speakerContract } from './speaker-contract.ts';

const alsa = suite('hal/speaker/alsa-speaker');

const folder = mkdtempSync(join(tmpdir(), 'till-speaker-'));
const pack = openClipPack(new URL('../../../assets/clips/zh-CN', import.meta.url).pathname, 'zh-CN');
const hasAplay = spawnSync('aplay', ['--version']).status === 0;
let count = 0;

/** A player of our own in the place of `aplay`; `script` is what it does, `$0.started` may be written to say that it runs. */
function player(script: string): string {
  count += 1;
  const file = join(folder, `player-${count}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

const speakerOn = (program: string, more: Partial<AlsaSpeakerOptions> = {}): AlsaSpeaker =>
  new AlsaSpeaker({ pack, clock: new SystemClock(), program, ...more });

/** Resolves with the player's process id when it runs. */
function started(program: string): Promise<number> {
  const file = `${program}.started`;
  return new Promise((resolve) => {
    const look = (): void => {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      if (!text.endsWith('\n')) return;
      watcher.close();
      resolve(Number(text));
    };
    // Not persistent: a player that is never started must not keep the test's process alive.
    const watcher = watch(folder, { persistent: false }, look);
    look();
  });
}

/** Plays until it is killed: the pipe is read, then the card drains for ever. */
const ENDLESS = 'cat > /dev/null; echo $$ > "$0.started"; exec sleep 600';

function isRunning(pid: number): boolean {
  try {
    // A killed process stays in the table until its parent has asked for its end.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

alsa.after(() => rmSync(folder, { recursive: true, force: true }));

speakerContract(alsa, 'a player in aplay’s place', {
  open: () => speakerOn(player('exec cat > /dev/null')),
  openEndless: () => {
    const program = player(ENDLESS);
    return { speaker: speakerOn(program), speaking: started(program).then(() => {}) };
  },
});

speakerContract(alsa, 'the simulated speaker', {
  open: () => new SimulatedSpeaker({ clock: new VirtualClock() }),
  openEndless: () => ({
    speaker: new SimulatedSpeaker({ clock: new VirtualClock(), spokenMs: () => 60_000 }),
    speaking: Promise.resolve(),
  }),
});

// Where ALSA is missing, the player in its place has shown everything but ALSA itself.
if (hasAplay) {
  alsa('ALSA itself takes a sentence, and names a sound card that is not there', async () => {
    await speakerOn('aplay', { device: 'null' }).speak(PAID, never());
    const missing = speakerOn('aplay', { device: 'no-such-card' });
    const error = await missing.speak(PAID, never()).catch((reason: unknown) => reason);
    assert.ok(isFailure(error, 'speaker.failed'));
    assert.match(error.message, /^"aplay" on "no-such-card" ended with 1: aplay: .*open error/);
  });
}

alsa('the player gets the card, the format and every sample of the sentence', async () => {
  const program = player('echo "$@" > "$0.arguments"; exec cat > "$0.pcm"');
  await speakerOn(program, { device: 'plughw:1', volume: 50 }).speak(PAID, never());
  const given = readFileSync(`${program}.arguments`, 'utf8');
  assert.is(given, '-q -D plughw:1 -t raw -f S16_LE -c 1 -r 16000 -\n');
  const pcm = pcmBytes(sentenceSound(PAID.sentence, pack), 50);
  assert.is(Buffer.compare(readFileSync(`${program}.pcm`), pcm), 0);
});

alsa('the volume is in the samples: half of it is a quarter of the level, none is silence', async () => {
  const sound = sentenceSound(PAID.sentence, pack);
  const peak = (volume: number): number => {
    const pcm = pcmBytes(sound, volume);
    return Math.max(...Array.from(new Int16Array(pcm.buffer), Math.abs));
  };
  assert.ok(Math.abs(peak(50) - peak(100) / 4) <= 1);
  assert.is(peak(0), 0);
});

alsa('a silenced player is gone before the speaker says so', async () => {
  const program = player(ENDLESS);
  const silence = new AbortController();
  const told = speakerOn(program)
    .speak(PAID, silence.signal)
    .catch((reason: unknown) => reason);
  const pid = await started(program);
  assert.ok(isRunning(pid));
  silence.abort('a result');
  assert.is(await told, 'a result');
  assert.not(isRunning(pid));
});

alsa('a player that never ends is killed when its time is over, and is named', async () => {
  const program = player(ENDLESS);
  const clock = new VirtualClock();
  const told = speakerOn(program, { clock })
    .speak(PAID, never())
    .catch((error: unknown) => error);
  const pid = await started(program);
  // Past the sentence and its grace, not past the time that the kernel has for the kill.
  clock.advance(7_000);
  const error = await told;
  assert.ok(isFailure(error, 'speaker.failed'));
  assert.match(error.message, /player-\d+" did not end within \d+ ms$/);
  assert.not(isRunning(pid));
  assert.is(clock.pending, 0);
});

alsa('a player that fails is quoted, one that is not installed gets its remedy', async () => {
  const busy = player('echo "ALSA lib noise" >&2; echo "aplay: device or resource busy" >&2; exit 1');
  const error = await speakerOn(busy)
    .speak(PAID, never())
    .catch((reason: unknown) => reason);
  assert.ok(isFailure(error, 'speaker.failed'));
  assert.match(error.message, /ended with 1: aplay: device or resource busy$/);
  assert.is(error.retryable, true);
  const none = await speakerOn(join(folder, 'no-player'))
    .speak(PAID, never())
    .catch((reason: unknown) => reason);
  assert.ok(isFailure(none, 'speaker.failed'));
  assert.match(none.message, /no-player" is not installed \(Debian package alsa-utils\)$/);
});

alsa('a sentence with a clip that nobody recorded fails by name and starts no player', async () => {
  const program = player(ENDLESS);
  const sentence = { text: '你好', clips: ['hello', 'n-1'] };
  const error = await speakerOn(program)
    .speak({ ...PAID, sentence }, never())
    .catch((reason: unknown) => reason);
  assert.ok(isFailure(error, 'speaker.failed'));
  assert.is(error.message, 'the clip pack has no recording for "hello"');
  assert.not(existsSync(`${program}.started`));
});

alsa.run();
