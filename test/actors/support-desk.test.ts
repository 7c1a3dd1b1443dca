import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CallMemory } from '../../actors/call-memory.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { PrintedPaper } from '../../hal/printer/simulated-printer.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { createSandbox } from '../../simulator/gateway/sandbox.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { readQr } from '../support/read-picture.ts';
import { sandboxTransport } from '../support/sandbox-transport.ts';
import { VirtualTerminal } from '../support/virtual-terminal.ts';

const test = suite('actors/support-desk');

async function startShop() {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, random: new SeededRandom(1) });
  sandbox.bind('sz01TESTSHP000000001', 'dev-001', 'TILL_V1_000001');
  const terminal = await VirtualTerminal.start({ seed: 1, clock, transport: sandboxTransport(sandbox, clock) });
  const papers: PrintedPaper[] = [];
  terminal.printer.onPaper((paper) => void papers.push(paper));
  return { terminal, sandbox, papers };
}

test('after a refused payment one key shows what support needs, for a phone to scan, and one more prints it', async () => {
  const { terminal, papers } = await startShop();
  await terminal.sell(2, 'wechat', 'insufficient');
  await terminal.pass(5000);
  assert.is(terminal.screenName, 'failed');
  const order = terminal.screen.current()?.order ?? '';
  assert.ok(terminal.screen.current()?.lines.includes('下键：报修码'));
  terminal.keypad.press('down');
  await terminal.pass(0);
  const shown = terminal.screen.current();
  assert.is(shown?.name, 'support');
  const text = shown?.qr ?? '';
  assert.match(text, 'TILL_V1_000001');
  assert.match(text, `order ${order}`);
  assert.match(text, /micro_pay \d+(\/\d+)? log \d+ host0\.test \d+\+\d+ms/);
  assert.match(shown?.lines.join('\n') ?? '', /log_id \d+/);
  terminal.keypad.press('enter');
  await terminal.pass(5000);
  const paper = papers.at(-1);
  assert.is(paper?.job.slip.kind, 'support');
  assert.is(paper?.job.slip.orderBarcode, null);
  assert.is(readQr(paper?.svg ?? ''), text);
  terminal.keypad.press('cancel');
  await terminal.pass(0);
  assert.is(terminal.screenName, 'idle');
});

test('the code of an unresolved payment tells its own calls, names no secret and leaves the payment to go on', async () => {
  const { terminal, sandbox } = await startShop();
  for (const host of [0, 1, 2, 3]) sandbox.setHost(host, 'refuse');
  await terminal.sell(3, 'alipay');
  await terminal.pass(5000);
  assert.is(terminal.screenName, 'failed');
  for (const host of [0, 1, 2, 3]) sandbox.setHost(host, 'up');
  await terminal.sell(2, 'wechat', 'never');
  await terminal.pass(130_000);
  assert.is(terminal.screenName, 'unknown');
  const order = terminal.screen.current()?.order ?? '';
  terminal.keypad.press('down');
  await terminal.pass(0);
  const text = terminal.screen.current()?.qr ?? '';
  assert.match(text, `order ${order}`);
  assert.not.match(text, 'not-sent');
  assert.is(text.split('\n').length, 7);
  const secrets = [demoMerchants()[0]?.authenKey ?? '', '8008'];
  for (const secret of secrets) assert.not.ok(text.includes(secret), 'a secret stands in the code');
  assert.equal(terminal.terminal.dump().openOrders, [order]);
});

test('the code of a refund that was not sent names the refund and its calls, and the screen of it is left in order', async () => {
  const { terminal, sandbox } = await startShop();
  await terminal.sell(200, 'wechat');
  await terminal.pass(5000);
  const order = terminal.screen.current()?.order ?? '';
  terminal.keypad.press('cancel', 'refund');
  await terminal.pass(0);
  terminal.scanner.read(order);
  await terminal.pass(5000);
  assert.is(terminal.screenName, 'refund-amount');
  for (const host of [0, 1, 2, 3]) sandbox.setHost(host, 'refuse');
  terminal.keypad.press('down', 'enter');
  await terminal.pass(5000);
  assert.is(terminal.screenName, 'refund-failed');
  terminal.keypad.press('down');
  await terminal.pass(0);
  assert.is(terminal.screenName, 'support');
  assert.match(terminal.screen.current()?.qr ?? '', /order \d{20,24}\nrefund \d{20,24}\n.*refund.* not-sent/);
  terminal.keypad.press('cancel');
  await terminal.pass(0);
  assert.is(terminal.screenName, 'idle');
  assert.equal(terminal.crashes, []);
});

test('a failed configuration has a code too, also before the first one', async () => {
  const { terminal } = await startShop();
  terminal.scanner.read('https://host0.test/cpay/use_device_setting?osi=none&si=none');
  await terminal.pass(60_000);
  terminal.scanner.read('https://host0.test/cpay/use_device_setting?osi=none&si=none');
  await terminal.pass(5000);
  assert.is(terminal.screenName, 'config-failed');
  terminal.keypad.press('down');
  await terminal.pass(0);
  assert.match(terminal.screen.current()?.qr ?? '', 'use_device_setting');
});

test('what is remembered is bounded, and read by its number', () => {
  const memory = new CallMemory();
  const trace = {
    ...{ domain: 'https://a.test', operation: 'query_order', logId: null, status: null, internalStatus: null },
    ...{ description: '', connectMs: 0, requestMs: 0 },
  };
  for (let at = 0; at < 200; at += 1) memory.add({ trace, kind: 'unknown', about: `o${at % 2}`, atMs: at });
  assert.equal(
    memory.recent(['o1'], 3).map(({ atMs }) => atMs),
    [195, 197, 199],
  );
  assert.equal(
    memory.recent([], 2).map(({ atMs }) => atMs),
    [198, 199],
  );
  assert.equal(memory.recent(['o9'], 2), []);
  assert.is(memory.recent([], 1000).length, 48);
});

test.run();
