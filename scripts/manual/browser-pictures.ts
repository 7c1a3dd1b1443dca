import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Locale } from '../../domain/sentence.ts';
import { DemoProcess } from '../../test/support/demo-process.ts';

/** The pages of a browser that the manual shows, in the order in which they are taken. */
export const BROWSER_PICTURES = [
  'terminal-idle',
  'terminal-code',
  'terminal-paid',
  'terminal-phone',
  'sandbox',
  'console',
] as const;

/** Of the demo's fleet: enough to fill a picture. */
const TERMINALS_SEEN = 30;
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };

async function onScreen(page: Page, name: string): Promise<void> {
  await page.locator(`.screen[data-name="${name}"]`).waitFor({ timeout: 60_000 });
}

async function sell(page: Page, locale: Locale): Promise<void> {
  for (const key of ['2', '0', '.', '0', '5', 'Enter']) await page.keyboard.press(key);
  await onScreen(page, 'present-code');
  const words = locale === 'zh-CN' ? ['微信', '付款码'] : ['WeChat', 'pays'];
  await words
    .reduce((codes, word) => codes.filter({ hasText: word }), page.locator('.code'))
    .first()
    .click();
  await onScreen(page, 'paid');
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.slip-out img')?.naturalWidth);
}

/** The overview, once the simulated terminals have been seen. */
async function consolePicture(page: Page, { signIn }: { readonly signIn: string }): Promise<Buffer> {
  await page.goto(signIn);
  await page.locator('.tiles a').nth(TERMINALS_SEEN).waitFor({ timeout: 60_000 });
  return page.screenshot();
}

/** Takes a sale in the real demo, from the idle screen to the slip, and the sandbox's book of it. */
export async function photographBrowser(browser: Browser, locale: Locale): Promise<ReadonlyMap<string, Buffer>> {
  const folder = mkdtempSync(join(tmpdir(), 'till-manual-'));
  const demo = new DemoProcess(join(folder, 'demo'), ['--fast', '--locale', locale], { fleet: true });
  const pictures = new Map<string, Buffer>();
  try {
    const { page: address, sandbox } = await demo.ready();
    const context = await browser.newContext({ locale, viewport: DESK, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(address);
    await onScreen(page, 'idle');
    pictures.set('terminal-idle', await page.screenshot());
    for (const key of ['2', '0', '.', '0', '5', 'Enter']) await page.keyboard.press(key);
    await onScreen(page, 'present-code');
    pictures.set('terminal-code', await page.screenshot());
    await page.keyboard.press('Escape');
    await onScreen(page, 'idle');
    await sell(page, locale);
    pictures.set('terminal-paid', await page.screenshot());
    await page.setViewportSize(PHONE);
    pictures.set('terminal-phone', await page.screenshot());
    await page.setViewportSize(DESK);
    await page.goto(sandbox);
    await page.waitForLoadState('networkidle');
    pictures.set('sandbox', await page.screenshot());
    pictures.set('console', await consolePicture(page, await demo.fleetReady()));
    await context.close();
    return pictures;
  } finally {
    await demo.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
