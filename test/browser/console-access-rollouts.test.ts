import type { Browser } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { accessFindings } from '../support/access-findings.ts';
import { PATHS } from '../../fleet/console/paths.ts';
import { ConsoleTour } from '../support/console-tour.ts';
import { findChromium, startChromium } from './chromium.ts';

interface World {
  browser: Browser;
  tour: ConsoleTour;
}

const access = suite<World>('test/browser/console-access-rollouts');
const executable = findChromium();
/** Without a browser on the machine these stay untested, and the report says so. */
const inBrowser = executable === null ? access.skip : access;

access.before(async (context) => {
  if (executable === null) return;
  context.browser = await startChromium(executable);
  context.tour = await ConsoleTour.open(context.browser);
});

access.after(async ({ browser, tour }) => {
  await browser?.close();
  await tour?.close();
});

inBrowser(
  'the pages and dialogs of upgrades and configuration meet WCAG AA in both themes and need no mouse',
  async ({ tour }) => {
    const stops = tour.stops.filter(({ path }) => {
      return path.startsWith(PATHS.campaigns) || path.startsWith(PATHS.configuration);
    });
    assert.ok(stops.length > 6);
    assert.equal(await accessFindings(tour, stops), []);
  },
);

access.run();
