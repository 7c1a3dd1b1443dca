import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { VirtualTerminal } from '../support/virtual-terminal.ts';
import { openCrashShop, type CrashShop } from '../support/crash-shop.ts';

const test = suite('supervision/refund-crashes');
const MINUTE_MS = 60_000;

/** Sells ¥20.05 and stands at the refund's amount. */
async function paidAndAtAmount(shop: CrashShop): Promise<string> {
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(20_000);
  const order = shop.sandbox.book().orders[0]?.number ?? '';
  await shop.press('cancel', 'refund');
  shop.terminal.scanner.read(order);
  await shop.terminal.pass(20_000);
  assert.is(shop.terminal.screenName, 'refund-amount');
  return order;
}

const stateOf = ({ census }: CrashShop): string | undefined =>
  census.citizens().find(({ machine }) => machine === 'refund')?.state;

/** Runs on, timer by timer, until the refund's chart is in that state. */
async function reach(shop: CrashShop, state: string): Promise<void> {
  for (let step = 0; stateOf(shop) !== state; step += 1) {
    assert.ok(step < 200, `the refund never came to ${state}, it is in ${stateOf(shop) ?? 'none'}`);
    shop.terminal.clock.runNext();
    await shop.terminal.turn();
  }
}

const spoken = (shop: CrashShop, words: string): number => shop.voices().filter((text) => text.includes(words)).length;

function refundsOf(terminal: VirtualTerminal): readonly string[] {
  return terminal.terminal.dump().openRefunds;
}

for (const state of ['inWindow.submitting', 'tracking.resting', 'tracking.querying']) {
  test(`M6 M7 a refund that crashes in ${state} is taken up from the journal, refunds once and is told once`, async () => {
    const shop = await openCrashShop();
    await paidAndAtAmount(shop);
    await shop.press('enter');
    await reach(shop, state);
    shop.kill('refund.1');
    await shop.terminal.pass(10 * MINUTE_MS);
    assert.equal(
      shop.sandbox.book().refunds.map(({ refundFen }) => refundFen),
      [2005],
    );
    assert.is(spoken(shop, '微信退款已受理'), 1, shop.voices().join());
    assert.is(shop.slips('refund').length, 1, shop.slips('refund').join());
    assert.equal(refundsOf(shop.terminal), []);
    assert.equal(shop.terminal.crashes, []);
  });
}

test('a refund that crashes while it is sent comes back to the screen that waits for it', async () => {
  const shop = await openCrashShop(2000);
  await paidAndAtAmount(shop);
  await shop.press('enter');
  await reach(shop, 'inWindow.submitting');
  shop.kill('refund.1');
  await shop.terminal.pass(20_000);
  assert.is(shop.terminal.screenName, 'refund-accepted');
});

test('a slip of a refund that waits for paper is not printed a second time because the refund crashed', async () => {
  const shop = await openCrashShop();
  await paidAndAtAmount(shop);
  shop.terminal.printer.setStatus('out-of-paper');
  await shop.press('enter');
  await reach(shop, 'tracking.resting');
  shop.kill('refund.1');
  await shop.terminal.pass(5000);
  shop.terminal.printer.setStatus('ok');
  await shop.terminal.pass(5000);
  assert.is(shop.slips('refund').length, 1, shop.slips('refund').join());
});

test('two refunds whose charts crash at the same instant are both taken up, each once', async () => {
  const shop = await openCrashShop(2000);
  const order = await paidAndAtAmount(shop);
  await shop.press('1', 'enter');
  await reach(shop, 'inWindow.submitting');
  await shop.press('cancel', 'refund');
  shop.terminal.scanner.read(order);
  await shop.terminal.pass(100);
  shop.kill('refund.1');
  await shop.terminal.pass(10_000);
  await shop.press('1', 'enter');
  await shop.terminal.pass(100);
  for (const { id } of shop.census.citizens().filter(({ machine }) => machine === 'refund')) shop.kill(id);
  await shop.terminal.pass(20 * MINUTE_MS);
  assert.equal(
    shop.sandbox.book().refunds.map(({ refundFen }) => refundFen),
    [100, 100],
  );
  assert.is(spoken(shop, '微信退款已受理'), 2, shop.voices().join());
  assert.equal(shop.terminal.crashes, []);
});

test('a refund that crashes whenever it is taken up escalates once and does not turn in circles', async () => {
  const shop = await openCrashShop(2000);
  await paidAndAtAmount(shop);
  await shop.press('enter');
  for (let crash = 1; crash <= 6; crash += 1) {
    await reach(shop, crash === 1 ? 'inWindow.submitting' : 'inWindow.querying');
    shop.kill('refund.1');
  }
  await shop.terminal.pass(1000);
  assert.is(shop.terminal.crashes.length, 1);
});

/** A refund whose request goes out, and of which nothing is heard any more. */
async function unknownRefund(shop: CrashShop): Promise<void> {
  await paidAndAtAmount(shop);
  await shop.press('enter');
  await reach(shop, 'inWindow.submitting');
  for (const host of [0, 1, 2, 3]) shop.sandbox.setHost(host, 'refuse');
  // The chart that waits for the answer is gone; the next one hears nothing.
  shop.kill('refund.1');
}

test('an unknown refund that was due while voice and paper restarted is told when they are back, once', async () => {
  const shop = await openCrashShop(3000);
  await unknownRefund(shop);
  await reach(shop, 'unresolved.resting');
  const before = spoken(shop, '退款结果未确认');
  assert.is(before, 1, shop.voices().join());
  await shop.terminal.pass(MINUTE_MS);
  assert.is(shop.slips('refund').length, 1);
});

test('a voice and a paper that crash in the middle of an unknown refund tell it again', async () => {
  const shop = await openCrashShop(3000, 4000);
  await unknownRefund(shop);
  shop.terminal.printer.setStatus('out-of-paper');
  await reach(shop, 'unresolved.resting');
  shop.kill('announcer');
  shop.kill('printSpooler');
  await shop.terminal.pass(2000);
  shop.terminal.printer.setStatus('ok');
  await shop.terminal.pass(MINUTE_MS);
  assert.is(spoken(shop, '退款结果未确认'), 2, shop.voices().join());
  assert.is(shop.slips('refund').length, 1);
});

test('the slip of a hand-over survives crashes of the spooler, and every repetition has an id of its own', async () => {
  const shop = await openCrashShop();
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(3000);
  shop.terminal.printer.setStatus('out-of-paper');
  await shop.press('cancel', 'menu', '5');
  await shop.terminal.pass(1000);
  await shop.press('enter');
  await shop.terminal.pass(1000);
  shop.kill('printSpooler');
  await shop.terminal.pass(2000);
  shop.kill('printSpooler');
  await shop.terminal.pass(2000);
  shop.terminal.printer.setStatus('ok');
  await shop.terminal.pass(5000);
  assert.is(shop.slips('shift').length, 1, shop.terminal.told.map((told) => JSON.stringify(told)).join('\n'));
});

test.run();
