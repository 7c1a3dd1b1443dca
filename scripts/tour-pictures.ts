import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Locale } from '../domain/sentence.ts';
import { findChromium, startChromium } from '../test/browser/chromium.ts';
import { DemoProcess } from '../test/support/demo-process.ts';
import { commandLine } from './command-line.ts';

const LOCALES: Readonly<Record<string, Locale>> = { en: 'en', zh: 'zh-CN' };
/** The labels of the demo's codes, as its page shows them. */
const CODES: Readonly<Record<Locale, { pays: string[]; lost: string[]; order: string[] }>> = {
  en: { pays: ['WeChat', 'pays'], lost: ['WeChat', 'lost'], order: ['Own order'] },
  'zh-CN': { pays: ['微信', '付款码'], lost: ['微信', '答复丢失'], order: ['本店订单'] },
};
/** Room for what sticks out of the terminal, in pixels. */
const MARGIN = 10;
const USAGE = `Usage: npm run tour-pictures -- [--out DIR]

Takes the pictures of the README's tour from the real demo: a sale, an unknown result and a refund, in both languages.

Options:
  --out DIR    where they go (default docs/pictures)
  --help       this text

Exit codes: 0 when they are taken, 1 without Chromium, 2 for options that cannot be understood.
`;

async function onScreen(page: Page, name: string): Promise<void> {
  await page.locator(`.screen[data-name="${name}"]`).waitFor({ timeout: 60_000 });
}

async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys.split(' ')) await page.keyboard.press(key);
}

async function scan(page: Page, words: readonly string[]): Promise<void> {
  const code = words.reduce((codes, word) => codes.filter({ hasText: word }), page.locator('.code'));
  await code.first().click();
}

/** One walk through the demo, a picture of the terminal at each station. */
async function walk(browser: Browser, locale: Locale, picture: (page: Page, station: string) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'till-tour-'));
  const demo = new DemoProcess(join(folder, 'demo'), ['--fast', '--locale', locale]);
  const codes = CODES[locale];
  try {
    const { page: address } = await demo.ready();
    const page = await browser.newPage({
      ...{ locale, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', deviceScaleFactor: 1 },
    });
    await page.goto(address);
    await onScreen(page, 'idle');
    await press(page, '2 0 . 0 5 Enter');
    await onScreen(page, 'present-code');
    await picture(page, 'code');
    await scan(page, codes.pays);
    await onScreen(page, 'paid');
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.slip-out img')?.naturalWidth);
    await picture(page, 'paid');
    await press(page, 'r');
    await onScreen(page, 'refund-scan');
    await scan(page, codes.order);
    await onScreen(page, 'refund-amount');
    await picture(page, 'refund');
    await press(page, 'Escape');
    await onScreen(page, 'idle');
    await press(page, '8 Enter');
    await onScreen(page, 'present-code');
    await scan(page, codes.lost);
    await onScreen(page, 'unknown');
    await picture(page, 'unknown');
    await page.close();
  } finally {
    await demo.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeAll(out: string): Promise<number> {
  const executable = findChromium();
  if (executable === null) {
    console.error('tour-pictures: no Chromium: install it (node scripts/ensure-browser.ts)');
    return 1;
  }
  mkdirSync(out, { recursive: true });
  const browser = await startChromium(executable);
  try {
    for (const [language, locale] of Object.entries(LOCALES)) {
      await walk(browser, locale, async (page, station) => {
        const path = join(out, `tour-${station}-${language}.png`);
        const stand = await page.locator('.stand').boundingBox();
        if (stand === null) throw new Error('the page shows no terminal');
        const { x, y, width, height } = stand;
        await page.screenshot({ path, clip: { x: x - MARGIN, y, width: width + 2 * MARGIN, height } });
        console.log(path);
      });
    }
    return 0;
  } finally {
    await browser.close();
  }
}

if (import.meta.main) {
  const { values } = commandLine(USAGE, { options: { out: { type: 'string', default: 'docs/pictures' } } });
  process.exitCode = await takeAll(resolve(values.out));
}
