import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { findChromium, startChromium } from '../test/browser/chromium.ts';
import { ConsoleTour } from '../test/support/console-tour.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run console-tour -- --out DIR [--only NAME,…]

Every page of the console, with everything in it that an operator can meet, as pictures to look at: Chinese and light,
English and dark. Takes some minutes.
`;
const LOOKS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['zh-light', { locale: 'zh-CN', colorScheme: 'light' }],
  ['en-dark', { locale: 'en-GB', colorScheme: 'dark' }],
];
const { values } = commandLine(USAGE, {
  options: { out: { type: 'string', default: 'console-tour' }, only: { type: 'string' } },
});
const executable = findChromium();
if (executable === null) throw new Error('no Chromium on this machine: set TILL_CHROMIUM');
mkdirSync(values.out, { recursive: true });
const browser = await startChromium(executable);
const tour = await ConsoleTour.open(browser);
const wanted = values.only?.split(',');
try {
  for (const stop of tour.stops.filter(({ name }) => wanted?.includes(name) ?? true)) {
    for (const [look, options] of LOOKS) {
      const { page, faults } = await tour.go(stop, { viewport: { width: 1360, height: 900 }, ...options });
      await page.screenshot({ path: join(values.out, `${stop.name}-${look}.png`), fullPage: true });
      await page.context().close();
      console.log(stop.name, look, faults.join(' | '));
    }
  }
} finally {
  await browser.close();
  await tour.close();
}
