import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openCrashShop } from '../support/crash-shop.ts';

const test = suite('actors/guide');

test('without guidance nothing is said of the steps', async () => {
  const shop = await openCrashShop();
  await shop.press('2', '0');
  await shop.terminal.pass(5000);
  assert.equal(shop.voices(), []);
});

test('with guidance every step of a sale and a refund is said, the amount when the hands rest', async () => {
  const shop = await openCrashShop();
  await shop.press('menu', '0');
  await shop.terminal.pass(100);
  await shop.press('2');
  await shop.terminal.pass(100);
  assert.equal(shop.voices().at(-1), '语音引导已打开');
  await shop.press('cancel', '2', '0', '.', '0', '5');
  await shop.terminal.pass(5000);
  assert.is(shop.voices().filter((text) => text.startsWith('已输入金额')).length, 1);
  assert.is(shop.voices().at(-1), '已输入金额，二十点零五元');
  await shop.press('enter');
  await shop.terminal.pass(5000);
  assert.is(shop.voices().at(-1), '请出示付款码，二十点零五元');
  await shop.press('cancel');
  await shop.terminal.sell(2005, 'alipay');
  await shop.terminal.pass(5000);
  assert.ok(shop.voices().includes('正在收款'), shop.voices().join());
  assert.is(shop.voices().at(-1), '支付宝收款成功，二十点零五元');
  await shop.press('cancel', 'refund');
  await shop.terminal.pass(5000);
  assert.is(shop.voices().at(-1), '请扫描小票条码');
  shop.terminal.scanner.read(shop.sandbox.book().orders[0]?.number ?? '');
  await shop.terminal.pass(5000);
  assert.is(shop.voices().at(-1), '按确认键退款，二十点零五元');
  await shop.press('0', 'enter');
  await shop.terminal.pass(5000);
  assert.is(shop.voices().at(-1), '金额必须大于零');
});

test('guidance stays on after a restart, and can be turned off again', async () => {
  const shop = await openCrashShop();
  await shop.press('menu', '0', 'enter');
  await shop.terminal.pass(100);
  await shop.press('cancel', 'menu', '0');
  await shop.terminal.pass(100);
  await shop.press('down', 'enter');
  await shop.terminal.pass(100);
  shop.terminal.stop();
  await shop.terminal.powerUp();
  await shop.terminal.pass(1000);
  await shop.press('refund');
  await shop.terminal.pass(1000);
  assert.is(shop.voices().at(-1), '请扫描小票条码');
  await shop.press('cancel', 'menu', '0');
  await shop.terminal.pass(100);
  await shop.press('2');
  await shop.terminal.pass(100);
  assert.is(shop.voices().at(-1), '语音引导已关闭');
});

test.run();
