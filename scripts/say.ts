import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFailure } from '../domain/failure.ts';
import { fenOfTyped } from '../domain/fen.ts';
import { PLATFORMS } from '../domain/platform.ts';
import type { Locale } from '../domain/sentence.ts';
import { voiceFor } from '../domain/voice/voice.ts';
import { SystemClock } from '../hal/clock/system-clock.ts';
import { AlsaSpeaker } from '../hal/speaker/alsa-speaker.ts';
import { openClipPack } from '../hal/speaker/clip-pack.ts';
import { pcmBytes, sentenceSound, soundMs } from '../hal/speaker/sentence-sound.ts';
import { pcmWave } from './clip-pack/wave-writer.ts';
import { commandLine } from './command-line.ts';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const USAGE = `Usage: npm run say -- AMOUNT [--platform wechat|alipay] [--locale zh-CN|en] [--clips FOLDER]
                        [--out FILE.wav | --device NAME]

Says that AMOUNT yuan were received, to listen to a clip pack: through ALSA, or into a file with --out.
`;

const { values, positionals } = commandLine(USAGE, {
  allowPositionals: true,
  options: {
    platform: { type: 'string', default: 'wechat' },
    locale: { type: 'string', default: 'zh-CN' },
    clips: { type: 'string' },
    out: { type: 'string' },
    device: { type: 'string', default: 'default' },
  },
});
const [amount] = positionals;
const platform = PLATFORMS.find((name) => name === values.platform);
const locale = (['zh-CN', 'en'] as const).find((name: Locale) => name === values.locale);
if (amount === undefined || !/^\d{1,8}(\.\d{1,2})?$/.test(amount) || platform === undefined || locale === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const pack = openClipPack(resolve(values.clips ?? join(PROJECT, 'assets/clips', locale)), locale);
  const sentence = voiceFor(locale).paid(platform, fenOfTyped(amount));
  console.log(`${sentence.text} (${Math.round(soundMs(sentence, pack) ?? 0)} ms)`);
  if (values.out === undefined) {
    const speaker = new AlsaSpeaker({ pack, clock: new SystemClock(), device: values.device, volume: 100 });
    const announcement = { job: 'say', sentence, order: null, refund: null };
    await speaker.speak(announcement, new AbortController().signal).catch((error: unknown) => {
      console.error(isFailure(error) ? error.message : error);
      process.exitCode = 1;
    });
  } else writeFileSync(values.out, pcmWave(pcmBytes(sentenceSound(sentence, pack)), pack.sampleRate));
}
