import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openCrashShop } from '../support/crash-shop.ts';

const test = suite('actors/counter-comforts');

test('A8 a finished check of the domains is said aloud, each by its number', async () => {
  const shop = await openCrashShop();
  shop.sandbox.setHost(2, 'refuse');
  await shop.press('menu', '3');
  await shop.terminal.pass(30_000);
  assert.is(shop.voices().at(-1), '域名一可用，域名二可用，域名三不可用，域名四可用');
});

test('a printer that fails is said aloud once, and its slips come when it works again', async () => {
  const shop = await openCrashShop();
  shop.terminal.printer.setStatus('out-of-paper');
  await shop.terminal.pass(1000);
  shop.terminal.printer.setStatus('cover-open');
  await shop.terminal.pass(1000);
  assert.equal(shop.voices(), ['打印机缺纸，请装纸']);
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(5000);
  shop.terminal.printer.setStatus('ok');
  await shop.terminal.pass(5000);
  assert.is(shop.slips('payment').length, 1);
});

test('the query key in an entry of the journal asks the gateway for that order', async () => {
  const shop = await openCrashShop();
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(5000);
  await shop.press('cancel', 'menu', '1');
  await shop.terminal.pass(1000);
  await shop.press('enter', 'query');
  await shop.terminal.pass(5000);
  assert.is(shop.terminal.screenName, 'order');
  assert.is(shop.terminal.screen.current()?.order, shop.sandbox.book().orders[0]?.number);
});

test('M9 the question about an unresolved order goes away when that order comes to its end', async () => {
  const shop = await openCrashShop();
  await shop.terminal.sell(2005, 'wechat', 'password', 30);
  await shop.terminal.pass(2000);
  await shop.press('cancel', '2', '0', '.', '0', '5', 'enter');
  await shop.terminal.turn();
  assert.is(shop.terminal.screenName, 'confirm');
  await shop.terminal.pass(40_000);
  assert.is(shop.terminal.screenName, 'present-code');
  assert.ok(shop.voices().some((text) => text.startsWith('刚才那笔，微信支付收款成功')));
});

test('after a configuration that failed for want of network the WiFi code is taken at once', async () => {
  const shop = await openCrashShop();
  for (const host of [0, 1, 2, 3]) shop.sandbox.setHost(host, 'refuse');
  const { pathAndQuery } = shop.sandbox.issueTicket();
  shop.terminal.scanner.read(`https://host0.test${pathAndQuery}`);
  await shop.terminal.pass(20_000);
  assert.is(shop.terminal.screenName, 'config-failed');
  shop.terminal.scanner.read('WIFI:T:WPA;S:shop;P:12345678;;');
  await shop.terminal.pass(100);
  assert.match(shop.terminal.screenName, /^wifi-/);
});

test.run();
