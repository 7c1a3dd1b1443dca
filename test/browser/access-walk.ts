import type { Browser } from 'playwright-core';
import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import { accessFindings } from '../support/access-findings.ts';
import { ConsoleTour, type TourStop } from '../support/console-tour.ts';
import { findChromium, startChromium } from './chromium.ts';

/** What a walk for accessibility needs. */
export interface AccessWorld {
  browser: Browser;
  tour: ConsoleTour;
}

/** Fewer pages than this would be a walk that misses its pages. */
const STOPS_MIN = 7;

/** Adds to `access` a walk over the console's pages that `isMine` picks: WCAG AA in both themes, and no mouse. */
export function walkForAccess(access: Test<AccessWorld>, name: string, isMine: (stop: TourStop) => boolean): void {
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
  inBrowser(name, async ({ tour }) => {
    const stops = tour.stops.filter(isMine);
    assert.ok(stops.length >= STOPS_MIN, `${stops.length} pages`);
    assert.equal(await accessFindings(tour, stops), []);
  });
}
