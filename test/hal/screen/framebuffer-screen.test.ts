import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jsqr from 'jsqr';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { openShippedGlyphs } from '../../../bin/start/glyph-packs.ts';
import type { Screen } from '../../../domain/screen.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import { isBlackDot } from '../../../hal/printer/bitmap.ts';
import { drawPage } from '../../../hal/screen/draw-page.ts';
import { FramebufferScreen } from '../../../hal/screen/framebuffer-screen.ts';
import { layOut } from '../../../hal/screen/layout.ts';
import { FramebufferFile, type FramebufferSetting } from '../../support/framebuffer-file.ts';
import { IDLE, PAID, screenContract } from './screen-contract.ts';

const screen = suite('hal/screen/framebuffer-screen');
const glyphs = openShippedGlyphs(16);

const DISPLAYS: readonly FramebufferSetting[] = [
  { width: 128, height: 64, bitsPerPixel: 1 },
  { width: 240, height: 240, bitsPerPixel: 16 },
  { width: 320, height: 240, bitsPerPixel: 32, padding: 64 },
  { width: 480, height: 320, bitsPerPixel: 16 },
];

function startScreen(setting: FramebufferSetting = { width: 320, height: 240, bitsPerPixel: 16 }) {
  const file = new FramebufferFile(setting);
  const clock = new VirtualClock();
  const presences: Presence[] = [];
  const { path, sysfs } = file;
  const device = new FramebufferScreen({ path, glyphs, clock, sysfs, onPresence: (one) => presences.push(one) });
  return { file, clock, device, presences };
}

/** The dots that differ from the corner are ink: those of the page that the layout places, and no other. */
function assertShows(file: FramebufferFile, shown: Screen, page = 0): void {
  const { data, width, height } = file.picture();
  const expected = drawPage(
    layOut(shown, { width, height })[page] ?? { texts: [], code: null },
    { width, height },
    glyphs,
  );
  const colours = new Set<string>();
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      colours.add(`${isBlackDot(expected, x, y) ? 'ink' : 'paper'} ${data.slice(at, at + 3).join(',')}`);
    }
  }
  // One colour for ink, another for paper.
  assert.is(colours.size, 2, [...colours].join(' | '));
  assert.is(new Set([...colours].map((colour) => colour.split(' ')[1])).size, 2);
}

for (const setting of DISPLAYS) {
  const name = `${setting.width} × ${setting.height} with ${setting.bitsPerPixel} bits`;
  screenContract(screen, name, [IDLE, PAID], async () => {
    const { file, device } = startScreen(setting);
    return {
      device,
      shows: async (shown) => assertShows(file, shown),
      dispose: async () => {
        assert.ok(
          file.bytes().every((byte) => byte === 0),
          'a closed display is dark',
        );
        file.remove();
      },
    };
  });
}

screen('only rows that changed are written', async () => {
  const { file, device } = startScreen();
  device.show({ ...PAID, lines: ['收款成功', '微信支付'] });
  // A mark in the last row stays until that row is drawn anew.
  const marked = file.bytes();
  marked.writeUInt16LE(0xf81f, file.stride * 239);
  writeFileSync(file.path, marked);
  device.show({ ...PAID, lines: ['收款成功', '支付宝'] });
  assert.is(file.bytes().readUInt16LE(file.stride * 239), 0xf81f);
  device.show({ ...PAID, name: 'failed', lines: ['收款失败', '支付宝'] });
  assert.is.not(file.bytes().readUInt16LE(file.stride * 239), 0xf81f);
  await device.close();
  file.remove();
});

screen('a screen that has more than one page turns them, until another one is shown', async () => {
  const { file, clock, device } = startScreen({ width: 128, height: 64, bitsPerPixel: 1 });
  const long: Screen = {
    ...IDLE,
    lines: ['汇总', ...Array.from({ length: 8 }, (_, at) => `第${at + 1}行 12.00元 微信`)],
  };
  assert.ok(layOut(long, { width: 128, height: 64 }).length > 1);
  device.show(long);
  assertShows(file, long, 0);
  clock.advance(3_000);
  assertShows(file, long, 1);
  device.show(IDLE);
  clock.advance(30_000);
  assertShows(file, IDLE);
  await device.close();
  assert.is(clock.pending, 0);
  file.remove();
});

screen('a QR code is dark on light and is read off the display, on a small one that glows too', async () => {
  for (const setting of [
    { width: 128, height: 64, bitsPerPixel: 1 },
    { width: 320, height: 240, bitsPerPixel: 16 },
  ] as const) {
    const { file, device } = startScreen(setting);
    const text = '01000052000000183';
    device.show({ ...PAID, qr: text });
    const { data, width, height } = file.picture();
    const decode = jsqr as unknown as typeof jsqr.default;
    assert.is(decode(data, width, height, { inversionAttempts: 'dontInvert' })?.data, text);
    await device.close();
    file.remove();
  }
});

screen('a display that is not there stops nothing, and is named with its remedy', async () => {
  const clock = new VirtualClock();
  const presences: Presence[] = [];
  const path = '/dev/fb-of-no-display';
  const device = new FramebufferScreen({ path, glyphs, clock, onPresence: (one) => presences.push(one) });
  device.show(IDLE);
  device.show(PAID);
  clock.advance(60_000);
  assert.equal(presences, [
    { present: false, why: `${path} is not there: plug the display in, or correct devices.screen` },
  ]);
  await device.close();
  assert.is(clock.pending, 0);
});

screen('a display is opened again by itself', async () => {
  const file = new FramebufferFile({ width: 128, height: 64, bitsPerPixel: 1 });
  rmSync(file.path);
  const clock = new VirtualClock();
  const presences: boolean[] = [];
  const { path, sysfs } = file;
  const device = new FramebufferScreen({
    path,
    sysfs,
    glyphs,
    clock,
    onPresence: (one) => presences.push(one.present),
  });
  device.show(PAID);
  file.plugIn();
  clock.advance(1_000);
  assert.equal(presences, [false, true]);
  assertShows(file, PAID);
  await device.close();
  file.remove();
});

screen('a format that is not drawn is named', async () => {
  const file = new FramebufferFile({ width: 128, height: 64, bitsPerPixel: 1 });
  writeFileSync(join(file.sysfs, 'fb0', 'bits_per_pixel'), '8\n');
  const presences: Presence[] = [];
  const device = new FramebufferScreen({
    path: file.path,
    sysfs: file.sysfs,
    glyphs,
    clock: new VirtualClock(),
    onPresence: (one) => presences.push(one),
  });
  const why = `${file.path} cannot be used (8 bits a dot; the terminal draws 1, 16 and 32): check the display and devices.screen`;
  assert.equal(presences, [{ present: false, why }]);
  await device.close();
  file.remove();
});

screen.run();
