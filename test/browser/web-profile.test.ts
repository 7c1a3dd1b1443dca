import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import QRCode from 'qrcode';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { typeAmountKey } from '../../domain/fen.ts';
import type { Key, Screen } from '../../domain/screen.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { createWebProfile, type WebProfile } from '../../hal/profiles/web/web-profile.ts';
import { findChromium, startChromium } from './chromium.ts';

const CODE = '134567890123456789';
const ORDER = '0100005200000018';
const CAMERA_CODE = 'https://pay.qcloud.com/cpay/use_device_setting?osi=1&si=2';

const browserSuite = suite<{ browser: Browser; folder: string }>('test/browser/web-profile');
const executable = findChromium();
/** Without a browser on the machine these stay untested, and the report says so. */
const inBrowser = executable === null ? browserSuite.skip : browserSuite;

const never = () => new AbortController().signal;
const screenOf = (name: Screen['name'], ...lines: string[]): Screen => ({ name, lines, order: null, amountFen: null });

/** A cashier's day in a few lines: digits, Enter, a code, paid. It stands for a terminal; the page cannot tell. */
async function startTill(port = 0) {
  const profile = await createWebProfile({
    host: '127.0.0.1',
    port,
    clock: new SystemClock(),
    version: '1.2.3',
    title: '便民超市',
    drawer: async () => [
      { label: { zh: '微信付款码', en: 'WeChat code' }, text: CODE, kind: 'wechat' },
      { label: { zh: '支付宝付款码', en: 'Alipay code' }, text: '286543210123456789', kind: 'alipay' },
    ],
  });
  const { screen, keypad, scanner, speaker, printer } = profile.devices;
  const keys: Key[] = [];
  const scans: string[] = [];
  const spoken: Promise<void>[] = [];
  let typed = '';
  keypad.subscribe((key) => {
    keys.push(key);
    if (key === 'cancel') {
      typed = '';
      screen.show(screenOf('idle', '请输入金额'));
    } else if (key === 'enter') screen.show(screenOf('present-code', '请出示付款码', `¥${typed}`));
    else if (/^[0-9.]$/.test(key)) {
      typed = typeAmountKey(typed, key);
      screen.show(screenOf('amount', '收款金额', `¥${typed}`));
    }
  });
  scanner.subscribe((text) => {
    scans.push(text);
    screen.show({ name: 'paid', lines: ['微信支付收款成功', `¥${typed}`], order: ORDER, amountFen: 2005 });
    const sentence = { text: '微信支付收款成功', clips: [] };
    const telling = speaker.speak({ job: 'v1', sentence, order: ORDER, refund: null }, never());
    // A test that ends while the sentence is spoken closes the speaker under it.
    telling.catch(() => {});
    spoken.push(telling);
    void printer.print(
      {
        id: `slip-${scans.length}`,
        slip: {
          kind: 'payment',
          blocks: [
            { is: 'title', text: '收款凭证' },
            { is: 'barcode', value: ORDER },
          ],
          orderBarcode: ORDER,
        },
        order: ORDER,
        refund: null,
      },
      never(),
    );
  });
  screen.show(screenOf('idle', '请输入金额'));
  profile.announceReady({ version: '1.2.3', configured: true, uptimeMs: 1 });
  return { profile, keys, scans, spoken };
}

/** Opens the page and notes everything that a clean page does not do. */
async function openPage(browser: Browser, profile: WebProfile, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(profile.url) && !request.url().startsWith('data:'))
      faults.push(`asked for ${request.url()}`);
  });
  await page.goto(profile.url);
  await page.waitForSelector('.screen');
  return { page, faults };
}

const screenSays = (page: Page, text: string) => page.locator('.screen-words', { hasText: text }).waitFor();

browserSuite.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'till-browser-'));
});

browserSuite.before(async (context) => {
  if (executable === null) return;
  const video = join(context.folder, 'camera.y4m');
  writeFileSync(video, cameraFilm(CAMERA_CODE));
  context.browser = await startChromium(executable, [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${video}`,
  ]);
});

browserSuite.after(async ({ browser, folder }) => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

inBrowser(
  'a sale with the mouse: keys, a customer’s code, the result, the voice in words, the slip',
  async ({ browser }) => {
    const { profile, keys, scans, spoken } = await startTill();
    const { page, faults } = await openPage(browser, profile);
    for (const key of ['2', '0', '.', '0', '5', 'enter']) await page.click(`[data-key="${key}"]`);
    await screenSays(page, '请出示付款码');
    assert.equal(keys, ['2', '0', '.', '0', '5', 'enter']);
    await page.click('.code[data-kind="wechat"]');
    await screenSays(page, '微信支付收款成功');
    assert.equal(scans, [CODE]);
    assert.is(await page.locator('.line.amount').textContent(), '¥20.05');
    assert.is(await page.locator('.screen').getAttribute('data-tone'), 'good');
    await page.locator('.caption[data-speaking]', { hasText: '微信支付收款成功' }).waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.slip-out img')?.naturalWidth);
    await Promise.all(spoken);
    await page.locator('.caption:not([data-speaking])').waitFor();
    assert.equal(faults, []);
    await page.context().close();
    await profile.devices.close();
  },
);

inBrowser(
  'the whole terminal by keyboard, in the order typed; Enter after a clicked key confirms',
  async ({ browser }) => {
    const { profile, keys } = await startTill();
    const { page, faults } = await openPage(browser, profile);
    await page.click('[data-key="5"]');
    await page.keyboard.press('Enter');
    await screenSays(page, '请出示付款码');
    for (const key of ['Escape', '1', '2', '.', '3', 'Backspace', 'r', 'q', 'm', 'p', 't', 'ArrowUp', 'ArrowDown'])
      await page.keyboard.press(key);
    await page.waitForFunction(() => document.querySelector('.screen')?.getAttribute('data-name') === 'amount');
    while (keys.length < 15) await page.waitForTimeout(10);
    assert.equal(keys, [
      '5',
      'enter',
      'cancel',
      '1',
      '2',
      '.',
      '3',
      'backspace',
      'refund',
      'query',
      'menu',
      'replay',
      'reprint',
      'up',
      'down',
    ]);
    assert.equal(faults, []);
    await page.context().close();
    await profile.devices.close();
  },
);

inBrowser('fifty digits typed as fast as the browser can arrive in their order', async ({ browser }) => {
  const { profile, keys } = await startTill();
  const { page } = await openPage(browser, profile);
  const wanted = Array.from({ length: 50 }, (_, index) => String((index * 7) % 10));
  for (const digit of wanted) await page.locator(`[data-key="${digit}"]`).dispatchEvent('click');
  while (keys.length < 50) await page.waitForTimeout(10);
  assert.equal(keys, wanted);
  await page.context().close();
  await profile.devices.close();
});

inBrowser(
  'a scanner that types like a keyboard, a pasted code and a typed one are scans, not keys',
  async ({ browser }) => {
    const { profile, keys, scans } = await startTill();
    const { page } = await openPage(browser, profile);
    await page.evaluate((code) => {
      for (const key of [...code, 'Enter']) window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    }, CODE);
    while (scans.length < 1) await page.waitForTimeout(10);
    await page.evaluate((code) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', ` ${code}\n`);
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }, ORDER);
    await page.fill('#scan-text', 'WIFI:S:门店;;');
    await page.press('#scan-text', 'Enter');
    while (scans.length < 3) await page.waitForTimeout(10);
    assert.equal(scans, [CODE, ORDER, 'WIFI:S:门店;;']);
    assert.equal(keys, []);
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#scan-text')?.value === '');
    await page.context().close();
    await profile.devices.close();
  },
);

inBrowser('the camera reads a QR code held in front of it', async ({ browser }) => {
  const { profile, scans } = await startTill();
  const { page, faults } = await openPage(browser, profile);
  await page.click('.camera button');
  await screenSays(page, '微信支付收款成功');
  assert.equal(scans, [CAMERA_CODE]);
  assert.is(await page.locator('.camera video').count(), 0, 'the camera is off again');
  assert.equal(faults, []);
  await page.context().close();
  await profile.devices.close();
});

inBrowser('a slip is torn off, kept, enlarged, and scanned back by its barcode', async ({ browser }) => {
  const { profile, scans } = await startTill();
  const { page } = await openPage(browser, profile);
  await page.click('.code[data-kind="wechat"]');
  await page.click('.tear');
  assert.is(await page.locator('.slip-out').count(), 0);
  await page.click('.pile .slip');
  await page.locator('dialog[open] img').waitFor();
  await page.locator('dialog[open] .large-actions .button').first().click();
  while (scans.length < 2) await page.waitForTimeout(10);
  assert.is(scans[1], ORDER);
  await page.context().close();
  await profile.devices.close();
});

inBrowser('paper and cable are switched on the page, and every tab shows the same', async ({ browser }) => {
  const { profile } = await startTill();
  const first = await openPage(browser, profile);
  const second = await openPage(browser, profile);
  await first.page.locator('.switch label').nth(1).click();
  await second.page.locator('.switch label').nth(1).locator('input:checked').waitFor({ state: 'attached' });
  assert.is(profile.devices.printer.status(), 'out-of-paper');
  await second.page.click('[data-key="8"]');
  await screenSays(first.page, '¥8');
  await first.page.context().close();
  await second.page.context().close();
  await profile.devices.close();
});

inBrowser(
  'a lost connection is said, keys are dead meanwhile, and the true screen comes back with it',
  async ({ browser }) => {
    const first = await startTill();
    const { page } = await openPage(browser, first.profile);
    await page.click('[data-key="7"]');
    await screenSays(page, '¥7');
    const port = Number(new URL(first.profile.url).port);
    await first.profile.devices.close();
    await page.locator('.banner[data-shown]').waitFor();
    assert.ok(await page.locator('[data-key="7"]').isDisabled());
    const second = await startTill(port);
    await page.locator('.banner:not([data-shown])').waitFor({ state: 'attached' });
    await screenSays(page, '请输入金额');
    assert.is(await page.locator('[data-key="7"]').isDisabled(), false);
    await page.click('[data-key="3"]');
    await screenSays(page, '¥3');
    assert.equal(second.keys, ['3']);
    await page.context().close();
    await second.profile.devices.close();
  },
);

inBrowser(
  'a phone of 360 by 740 shows the whole device, with and without paper, and the codes in a sheet',
  async ({ browser }) => {
    const { profile, scans } = await startTill();
    const { page } = await openPage(browser, profile, {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    const keysInSight = async () => {
      const tabs = await page.locator('.tabs').boundingBox();
      for (const key of await page.locator('.cap').all()) {
        const box = await key.boundingBox();
        assert.ok(
          box !== null && tabs !== null && box.x >= 0 && box.x + box.width <= 360 && box.y + box.height <= tabs.y,
          'every key is in sight',
        );
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), 'nothing sticks out sideways');
    };
    await keysInSight();
    const before = await page.locator('[data-key="0"]').boundingBox();
    await page.tap('.tabs button >> nth=0');
    await page.tap('.bench-codes .code >> nth=0');
    await screenSays(page, '微信支付收款成功');
    assert.equal(scans, [CODE]);
    await page.locator('.slip-out').waitFor();
    await keysInSight();
    const after = await page.locator('[data-key="0"]').boundingBox();
    assert.ok(Math.abs((after?.y ?? 0) - (before?.y ?? 0)) < 2, 'paper moves no key');
    await page.context().close();
    await profile.devices.close();
  },
);

inBrowser('the page speaks English when asked, and remembers it', async ({ browser }) => {
  const { profile } = await startTill();
  const { page } = await openPage(browser, profile);
  await page.locator('.top button[lang="en"]').click();
  assert.is(await page.locator('[data-key="refund"]').textContent(), 'Refund');
  await page.reload();
  await page.waitForSelector('.screen');
  assert.is(await page.locator('[data-key="refund"]').textContent(), 'Refund');
  await page.context().close();
  await profile.devices.close();
});

browserSuite.run();

/** One frame of a QR code on white, as the uncompressed film that Chromium's fake camera plays. */
function cameraFilm(text: string): Buffer {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const [width, height, dot] = [480, 480, 10];
  const margin = Math.floor((width - modules.size * dot) / 2);
  const light = Buffer.alloc(width * height, 235);
  for (let row = 0; row < modules.size * dot; row += 1) {
    for (let column = 0; column < modules.size * dot; column += 1) {
      if (modules.get(Math.floor(row / dot), Math.floor(column / dot)))
        light[(row + margin) * width + column + margin] = 16;
    }
  }
  const colour = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, colour]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420\n`), frame, frame]);
}
