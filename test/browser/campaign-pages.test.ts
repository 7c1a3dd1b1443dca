import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { consolePages } from '../../fleet/console/console-pages.ts';
import { startFleetService, type FleetService } from '../../fleet/service/fleet-service.ts';
import { THE_SERVICE } from '../../fleet/service/state/audit-log.ts';
import { addToken } from '../../fleet/service/state/operators.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { CampaignBench, NEXT, NOT_STARTED, RELEASE_HASH } from '../support/campaign-bench.ts';
import { RecordingDownlink, silentLog } from '../support/fleet-parts.ts';
import { findChromium, startChromium } from './chromium.ts';

interface World {
  bench: CampaignBench;
  service: FleetService;
  browser: Browser;
  ann: Page;
  bob: Page;
  /** Reads Chinese. */
  cai: Page;
}

const test = suite<World>('browser/campaign-pages');
const clock = new SystemClock();
const random = new SystemRandom();

/** The bench's own worker has the terminals. */
class NoTerminals extends RecordingDownlink {
  async open(): Promise<void> {}
  async stopReading(): Promise<void> {}
  async close(): Promise<void> {}
}

test.before(async (world) => {
  const executable = findChromium();
  if (executable === null) throw new Error('no Chromium on this machine: install it, or set TILL_CHROMIUM');
  world.bench = await CampaignBench.open();
  const { store } = world.bench;
  world.service = await startFleetService({
    ...{ store, source: new NoTerminals(), clock, random, log: silentLog, roundMs: 3_600_000 },
    ...{ http: { host: '127.0.0.1', port: 0 }, pages: consolePages() },
  });
  const tids = await world.bench.terminals(12);
  for (const tid of tids) await world.bench.pay(tid, 12);
  await world.bench.pass(70_000);
  for (const tid of tids) await world.bench.pay(tid, 6);
  world.browser = await startChromium(executable);
  world.ann = await signIn(world, 'Ann');
  world.bob = await signIn(world, 'Bob');
  world.cai = await signIn(world, 'Cai', { locale: 'zh-CN', heading: '升级' });
});
test.after(async ({ browser, bench, service }) => {
  await browser.close();
  await service.close();
  await bench.close();
});

async function signIn(
  { bench, service, browser }: World,
  name: string,
  { locale, heading } = { locale: 'en-GB', heading: 'Upgrades' },
): Promise<Page> {
  const parts = { db: bench.store.db, random, nowMs: clock.wallMs() };
  const { token } = await addToken(parts, THE_SERVICE, { name, role: 'operator', expiresMs: null });
  const context: BrowserContext = await browser.newContext({
    locale,
    viewport: { width: 1280, height: 1000 },
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => assert.unreachable(error.message));
  await page.goto(`${service.url}/campaigns`);
  await page.fill('input[name=token]', token);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`h1:has-text("${heading}")`);
  return page;
}

/** Kept when somebody wants to look. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['TILL_PICTURES'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

test('an upgrade is written with preview and dry run, approved by another with the hash, watched, and stopped with its reason', async ({
  ann,
  bob,
  cai,
  bench,
}) => {
  await ann.click('button:has-text("New upgrade")');
  const fields = { name: 'Spring', version: NEXT, sha256: RELEASE_HASH, waves: 'a few', soak: '1', first: 'till-03' };
  for (const [name, value] of Object.entries(fields)) await ann.fill(`dialog input[name=${name}]`, value);
  await ann.waitForSelector('dialog [role=alert]:has-text("end with 100%")');
  await ann.fill('dialog input[name=waves]', '2, 100%');
  await ann.waitForSelector('dialog [data-preview="12"]:has-text("12 terminals")');
  await ann.click('dialog button[name="dry-run"]');
  await ann.waitForSelector('dialog .dry-run li[data-verdict]');
  await picture(ann, 'campaign-wizard');
  await ann.click('dialog button[type=submit]');
  await ann.waitForSelector('[data-state="draft"]');
  const path = new URL(ann.url()).pathname;

  await cai.goto(new URL(path, cai.url()).href);
  await cai.click('button:has-text("批准")');
  await cai.fill('dialog input[name=sha256]', 'cd'.repeat(32));
  await cai.click('dialog button[type=submit]');
  await cai.waitForSelector('.said:has-text("哈希与这次升级的不一致")');
  await picture(cai, 'refusal-zh');

  await ann.click('button:has-text("Approve")');
  await ann.fill('dialog input[name=sha256]', RELEASE_HASH);
  await ann.click('dialog button[type=submit]');
  await ann.waitForSelector('.said:has-text("a second operator must")');

  await bob.goto(new URL(path, bob.url()).href);
  await bob.click('button:has-text("Approve")');
  await bob.fill('dialog input[name=sha256]', 'cd'.repeat(32));
  await bob.click('dialog button[type=submit]');
  await bob.waitForSelector('.said:has-text("another release than this hash")');
  await bob.click('button:has-text("Approve")');
  await bob.fill('dialog input[name=sha256]', RELEASE_HASH);
  await bob.click('dialog button[type=submit]');
  await bob.waitForSelector('[data-state="approved"]');
  await bob.click('button:has-text("Start")');
  await bob.waitForSelector('[data-state="running"]');

  const [good, bad] = await bench.step();
  assert.ok(good !== undefined && bad !== undefined);
  await bench.upgrade(good);
  await bench.pay(good.tid, 12);
  await bench.pass(16_000);
  await bench.report(bad, 'download');
  await bench.report(bad, 'rolledback', NOT_STARTED);
  await bench.step();
  await bob.reload();
  await bob.waitForSelector('[data-state="stopped"]:has-text("1 terminal rolled back")');
  await bob.waitForSelector('.wave-chart[data-wave="0"] rect[data-place="ok"]');
  await bob.waitForSelector('.wave-chart[data-wave="0"] rect[data-place="failed"]');
  await bob.waitForSelector(`tr[data-tid="${bad.tid}"]:has-text("New version did not start")`);
  await bob.click(`tr[data-tid="${bad.tid}"] summary`);
  await bob.waitForSelector(`tr[data-tid="${bad.tid}"] .upgrade-steps li:has-text("rolled back")`);
  await picture(bob, 'campaign-stopped');

  await cai.goto(new URL(path, cai.url()).href);
  await cai.waitForSelector('[data-state="stopped"]:has-text("1 台已退回原版本")');
  await cai.waitForSelector(`tr[data-tid="${bad.tid}"]:has-text("新版本启动失败")`);
  await cai.click(`tr[data-tid="${bad.tid}"] summary`);
  await cai.waitForSelector(`tr[data-tid="${bad.tid}"] .upgrade-steps [title="${NOT_STARTED.why}"]`);
  await picture(cai, 'campaign-stopped-zh');

  await bob.click('button:has-text("Try failed ones again")');
  await bob.waitForSelector('.said:has-text("1 terminals are tried again")');
  await bob.click('button:has-text("Resume")');
  await bob.waitForSelector('[data-state="running"]');
  await bob.click('button:has-text("Pause")');
  await bob.waitForSelector('[data-state="paused"]');
  await bob.click('button:has-text("Abort")');
  await bob.click('dialog button.grave');
  await bob.waitForSelector('[data-state="aborted"]');
});

test('the list shows each upgrade with its state and its terminals, and nothing scrolls sideways on a phone', async ({
  ann,
}) => {
  await ann.goto(new URL('/campaigns', ann.url()).href);
  await ann.waitForSelector('tr[data-campaign]:has-text("aborted")');
  await picture(ann, 'campaigns');
  await ann.setViewportSize({ width: 390, height: 800 });
  const isWide = await ann.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  assert.is(isWide, false);
  await picture(ann, 'campaigns-phone');
});

test.run();
