import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createUndiciTransport } from '../../cloudpay/undici-transport.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { startSandboxServer, type SandboxServer } from '../../simulator/gateway/server.ts';
import { envelope, orderNumber, payFields, SN } from '../simulator/gateway/bench.ts';
import { findChromium, startChromium } from './chromium.ts';

interface Context {
  folder: string;
  sandbox: SandboxServer;
  browser: Browser;
  page: Page;
  faults: string[];
}

const sandboxPage = suite<Context>('test/browser/sandbox-page');
const executable = findChromium();
/** Without a browser on the machine these stay untested, and the report says so. */
const inBrowser = executable === null ? sandboxPage.skip : sandboxPage;

/** A payment over real TLS, as a terminal sends it; what became of the exchange. */
async function pay(sandbox: SandboxServer, n: number, fen: number): Promise<string> {
  const extraCaPem = sandbox.caPem;
  const client = createUndiciTransport({
    clock: new SystemClock(),
    connectTimeoutMs: 9000,
    requestTimeoutMs: 9000,
    extraCaPem,
  });
  const body = envelope(JSON.stringify(payFields(orderNumber(n), fen)));
  const [domain = ''] = sandbox.domains;
  const { signal } = new AbortController();
  const answer = await client.request({ domain, method: 'POST', path: '/cpay/micro_pay', body, signal });
  await client.close();
  return answer.kind;
}

const row = (page: Page, n: number) => page.locator('#order-rows tbody tr', { hasText: orderNumber(n) });

sandboxPage.before(async (context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'till-sandbox-page-'));
  if (executable === null) return;
  const parts = { clock: new SystemClock(), random: new SeededRandom('page'), merchants: demoMerchants(SN) };
  context.sandbox = await startSandboxServer({ dataDir: context.folder, ...parts });
  context.browser = await startChromium(executable);
  const visitor = await context.browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 860 } });
  context.page = await visitor.newPage();
  context.faults = [];
  context.page.on('console', (message) => message.type() === 'error' && context.faults.push(message.text()));
  context.page.on('pageerror', (error) => context.faults.push(error.message));
  await context.page.goto(context.sandbox.controlUrl);
});
sandboxPage.after(async ({ folder, sandbox, browser }) => {
  await browser?.close();
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

inBrowser('an empty book says so, and nothing was charged twice or reversed', async ({ page }) => {
  await page.locator('#order-rows .empty').waitFor();
  assert.equal(await page.locator('#totals dd').allInnerTexts(), ['0', '0.00', '0.00', '0', '0']);
});

inBrowser('a payment appears by itself, with its truth, its charges and its requests', async ({ page, sandbox }) => {
  assert.is(await pay(sandbox, 1, 2005), 'answer');
  await row(page, 1).waitFor();
  const words = await row(page, 1).innerText();
  for (const expected of ['20.05', '已支付', 'micro_pay ×1']) assert.ok(words.includes(expected), words);
});

inBrowser(
  'a fault script is found by its words, armed by a press, and strikes the next request once',
  async (context) => {
    const { page, sandbox } = context;
    await page.locator('#script-find').fill('lost-after-charging');
    assert.is(await page.locator('#scripts li').count(), 1);
    await page.locator('#scripts li button').click();
    await page.locator('#armed .armed').waitFor();
    assert.is(await pay(sandbox, 2, 300), 'lost');
    await row(page, 2).waitFor();
    assert.ok((await row(page, 2).innerText()).includes('已支付'));
    await page.locator('#armed .armed').waitFor({ state: 'detached' });
    assert.is(await pay(sandbox, 3, 400), 'answer');
  },
);

inBrowser('a domain is switched off and on from the page', async ({ page, sandbox }) => {
  const host = page.locator('#hosts select').first();
  await host.selectOption('refuse');
  await page.locator('#hosts .what.bad').waitFor();
  assert.is(await pay(sandbox, 4, 500), 'not-sent');
  await page.locator('#hosts select').first().selectOption('up');
  await page.locator('#hosts .what.bad').waitFor({ state: 'detached' });
  assert.is(await pay(sandbox, 4, 500), 'answer');
});

inBrowser(
  'the configuration QR and the customer codes are there as pictures, and new ones on demand',
  async ({ page }) => {
    const text = page.locator('#qr-text');
    const first = await text.innerText();
    assert.match(first, /^https:\/\/127\.0\.0\.\d:\d+\/cpay\/use_device_setting\?/);
    await page.locator('#qr-new').click();
    await page.waitForFunction((old) => document.getElementById('qr-text')?.textContent !== old, first);
    const code = await page.locator('#codes .code code').first().innerText();
    await page.locator('#codes-new').click();
    await page.waitForFunction((old) => document.querySelector('#codes .code code')?.textContent !== old, code);
    const widths = await page
      .locator('#codes .code img')
      .evaluateAll((images) => images.map((one) => (one as HTMLImageElement).naturalWidth));
    assert.ok(widths.length > 4 && widths.every((width) => width > 0));
  },
);

inBrowser('English is one press away, and the page never complained', async ({ page, faults }) => {
  await page.locator('#language').click();
  await page.locator('h1', { hasText: 'sandbox' }).waitFor();
  assert.is(await page.locator('html').getAttribute('lang'), 'en');
  assert.ok((await row(page, 1).innerText()).includes('paid'));
  assert.equal(faults, []);
});

sandboxPage.run();
