import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RunOnly } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConsoleTour } from '../support/console-tour.ts';
import { findChromium, startChromium } from './chromium.ts';

interface World {
  browser: Browser;
  tour: ConsoleTour;
}

const access = suite<World>('test/browser/console-access');
const executable = findChromium();
/** Without a browser on the machine these stay untested, and the report says so. */
const inBrowser = executable === null ? access.skip : access;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Pages are met in turn in Chinese and light, and in English and dark; each then shows its other theme. */
const LOOKS: readonly BrowserContextOptions[] = [
  { locale: 'zh-CN', colorScheme: 'light' },
  { locale: 'en-GB', colorScheme: 'dark' },
];
/** More than any page of the tour has. */
const TABS_MAX = 300;

access.before(async (context) => {
  if (executable === null) return;
  context.browser = await startChromium(executable);
  context.tour = await ConsoleTour.open(context.browser);
});

access.after(async ({ browser, tour }) => {
  await browser?.close();
  await tour?.close();
});

/** What breaks the rules on a page, each as one line. */
async function violationsOf(page: Page, runOnly: RunOnly): Promise<string[]> {
  const violations = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    return (await axe.run(document, { runOnly: only, resultTypes: ['violations'] })).violations;
  }, runOnly);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id} ${target.join(' ')}: ${failureSummary.split('\n')[1] ?? ''}`),
  );
}

/** Puts on the other theme, without a page between. */
function wearOther(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { dataset } = document.documentElement;
    dataset['theme'] = dataset['theme'] === 'dark' ? 'light' : 'dark';
  });
}

/** Everything that can be used and that Tab does not come to, or that does not show that it has the focus. */
async function unreachable(page: Page): Promise<string[]> {
  const wanted = await page.evaluate(() => {
    const usable = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea, summary';
    const root = document.querySelector('dialog[open]') ?? document;
    // A list that is walked by its own keys has one place for the focus.
    const all = [...root.querySelectorAll<HTMLElement>(usable)].filter(
      (one) => one.tabIndex >= 0 && one.checkVisibility(),
    );
    all.forEach((one, index) => (one.dataset['wanted'] = String(index)));
    return all.map((one) => `${one.tagName} ${one.textContent.slice(0, 40)}`);
  });
  const seen = new Set<string>();
  const dim: string[] = [];
  for (let tabs = 0; tabs < TABS_MAX && seen.size < wanted.length; tabs += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      if (!(one instanceof HTMLElement) || one.dataset['wanted'] === undefined) return null;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      const isShown = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      return { index: one.dataset['wanted'], isShown };
    });
    if (at === null) continue;
    seen.add(at.index);
    if (!at.isShown) dim.push(`${wanted[Number(at.index)]}: no sign of the focus`);
  }
  return [...dim, ...wanted.filter((_, index) => !seen.has(String(index))).map((name) => `${name}: not reached`)];
}

inBrowser(
  'every page meets WCAG AA in both themes, and all of it is reached by the keyboard and shows the focus',
  async ({ tour }) => {
    const broken: string[] = [];
    for (const [index, stop] of tour.stops.entries()) {
      const { page } = await tour.go(stop, LOOKS[index % LOOKS.length]);
      await page.evaluate(AXE);
      const found = await violationsOf(page, { type: 'tag', values: STANDARD });
      await wearOther(page);
      found.push(...(await violationsOf(page, { type: 'rule', values: ['color-contrast'] })));
      found.push(...(await unreachable(page)));
      broken.push(...found.map((one) => `${stop.name}: ${one}`));
      await page.context().close();
    }
    assert.equal(broken, []);
  },
);

access.run();
