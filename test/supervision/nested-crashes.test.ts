import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crash, placesOf, watchCharts } from '../support/chart-places.ts';
import { openCrashShop, type CrashShop } from '../support/crash-shop.ts';
import { VIRTUAL_DOMAINS } from '../support/sandbox-transport.ts';

const test = suite('supervision/nested-crashes');
const MINUTE_MS = 60_000;
const PIN = ['4', '8', '2', '9', '1', '3'] as const;

const stateOf = ({ census }: CrashShop, chart: string): string | undefined =>
  census.citizens().find(({ machine }) => machine === chart)?.state;

/** Runs on, timer by timer, until the chart is in that state. */
async function reach(shop: CrashShop, chart: string, state: string): Promise<void> {
  for (let step = 0; stateOf(shop, chart) !== state; step += 1) {
    assert.ok(step < 200, `${chart} never came to ${state}, it is in ${stateOf(shop, chart) ?? 'none'}`);
    shop.terminal.clock.runNext();
    await shop.terminal.turn();
  }
}

test('M7 a result that was told while the disk failed is not told again when its payment crashes', async () => {
  const shop = await openCrashShop();
  await shop.terminal.sell(2005, 'wechat', 'password', 8);
  await reach(shop, 'payment', 'inWindow.passwordEntry');
  shop.terminal.disk.inject({ call: 'any', nth: 1, code: 'EIO', permanent: true });
  await reach(shop, 'payment', 'settledUnrecorded.resting');
  await shop.terminal.pass(1000);
  shop.kill('payment.1');
  await shop.terminal.pass(10_000);
  shop.terminal.disk.heal();
  await shop.terminal.pass(5 * MINUTE_MS);
  const paid = shop.voices().filter((text) => text.includes('微信支付收款成功'));
  assert.is(paid.length, 1, shop.voices().join());
  assert.is(shop.slips('payment').length, 1, shop.slips('payment').join());
  assert.equal(shop.terminal.terminal.dump().openOrders, []);
  // What was told meanwhile stands in the journal: the next life does not tell it either.
  shop.terminal.stop();
  await shop.terminal.powerUp();
  await shop.terminal.pass(MINUTE_MS);
  assert.is(shop.voices().filter((text) => text.includes('收款成功')).length, 1, shop.voices().join());
  assert.is(shop.slips('payment').length, 1, shop.slips('payment').join());
});

/** A paid order whose refund asks for the PIN. */
async function atPin(shop: CrashShop, order: string): Promise<void> {
  await shop.press('cancel', 'cancel', 'refund');
  shop.terminal.scanner.read(order);
  await shop.terminal.pass(5000);
  await shop.press('enter');
  assert.is(shop.terminal.screenName, 'refund-pin');
}

test('digits of a refund that crashed are not the beginning of the next PIN', async () => {
  const shop = await openCrashShop();
  await shop.press('menu', '9');
  await shop.press(...PIN, 'enter', ...PIN, 'enter');
  await shop.terminal.pass(1000);
  assert.is(shop.terminal.screenName, 'refund-pin-set');
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(5000);
  const order = shop.sandbox.book().orders[0]?.number ?? '';
  await atPin(shop, order);
  await shop.press('4', '8', '2');
  shop.kill('flow');
  await shop.terminal.pass(1000);
  await atPin(shop, order);
  await shop.press(...PIN, 'enter');
  await shop.terminal.pass(5000);
  assert.is(shop.terminal.screenName, 'refund-accepted');
  await shop.press('cancel', 'cancel', 'menu', '9');
  await shop.press('4', '8');
  shop.kill('flow');
  await shop.terminal.pass(1000);
  await shop.press('menu', '9');
  await shop.press(...PIN, 'enter');
  await shop.terminal.pass(1000);
  await shop.press('enter');
  await shop.terminal.pass(1000);
  assert.is(shop.terminal.screenName, 'refund-pin-set', 'the old PIN was taken, so an empty new one removes it');
});

test('paper that runs out while the spooler restarts is on the cashier’s screen at once', async () => {
  const shop = await openCrashShop();
  const lines = (): string => shop.terminal.screen.current()?.lines.join(' ') ?? '';
  shop.kill('printSpooler');
  shop.terminal.printer.setStatus('out-of-paper');
  await shop.terminal.turn();
  assert.is(stateOf(shop, 'printSpooler'), undefined, 'it runs again already');
  assert.match(lines(), /缺纸/);
  shop.terminal.printer.setStatus('ok');
  await shop.terminal.turn();
  assert.not.match(lines(), /缺纸/);
});

for (const [flow, state, shown] of [
  ['unbind', 'unbinding', 'unconfigured'],
  ['deviceConfig', 'storing', 'idle'],
] as const) {
  test(`what was stored when ${flow} crashed in ${state} is what the next session begins with, and it is said`, async () => {
    const shop = await openCrashShop();
    const unwatch = watchCharts((actor) => {
      if (!placesOf(actor).includes(`${flow} ${state}`)) return;
      // The port has its answer and goes on to the disk while its chart is gone.
      const later = (turns: number): void =>
        turns === 0 ? crash(actor, new Error('planted')) : queueMicrotask(() => later(turns - 1));
      if (flow === 'deviceConfig') later(1);
      else setAnswered = () => later(0);
    });
    let setAnswered = (): void => undefined;
    const answered = (): void => setAnswered();
    try {
      await shop.press('menu', '8');
      await shop.press('enter');
      if (flow === 'unbind') {
        shop.terminal.clock.runNext();
        answered();
      }
      await shop.terminal.pass(20_000);
      if (flow === 'deviceConfig') {
        await shop.press('cancel');
        shop.terminal.scanner.read(`${VIRTUAL_DOMAINS[0] ?? ''}${shop.sandbox.issueTicket().pathAndQuery}`);
        await shop.terminal.pass(20_000);
      }
    } finally {
      unwatch();
    }
    assert.is(shop.terminal.screenName, shown, shop.voices().join());
    assert.match(shop.voices().at(-1) ?? '', flow === 'unbind' ? /解绑/ : /配置成功/);
  });
}

test.run();
