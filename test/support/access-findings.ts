import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RunOnly } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { ConsoleTour, TourStop } from './console-tour.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Pages are met in turn in Chinese and light, and in English and dark; each then shows its other theme. */
const LOOKS: readonly BrowserContextOptions[] = [
  { locale: 'zh-CN', colorScheme: 'light' },
  { locale: 'en-GB', colorScheme: 'dark' },
];
/** Places outside of the page where Tab comes by: lists that scroll, the browser itself. */
const SPARE_TABS = 5;

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

/** In the browser: numbers everything that can be used, and notes what has had the focus and did not show it. */
function watchFocus(): number {
  const usable = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea, summary';
  const root = document.querySelector('dialog[open]') ?? document;
  // A list that is walked by its own keys has one place for the focus.
  const wanted = [...root.querySelectorAll<HTMLElement>(usable)].filter(
    (one) => one.tabIndex >= 0 && one.checkVisibility(),
  );
  const seen = new Set<HTMLElement>();
  const dim = new Set<HTMLElement>();
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement) || !wanted.includes(target)) return;
    seen.add(target);
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(target);
    if ((outlineStyle === 'none' || outlineWidth === '0px') && boxShadow === 'none') dim.add(target);
  });
  const nameOf = (one: HTMLElement): string => `${one.tagName} ${one.textContent.slice(0, 40)}`;
  // What follows the newest transition is gone, or gives its place in the order of Tab on, while somebody walks.
  const report = (): string[] => [
    ...wanted
      .filter((one) => one.isConnected && one.tabIndex >= 0 && !seen.has(one))
      .map((one) => `${nameOf(one)}: not reached`),
    ...[...dim].map((one) => `${nameOf(one)}: no sign of the focus`),
  ];
  Object.assign(globalThis, { focusReport: report });
  return wanted.length;
}

/** Everything that can be used and that Tab does not come to, or that does not show that it has the focus. */
async function unreachable(page: Page): Promise<string[]> {
  const report = () => page.evaluate(() => (globalThis as unknown as { focusReport: () => string[] }).focusReport());
  const count = await page.evaluate(watchFocus);
  // What has the focus already is come to again on the second way round.
  for (let tabs = 0; tabs < count + SPARE_TABS; tabs += 1) await page.keyboard.press('Tab');
  for (let tabs = 0; tabs < count + SPARE_TABS && (await report()).length > 0; tabs += 1) {
    await page.keyboard.press('Tab');
  }
  return report();
}

/**
 * What is wrong with pages of the tour for those who see little or use no mouse: WCAG AA in both themes by axe-core, everything reached by
 * Tab, the focus seen. One line for each finding.
 */
export async function accessFindings(tour: ConsoleTour, stops: readonly TourStop[]): Promise<string[]> {
  const broken: string[] = [];
  for (const [index, stop] of stops.entries()) {
    const { page } = await tour.go(stop, LOOKS[index % LOOKS.length]);
    await page.evaluate(AXE);
    const found = await violationsOf(page, { type: 'tag', values: STANDARD });
    await wearOther(page);
    found.push(...(await violationsOf(page, { type: 'rule', values: ['color-contrast'] })));
    found.push(...(await unreachable(page)));
    broken.push(...found.map((one) => `${stop.name}: ${one}`));
    await page.context().close();
  }
  return broken;
}
