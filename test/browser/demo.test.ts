import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Book } from '../../simulator/gateway/book.ts';
import { type DemoLine, DemoProcess, ordersIn } from '../support/demo-process.ts';
import { findChromium, startChromium } from './chromium.ts';

interface World {
  folder: string;
  process: DemoProcess;
  demo: DemoLine;
  browser: Browser;
}

const demoSuite = suite<World>('test/browser/demo');
const executable = findChromium();
/** Without a browser on the machine these stay untested, and the report says so. */
const inBrowser = executable === null ? demoSuite.skip : demoSuite;

const DESK = { viewport: { width: 1280, height: 860 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** The payment window of `--fast`, and the first background query after it. */
const LATE_MS = 45_000;

/** A visitor's page, and everything on it that a clean page does not do. */
async function visit(browser: Browser, demo: DemoLine, options: BrowserContextOptions = DESK) {
  const context = await browser.newContext({ locale: 'zh-CN', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(demo.page);
  await page.waitForSelector('.screen');
  // The last visitor may have left a result on the screen.
  await page.keyboard.press('Escape');
  await onScreen(page, 'idle');
  return { page, faults };
}

async function onScreen(page: Page, name: string, timeout = 60_000): Promise<string> {
  await page.locator(`.screen[data-name="${name}"]`).waitFor({ timeout });
  return page.locator('.screen-words').innerText();
}

const spoken = (page: Page, words: string, timeout = 60_000) =>
  page.locator('.caption', { hasText: words }).waitFor({ timeout });

async function type(page: Page, yuan: string): Promise<void> {
  for (const key of yuan) await page.keyboard.press(key);
  await page.keyboard.press('Enter');
  await onScreen(page, 'present-code');
}

/** Goes from key to key of the keyboard until the focus is on a code with these words. */
async function tabTo(page: Page, words: readonly string[]): Promise<void> {
  const isThere = (wanted: readonly string[]) => {
    const text = document.activeElement?.matches('.code') === true ? (document.activeElement.textContent ?? '') : '';
    return wanted.every((word) => text.includes(word));
  };
  for (let presses = 0; presses < 60; presses += 1) {
    if (await page.evaluate(isThere, words)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no way by Tab to ${words.join(' ')}`);
}

const show = (page: Page, ...words: readonly string[]) =>
  words.reduce((codes, word) => codes.filter({ hasText: word }), page.locator('.code')).click();

demoSuite.before(async (world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-demo-'));
  if (executable === null) return;
  world.process = new DemoProcess(join(world.folder, 'demo'), ['--fast']);
  world.demo = await world.process.ready();
  world.browser = await startChromium(executable);
});

demoSuite.after(async ({ folder, process, browser }) => {
  await browser?.close();
  await process?.stop();
  rmSync(folder, { recursive: true, force: true });
});

inBrowser(
  'a visitor’s first minute: 20.05, a WeChat code, paid, spoken, a slip, and the book agrees',
  async ({ browser, demo }) => {
    const { page, faults } = await visit(browser, demo);
    for (const key of ['2', '0', '.', '0', '5', 'enter']) await page.click(`[data-key="${key}"]`);
    assert.match(await onScreen(page, 'present-code'), /¥20\.05/);
    await show(page, '微信', '付款码');
    assert.match(await onScreen(page, 'paid'), /微信支付收款成功\s+¥20\.05/);
    await page.locator('.caption[data-speaking]', { hasText: '微信支付收款成功，二十点零五元' }).waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.slip-out img')?.naturalWidth);
    const [order, ...others] = await ordersIn(demo.sandbox);
    assert.equal([order?.totalFen, order?.platform, order?.phase, order?.charges], [2005, 'wechat', 'paid', 1]);
    assert.equal(others, []);
    assert.ok(
      (await page.locator('.screen-words').innerText()).includes(order?.number ?? 'none'),
      'the order on the screen is the one in the book',
    );
    await page.locator('.code', { hasText: '本店订单' }).waitFor();
    assert.equal(faults, []);
    await page.context().close();
  },
);

inBrowser('the whole sale by the keyboard alone, with an Alipay code', async ({ browser, demo }) => {
  const { page, faults } = await visit(browser, demo);
  await type(page, '20.05');
  await tabTo(page, ['支付宝', '付款码']);
  await page.keyboard.press('Enter');
  assert.match(await onScreen(page, 'paid'), /支付宝收款成功\s+¥20\.05/);
  await spoken(page, '支付宝收款成功，二十点零五元');
  const [order] = await ordersIn(demo.sandbox);
  assert.equal([order?.totalFen, order?.platform, order?.phase, order?.charges], [2005, 'alipay', 'paid', 1]);
  assert.equal(faults, []);
  await page.context().close();
});

inBrowser(
  'a customer who must enter the password: the cashier reads so, then it is paid',
  async ({ browser, demo }) => {
    const { page } = await visit(browser, demo);
    await type(page, '8.8');
    await show(page, '微信', '要输密码');
    assert.match(await onScreen(page, 'password'), /等待用户输入密码中\s+¥8\.80/);
    await page.locator('.ring').waitFor();
    assert.match(await onScreen(page, 'paid', LATE_MS), /微信支付收款成功\s+¥8\.80/);
    await spoken(page, '微信支付收款成功，八点八元');
    const [order] = await ordersIn(demo.sandbox);
    assert.equal([order?.totalFen, order?.phase, order?.charges], [880, 'paid', 1]);
    await page.context().close();
  },
);

inBrowser('a customer without enough money is a verified “not paid”', async ({ browser, demo }) => {
  const { page } = await visit(browser, demo);
  await type(page, '6');
  await show(page, '余额不足');
  assert.match(await onScreen(page, 'failed'), /收款失败\s+¥6\.00/);
  const [order] = await ordersIn(demo.sandbox);
  assert.equal([order?.totalFen, order?.charges], [600, 0]);
  await page.context().close();
});

inBrowser(
  'no answer at all: the mandated words at the end of the window, one charge, and the truth late',
  async ({ browser, demo }) => {
    const { page, faults } = await visit(browser, demo);
    await type(page, '12345.67');
    await show(page, '答复丢失');
    await onScreen(page, 'paying');
    const words = await onScreen(page, 'unknown', LATE_MS);
    assert.match(words, /通过订单查询确认支付结果或手机端商户管理系统确认支付结果/);
    assert.match(words, /¥12345\.67/);
    assert.ok(
      await page.locator('.screen-words').evaluate((box) => box.scrollHeight <= box.clientHeight),
      'the whole text is in sight',
    );
    await spoken(page, '结果未确认，请查单，勿重复收款');
    await spoken(page, '刚才那笔，微信支付收款成功，一万二千三百四十五点六七元', LATE_MS);
    const [order] = await ordersIn(demo.sandbox);
    assert.equal([order?.totalFen, order?.phase, order?.charges], [1234567, 'paid', 1]);
    assert.equal(faults, []);
    await page.context().close();
  },
);

inBrowser('on a phone: a sale by touch, every key in sight, nothing sideways', async ({ browser, demo }) => {
  const { page, faults } = await visit(browser, demo, PHONE);
  for (const key of ['1', '.', '5', 'enter']) await page.tap(`[data-key="${key}"]`);
  await onScreen(page, 'present-code');
  await page.tap('.tabs button >> nth=0');
  await page.locator('.code', { hasText: '支付宝' }).filter({ hasText: '付款码' }).tap();
  assert.match(await onScreen(page, 'paid'), /支付宝收款成功\s+¥1\.50/);
  await page.locator('.slip-out').waitFor();
  const tabs = await page.locator('.tabs').boundingBox();
  for (const key of await page.locator('.cap').all()) {
    const box = await key.boundingBox();
    assert.ok(box !== null && tabs !== null && box.y + box.height <= tabs.y, 'every key is in sight');
  }
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.equal(faults, []);
  await page.context().close();
});

demoSuite('started twice on the same data: a clear word, where the first one is, exit code 3', async ({ folder }) => {
  const first = new DemoProcess(join(folder, 'twice'));
  const demo = await first.ready();
  const second = new DemoProcess(join(folder, 'twice'));
  assert.is(await second.exited(), 3);
  assert.is(second.stdout, '');
  assert.ok(second.stderr.includes(`process ${demo.pid}`));
  assert.ok(second.stderr.includes(demo.page) && second.stderr.includes(demo.sandbox));
  assert.is((await fetch(`${demo.page}api/view`)).status, 200, 'the first one goes on');
  assert.is(await first.stop(), 0);
});

demoSuite('Ctrl-C, also when it comes twice through npm, ends everything with exit code 0', async ({ folder }) => {
  const first = new DemoProcess(join(folder, 'stop'));
  await first.ready();
  first.signalGroup('SIGINT');
  first.signalGroup('SIGINT');
  assert.is(await first.exited(), 0);
  assert.is(first.hasGroup(), false, 'no child is left');
  assert.is(first.stderr, '');
});

demoSuite('the next start finds its terminal configured, --reset finds it new', async ({ folder }) => {
  const first = new DemoProcess(join(folder, 'again'));
  const before = await first.ready();
  assert.is(await askedForConfiguration(before), 1);
  await first.stop();
  const second = new DemoProcess(join(folder, 'again'));
  const after = await second.ready();
  assert.is(await askedForConfiguration(after), 0);
  await second.stop();
  const third = new DemoProcess(join(folder, 'again'), ['--reset']);
  assert.is(await askedForConfiguration(await third.ready()), 1);
  await third.stop();
});

/** How often the terminal asked the gateway for its configuration in this life of the sandbox; it must be able to sell either way. */
async function askedForConfiguration(demo: DemoLine): Promise<number> {
  const view = (await (await fetch(`${demo.page}api/view`)).json()) as { screen: { name: string } };
  assert.is(view.screen.name, 'idle');
  const book = (await (await fetch(`${demo.sandbox}book`)).json()) as Book;
  return book.log.filter((request) => request.interface === 'use_device_setting').length;
}

demoSuite.run();
