import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openShippedGlyphs } from '../bin/start/glyph-packs.ts';
import { paperSetting } from '../bin/start/paper-setting.ts';
import { screenOf } from '../domain/screens/screen-of.ts';
import type { Locale } from '../domain/sentence.ts';
import { isBlackDot, type Bitmap } from '../hal/printer/bitmap.ts';
import { encodeSlip } from '../hal/printer/escpos/encode.ts';
import { pictureOf } from '../hal/printer/escpos/picture.ts';
import { PRINTER_PROFILES, type PrinterModel, PROFILE_58MM } from '../hal/printer/escpos/profile.ts';
import { drawPage } from '../hal/screen/draw-page.ts';
import { layOut, type ScreenDots } from '../hal/screen/layout.ts';
import { sampleSlips } from '../test/support/sample-slips.ts';
import { everyView } from '../test/support/sample-views.ts';
import { commandLine, refuse } from './command-line.ts';

const LOCALES: readonly Locale[] = ['zh-CN', 'en'];
const GAP = 8;
const CAPTION = 12;

/** A drawn page and what it shows. */
interface Tile {
  readonly caption: string;
  readonly picture: Bitmap;
}

const USAGE = `Usage: npm run pictures -- [--size WxH] [--out DIR]

Draws every page of every screen and every slip, in both languages, on contact sheets (SVG) to look at.

Options:
  --size WxH   of the display in dots, 64x32 or more (default 128x64)
  --out DIR    where they go (default dist/pictures)
  --help       this text

Exit codes: 0 when they are drawn, 2 for options that cannot be understood.
`;

function readOptions() {
  const { values } = commandLine(USAGE, {
    options: { out: { type: 'string', default: 'dist/pictures' }, size: { type: 'string', default: '128x64' } },
  });
  const [, width = 0, height = 0] = (/^(\d{1,4})x(\d{1,4})$/.exec(values.size) ?? []).map(Number);
  if (width < 64 || height < 32) refuse(USAGE, `--size must be like 320x240, 64x32 or more, not "${values.size}"`);
  return { ...values, width, height };
}

function dotsPath({ width, height, bytes }: Bitmap): string {
  const isSet = (x: number, y: number): boolean => x < width && isBlackDot({ width, height, bytes }, x, y);
  let path = '';
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isSet(x, y)) continue;
      const from = x;
      while (isSet(x + 1, y)) x += 1;
      path += `M${from} ${y}h${x + 1 - from}v1h-${x + 1 - from}z`;
    }
  }
  return path;
}

/** All pages of all screens on one sheet, as an SVG picture. */
function contactSheet(tiles: readonly Tile[], { width, height }: ScreenDots): string {
  const across = Math.max(1, Math.floor(1400 / (width + GAP)));
  const down = Math.ceil(tiles.length / across);
  const [sheetWidth, sheetHeight] = [across * (width + GAP) + GAP, down * (height + GAP + CAPTION) + GAP];
  const drawn = tiles.map(({ caption, picture }, at) => {
    const [x, y] = [GAP + (at % across) * (width + GAP), GAP + Math.trunc(at / across) * (height + GAP + CAPTION)];
    return (
      `<g transform="translate(${x} ${y})"><text y="9" font-family="sans-serif" font-size="9" fill="#9ab">${caption}</text>` +
      `<g transform="translate(0 ${CAPTION})"><rect width="${width}" height="${height}" fill="#dfe8d0"/>` +
      `<path shape-rendering="crispEdges" d="${dotsPath(picture)}"/></g></g>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${sheetWidth}" height="${sheetHeight}">` +
    `<rect width="100%" height="100%" fill="#234"/>${drawn.join('')}</svg>\n`
  );
}

/** Slips side by side, each as the paper that comes out of the printer. */
function slipSheet(locale: Locale, model: PrinterModel): string {
  const { profile = PROFILE_58MM, rasterise = null } = paperSetting({ printer: { model, copies: 'customer' } });
  let [x, bottom] = [GAP, 0];
  const drawn = Object.values(sampleSlips(locale)).map((slip) => {
    const svg = pictureOf(encodeSlip(slip, profile, rasterise), profile);
    const [, width = 0, height = 0] = (/width="(\d+)" height="(\d+)"/.exec(svg) ?? []).map(Number);
    const placed = svg.replace('<svg ', `<svg x="${x}" y="${GAP}" `);
    x += width + GAP;
    bottom = Math.max(bottom, height);
    return placed;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${x}" height="${bottom + 2 * GAP}">` +
    `<rect width="100%" height="100%" fill="#678"/>${drawn.join('')}</svg>\n`
  );
}

function screenTiles(locale: Locale, dots: ScreenDots): Tile[] {
  const glyphs = openShippedGlyphs(16);
  const drawn = everyView().flatMap((view) => {
    const pages = layOut(screenOf(view, locale), dots);
    return pages.map((page, at) => ({
      caption: pages.length === 1 ? view.name : `${view.name} ${at + 1}/${pages.length}`,
      picture: drawPage(page, dots, glyphs),
    }));
  });
  // Screens that differ on a later page only have their first page in common.
  const byDots = new Map(drawn.map((tile) => [Buffer.from(tile.picture.bytes).toString('latin1'), tile]));
  return [...byDots.values()];
}

function drawAll({ out, size, width, height }: ReturnType<typeof readOptions>): void {
  const folder = resolve(out);
  mkdirSync(folder, { recursive: true });
  for (const locale of LOCALES) {
    const path = join(folder, `screens-${size}-${locale}.svg`);
    const tiles = screenTiles(locale, { width, height });
    writeFileSync(path, contactSheet(tiles, { width, height }));
    console.log(`${path}: ${tiles.length} pages`);
    for (const model of Object.keys(PRINTER_PROFILES) as PrinterModel[]) {
      const slips = join(folder, `slips-${model}-${locale}.svg`);
      writeFileSync(slips, slipSheet(locale, model));
      console.log(slips);
    }
  }
}

drawAll(readOptions());
