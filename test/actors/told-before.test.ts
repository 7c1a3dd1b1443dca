import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openCrashShop, type CrashShop } from '../support/crash-shop.ts';

const test = suite('actors/told-before');

async function restarted(shop: CrashShop): Promise<void> {
  shop.terminal.stop();
  await shop.terminal.powerUp();
  await shop.terminal.pass(1000);
}

test('after a restart the replay key says the last results again, newest first, and tells none of them anew', async () => {
  const shop = await openCrashShop();
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(5000);
  await shop.terminal.sell(888, 'alipay');
  await shop.terminal.pass(5000);
  await restarted(shop);
  const before = shop.voices().length;
  await shop.press('replay');
  await shop.terminal.pass(1000);
  await shop.press('replay');
  await shop.terminal.pass(1000);
  assert.equal(shop.voices().slice(before), ['支付宝收款成功，八点八八元', '微信支付收款成功，二十点零五元']);
  const told = shop.terminal.terminal.dump().journal as readonly { type: string; job?: string }[];
  assert.is(told.filter(({ job }) => job?.endsWith('paid-voice')).length, 2);
});

test('a replay after a crash of the voice still knows what was said', async () => {
  const shop = await openCrashShop();
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(5000);
  shop.kill('announcer');
  await shop.terminal.pass(2000);
  await shop.press('replay');
  await shop.terminal.pass(1000);
  assert.is(shop.voices().filter((text) => text.startsWith('微信支付收款成功')).length, 2);
});

test('after a restart the reprint key prints the last slip again, marked', async () => {
  const shop = await openCrashShop();
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(5000);
  await restarted(shop);
  await shop.press('reprint');
  await shop.terminal.pass(1000);
  assert.is(shop.slips('reprint').length + shop.slips('payment').length, 2, JSON.stringify(shop.terminal.told));
  assert.is(new Set([...shop.slips('reprint'), ...shop.slips('payment')]).size, 2);
});

test.run();
