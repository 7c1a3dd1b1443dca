import { type Browser, chromium } from 'playwright-core';
import { findChromium as findChromiumIn } from '../../scripts/chromium.ts';

/** The browser of this machine: `TILL_CHROMIUM`, else the first that is installed; null when there is none. */
export function findChromium(): string | null {
  return findChromiumIn(process.env);
}

/** Starts it without anything that talks to anybody but the page under test. */
export function startChromium(executablePath: string, more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
