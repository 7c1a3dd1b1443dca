import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openShippedGlyphs } from '../../../bin/start/glyph-packs.ts';
import { screenOf } from '../../../domain/screens/screen-of.ts';
import { voiceFor } from '../../../domain/voice/voice.ts';
import { isBlackDot } from '../../../hal/printer/bitmap.ts';
import { drawPage } from '../../../hal/screen/draw-page.ts';
import { layOut } from '../../../hal/screen/layout.ts';
import { openClipPack } from '../../../hal/speaker/clip-pack.ts';
import { pcmBytes, sentenceSound } from '../../../hal/speaker/sentence-sound.ts';
import { readPpm, shows } from '../../../scripts/lab/display.ts';
import { keystrokes } from '../../../scripts/lab/hid-keys.ts';
import { hear } from '../../../scripts/lab/voice.ts';

const senses = suite('scripts/lab/senses');
const folder = mkdtempSync(join(tmpdir(), 'till-lab-'));
const glyphs = openShippedGlyphs(16);
const pack = openClipPack(new URL('../../../assets/clips/zh-CN', import.meta.url).pathname, 'zh-CN');
const speech = voiceFor('zh-CN');
senses.after(() => rmSync(folder, { recursive: true, force: true }));

/** The picture that QEMU would take of a display of these dots. */
function screenshot(dots: { readonly width: number; readonly height: number }): string {
  const [page] = layOut(screenOf({ name: 'unconfigured', note: 'none' }, 'zh-CN'), dots);
  assert.ok(page !== undefined);
  const drawn = drawPage(page, dots, glyphs);
  const body = Buffer.alloc(dots.width * dots.height * 3, 0x40);
  for (let at = 0; at < dots.width * dots.height; at += 1) {
    if (isBlackDot(drawn, at % dots.width, Math.trunc(at / dots.width))) body.fill(0xf0, at * 3, at * 3 + 3);
  }
  const path = join(folder, `${dots.width}.ppm`);
  writeFileSync(path, Buffer.concat([Buffer.from(`P6\n${dots.width} ${dots.height}\n255\n`), body]));
  return path;
}

senses('what stands on a display is read in every size, and nothing else is', () => {
  for (const dots of [
    { width: 128, height: 64 },
    { width: 320, height: 240 },
    { width: 480, height: 320 },
  ]) {
    const picture = readPpm(screenshot(dots));
    assert.ok(shows(picture, '终端未配置', glyphs), `${dots.width}`);
    assert.not.ok(shows(picture, '配置成功', glyphs), `${dots.width}`);
  }
  writeFileSync(join(folder, 'no.ppm'), 'P5\n');
  assert.throws(() => readPpm(join(folder, 'no.ppm')), /is no picture/);
});

senses('a sentence is heard to the bit behind a silence of any length, with a hole where the card ran dry', () => {
  const sound = Buffer.from(pcmBytes(sentenceSound(speech.paid('wechat', 2005), pack), 80));
  const middle = Math.trunc(sound.length / 4) * 2;
  const parts = [Buffer.alloc(12_346), sound.subarray(0, middle), Buffer.alloc(800), sound.subarray(middle)];
  const whole = hear(Buffer.concat([parts[0] ?? sound, sound]), speech.paid('wechat', 2005), pack);
  assert.is(whole.found, whole.pieces);
  assert.ok(whole.pieces > 50);
  const holed = hear(Buffer.concat(parts), speech.paid('wechat', 2005), pack);
  assert.ok(holed.found >= whole.pieces - 2 && holed.found <= whole.pieces, JSON.stringify(holed));
  const other = hear(sound, speech.paid('alipay', 660), pack);
  assert.ok(other.found < 0.5 * other.pieces, JSON.stringify(other));
  assert.is(hear(Buffer.alloc(64_000), speech.paid('wechat', 2005), pack).found, 0);
});

senses('keystrokes are those of a US keyboard, and a character without a key is refused', () => {
  assert.is(keystrokes('aA1\n'), '0.4 2.4 0.36 0.50');
  assert.throws(() => keystrokes('元'), /no key types/);
});

senses.run();
