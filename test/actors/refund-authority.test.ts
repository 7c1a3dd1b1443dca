import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Key } from '../../domain/screen.ts';
import { openCrashShop, type CrashShop } from '../support/crash-shop.ts';

const test = suite('actors/refund-authority');
const PIN = '482913';
const BADGE = 'manager-7Q';

const typed = (text: string): Key[] => text.split('') as Key[];

async function setPin(shop: CrashShop, ...typings: readonly string[]): Promise<void> {
  await shop.press('cancel', 'menu', '9');
  await shop.terminal.pass(100);
  for (const typing of typings) {
    await shop.press(...typed(typing), 'enter');
    await shop.terminal.pass(100);
  }
  assert.is(shop.terminal.screenName, 'refund-pin-set', shop.terminal.screen.current()?.lines.join('/'));
}

async function openManagerCode(shop: CrashShop): Promise<void> {
  await shop.press('cancel', 'menu', '0');
  await shop.terminal.pass(100);
  assert.is(shop.terminal.screenName, 'settings');
  await shop.press('1');
  await shop.terminal.pass(100);
  assert.is(shop.terminal.screenName, 'refund-pin');
}

async function scanCode(shop: CrashShop, text: string): Promise<void> {
  shop.terminal.scanner.read(text);
  await shop.terminal.pass(100);
}

/** A paid order; the terminal asks who allows its refund. */
async function atPin(shop: CrashShop): Promise<string> {
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(5000);
  const order = shop.sandbox.book().orders.at(-1)?.number ?? '';
  await shop.press('cancel', 'refund');
  shop.terminal.scanner.read(order);
  await shop.terminal.pass(5000);
  await shop.press('enter');
  await shop.terminal.turn();
  assert.is(shop.terminal.screenName, 'refund-pin');
  return order;
}

const lines = (shop: CrashShop): string => (shop.terminal.screen.current()?.lines ?? []).join(' / ');

/** The refund's intent in the journal. */
function intentOf(shop: CrashShop): Readonly<Record<string, unknown>> | undefined {
  const entries = shop.terminal.terminal.dump().journal as readonly Readonly<Record<string, unknown>>[];
  return entries.find((entry) => entry['type'] === 'REFUND_INTENT');
}

async function withBoth(): Promise<CrashShop> {
  const shop = await openCrashShop();
  await setPin(shop, PIN, PIN);
  await openManagerCode(shop);
  // Whoever could set a code without the PIN could refund with it.
  await shop.press(...typed(PIN), 'enter');
  await shop.terminal.pass(100);
  await scanCode(shop, BADGE);
  await scanCode(shop, BADGE);
  assert.is(shop.terminal.screenName, 'refund-pin-set', lines(shop));
  return shop;
}

test('the badge of the manager allows a refund in place of the PIN, and the journal says so', async () => {
  const shop = await withBoth();
  await atPin(shop);
  assert.match(lines(shop), /店长授权码/);
  await scanCode(shop, BADGE);
  await shop.terminal.pass(10_000);
  assert.is(shop.terminal.screenName, 'refund-accepted');
  assert.is(intentOf(shop)?.['authorisedBy'], 'manager');
});

test('the PIN goes on working beside it, and is journaled as the PIN', async () => {
  const shop = await withBoth();
  await atPin(shop);
  await shop.press(...typed(PIN), 'enter');
  await shop.terminal.pass(10_000);
  assert.is(shop.terminal.screenName, 'refund-accepted');
  assert.is(intentOf(shop)?.['authorisedBy'], 'pin');
});

test('a code that is guessed five times is locked, and the PIN is not', async () => {
  const shop = await withBoth();
  await atPin(shop);
  for (const guess of ['a-guess-1', 'a-guess-2', 'a-guess-3', 'a-guess-4', 'a-guess-5']) await scanCode(shop, guess);
  assert.match(lines(shop), /锁定/);
  await scanCode(shop, BADGE);
  assert.match(lines(shop), /锁定/);
  assert.is(shop.sandbox.book().refunds.length, 0);
  await shop.press('menu', ...typed(PIN), 'enter');
  await shop.terminal.pass(10_000);
  assert.is(shop.terminal.screenName, 'refund-accepted');
});

test('the code must not be the PIN that every clerk knows', async () => {
  const shop = await openCrashShop();
  await setPin(shop, PIN, PIN);
  await openManagerCode(shop);
  for (let typing = 0; typing < 3; typing += 1) {
    await shop.press(...typed(PIN), 'enter');
    await shop.terminal.pass(100);
  }
  assert.match(lines(shop), /不能与退款密码相同/);
});

test('where only the manager has a code, a clerk sets no PIN of their own without it', async () => {
  const shop = await openCrashShop();
  await openManagerCode(shop);
  await scanCode(shop, BADGE);
  await scanCode(shop, BADGE);
  assert.is(shop.terminal.screenName, 'refund-pin-set');
  await shop.press('cancel', 'menu', '9');
  await shop.terminal.pass(100);
  assert.match(lines(shop), /请输入原授权码/);
  await shop.press(...typed('11112222'), 'enter');
  await shop.terminal.pass(100);
  assert.match(lines(shop), /还可试 4 次/);
  await atPin(shop);
  assert.match(lines(shop), /请店长授权/);
});

test('neither the code nor the PIN is found in a dump, on a screen or in the settings file', async () => {
  const shop = await withBoth();
  await atPin(shop);
  await scanCode(shop, BADGE);
  await shop.terminal.pass(1000);
  const { disk, terminal } = shop.terminal;
  const files = disk.list('/data/settings').map((name) => Buffer.from(disk.read(`/data/settings/${name}`)).toString());
  const seen = [JSON.stringify(terminal.dump()), JSON.stringify(shop.terminal.screen.history()), ...files].join();
  for (const secret of [BADGE, PIN]) assert.not(seen.includes(secret));
});

test.run();
