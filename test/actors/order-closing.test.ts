import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { closingOf, ORDER_LIFE_MS } from '../../domain/order-life.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { createSandbox } from '../../simulator/gateway/sandbox.ts';
import { sandboxTransport } from '../support/sandbox-transport.ts';
import { VirtualTerminal } from '../support/virtual-terminal.ts';

const test = suite('actors/order-closing');

async function startShop(environment: Readonly<Record<string, string>> = {}) {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, random: new SeededRandom(1) });
  sandbox.bind('sz01TESTSHP000000001', 'dev-001', 'TILL_V1_000001');
  const transport = sandboxTransport(sandbox, clock);
  return { clock, terminal: await VirtualTerminal.start({ seed: 1, clock, transport, environment }) };
}

const closingLine = (terminal: VirtualTerminal): string | undefined =>
  terminal.screen.current()?.lines.find((line) => line.includes('关单'));

test('the instant of closing is told on the shop’s wall', () => {
  assert.equal(closingOf(Date.UTC(2026, 0, 2, 4, 5, 58), 480), {
    atMs: Date.UTC(2026, 0, 2, 4, 5, 58) + ORDER_LIFE_MS,
    wall: '12:07:58',
  });
});

test('M8 while the customer types a password, and while the result is unknown, the screen says when the gateway closes the order', async () => {
  const { clock, terminal } = await startShop({ TILL_PAYMENT_WINDOW_MS: '20000' });
  const soldAtMs = clock.wallMs();
  await terminal.sell(2, 'wechat', 'never');
  await terminal.pass(5000);
  assert.is(terminal.screenName, 'password');
  const closes = closingOf(soldAtMs, 480);
  assert.is(closingLine(terminal), `未付约 ${closes.wall} 关单`);
  assert.ok(Math.abs((terminal.screen.current()?.closesAtMs ?? 0) - closes.atMs) < 1000);
  await terminal.pass(20_000);
  assert.is(terminal.screenName, 'unknown');
  assert.is(closingLine(terminal), `未付约 ${closes.wall} 关单`);
});

test('a window as long as the order’s life ends with it: the screen then names no time that is over', async () => {
  const { terminal } = await startShop();
  await terminal.sell(2, 'wechat', 'never');
  await terminal.pass(125_000);
  assert.is(terminal.screenName, 'unknown');
  assert.is(closingLine(terminal), undefined);
});

test('M8 a restart continues to the same instant, and after it there is one certain verdict', async () => {
  const { clock, terminal } = await startShop();
  const soldAtMs = clock.wallMs();
  await terminal.sell(2, 'wechat', 'stops', 600);
  await terminal.pass(5000);
  const closes = closingOf(soldAtMs, 480).wall;
  const order = terminal.screen.current()?.order ?? '';
  terminal.stop();
  await terminal.pass(30_000);
  await terminal.powerUp();
  await terminal.pass(5000);
  assert.equal(terminal.terminal.dump().openOrders, [order]);
  terminal.keypad.press('query');
  await terminal.pass(0);
  terminal.scanner.read(order);
  await terminal.pass(2000);
  assert.match(closes, /^\d\d:\d\d:\d\d$/);
  await terminal.pass(900_000);
  assert.equal(terminal.terminal.dump().openOrders, []);
  const verdicts = terminal.told.filter((told) => told.is === 'voice' && told['order'] === order);
  assert.is(verdicts.filter(({ text }) => !String(text).includes('未确认')).length, 1, JSON.stringify(verdicts));
});

test.run();
