import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { createSandbox, type Sandbox } from '../../simulator/gateway/sandbox.ts';
import { ActorCensus } from '../support/actor-census.ts';
import { sandboxTransport } from '../support/sandbox-transport.ts';
import { VirtualTerminal } from '../support/virtual-terminal.ts';

const test = suite('supervision/escalation');
const RESTART_MS = 600;

interface Shop {
  readonly terminal: VirtualTerminal;
  readonly sandbox: Sandbox;
  readonly census: ActorCensus;
  kill(id: string): void;
}

async function open(latencyMs = 300): Promise<Shop> {
  const clock = new VirtualClock();
  const settings = { latency: { kind: 'fixed', ms: latencyMs } } as const;
  const sandbox = createSandbox({ clock, random: new SeededRandom(1), settings });
  sandbox.bind('sz01TESTSHP000000001', 'dev-001', 'TILL_V1_000001');
  const census = new ActorCensus();
  const opened: VirtualTerminal[] = [];
  await census.watch(async () => {
    opened.push(await VirtualTerminal.start({ seed: 1, clock, transport: sandboxTransport(sandbox, clock) }));
  });
  const [terminal] = opened;
  if (terminal === undefined) throw new Error('the terminal did not start');
  const kill = (id: string): void => {
    const found = census.citizens().find((citizen) => citizen.id === id);
    assert.ok(found !== undefined, `${id} is not alive`);
    found.crash(new Error(`planted in ${id}`));
  };
  return { terminal, sandbox, census, kill };
}

const voices = ({ terminal }: Shop): string[] =>
  terminal.told.filter(({ is }) => is === 'voice').map((told) => String(told['text']));

for (const child of ['cashier', 'domainFailover', 'announcer', 'printSpooler']) {
  test(`the ${child} is restarted five times within a minute; the sixth crash ends the process, once`, async () => {
    const { terminal, kill } = await open();
    for (let crash = 1; crash <= 5; crash += 1) {
      kill(child);
      await terminal.pass(RESTART_MS);
      assert.equal(terminal.crashes, []);
    }
    kill(child);
    await terminal.pass(120_000);
    assert.is(terminal.crashes.length, 1);
    assert.match(String(terminal.crashes[0]), /crashed too often/);
  });

  test(`the ${child} that crashes now and then is restarted for ever`, async () => {
    const { terminal, kill } = await open();
    for (let crash = 1; crash <= 30; crash += 1) {
      kill(child);
      await terminal.pass(13_000);
    }
    assert.equal(terminal.crashes, []);
  });
}

test('a payment that crashes whenever it is taken up escalates and does not turn in circles', async () => {
  const { terminal, kill } = await open(2000);
  await terminal.sell(1234, 'wechat', 'password', 300);
  for (let crash = 1; crash <= 6; crash += 1) {
    kill('payment.1');
    await terminal.pass(RESTART_MS);
  }
  assert.is(terminal.crashes.length, 1);
});

test('a payment under way does not notice that everything around it crashes', async () => {
  const shop = await open();
  await shop.terminal.sell(2005, 'alipay', 'password', 8);
  for (const child of ['cashier', 'domainFailover', 'announcer', 'printSpooler']) shop.kill(child);
  await shop.terminal.pass(20_000);
  assert.is(shop.sandbox.book().calls.micro_pay, 1);
  assert.ok(voices(shop).some((text) => text.includes('支付宝收款成功')));
  assert.ok(shop.terminal.told.some(({ is, kind }) => is === 'print' && kind === 'payment'));
});

test('a payment that crashes is taken up from the journal and stays on the screen', async () => {
  const shop = await open();
  await shop.terminal.sell(2005, 'wechat', 'password', 8);
  await shop.terminal.pass(1000);
  shop.kill('payment.1');
  await shop.terminal.pass(20_000);
  assert.is(shop.sandbox.book().calls.micro_pay, 1);
  assert.is(shop.terminal.screenName, 'paid');
  assert.ok(voices(shop).some((text) => text.includes('微信支付收款成功')));
});

test('two payments that crash at the same instant are both taken up', async () => {
  const shop = await open();
  await shop.terminal.sell(1111, 'wechat', 'password', 9);
  await shop.terminal.pass(1000);
  await shop.terminal.sell(2222, 'alipay', 'password', 9);
  await shop.terminal.pass(1000);
  shop.kill('payment.1');
  shop.kill('payment.2');
  await shop.terminal.pass(30_000);
  assert.equal(shop.terminal.crashes, []);
  assert.is(voices(shop).filter((text) => text.includes('收款成功')).length, 2);
});

test('a sale that starts while a crashed payment is being taken up is neither lost nor taken up twice', async () => {
  const shop = await open();
  await shop.terminal.sell(1111, 'wechat', 'password', 9);
  await shop.terminal.pass(1000);
  shop.kill('payment.1');
  await shop.terminal.sell(2222, 'alipay');
  await shop.terminal.pass(30_000);
  assert.is(shop.terminal.screenName, 'paid');
  const paid = shop.terminal.told.filter(({ is, kind }) => is === 'print' && kind === 'payment');
  assert.is(new Set(paid.map(({ orderBarcode }) => orderBarcode)).size, 2);
  assert.is(paid.length, 2);
});

test('a printer that was mended while the spooler restarted prints what is owed', async () => {
  const shop = await open();
  shop.terminal.printer.setStatus('out-of-paper');
  await shop.terminal.sell(2005, 'wechat');
  await shop.terminal.pass(2000);
  shop.kill('printSpooler');
  shop.terminal.printer.setStatus('ok');
  await shop.terminal.pass(5000);
  assert.ok(shop.terminal.told.some(({ is, kind }) => is === 'print' && kind === 'payment'));
});

test('an unknown result that was due while voice and paper restarted is told when they are back', async () => {
  const shop = await open();
  await shop.terminal.sell(3005, 'wechat', 'never');
  for (const host of [0, 1, 2, 3]) shop.sandbox.setHost(host, 'refuse');
  await shop.terminal.pass(119_900);
  shop.kill('announcer');
  shop.kill('printSpooler');
  await shop.terminal.pass(10_000);
  assert.is(shop.terminal.told.filter(({ kind }) => kind === 'unknown').length, 1);
  assert.ok(
    voices(shop).some((text) => text.includes('未确认')),
    voices(shop).join(),
  );
});

/** Ends the process life as a child that crashes without end does, and starts the next one at once. */
async function crashLife({ terminal, census, kill }: Shop): Promise<void> {
  const before = terminal.crashes.length;
  for (let crash = 1; crash <= 6; crash += 1) {
    kill('announcer');
    await terminal.pass(RESTART_MS);
  }
  assert.is(terminal.crashes.length, before + 1);
  terminal.stop();
  await census.watch(() => terminal.powerUp());
}

test('after three crashed lives it only queries: nothing new starts, what is open comes to its end, then it sells again', async () => {
  const shop = await open();
  const { terminal, sandbox } = shop;
  await terminal.sell(2005, 'alipay', 'password', 30);
  for (let life = 1; life <= 3; life += 1) await crashLife(shop);
  assert.match(JSON.stringify(terminal.screen.current()), /反复出错/);
  terminal.keypad.press('1', '0', '0', 'enter');
  await terminal.pass(1000);
  assert.is(terminal.screenName, 'refused');
  terminal.keypad.press('cancel', 'refund');
  await terminal.pass(1000);
  assert.is(terminal.screenName, 'refused');
  await terminal.pass(60_000);
  assert.ok(voices(shop).some((text) => text.includes('支付宝收款成功')));
  assert.is(sandbox.book().calls.micro_pay, 1);
  await terminal.pass(600_000);
  terminal.keypad.press('cancel');
  await terminal.sell(700, 'wechat');
  await terminal.pass(5000);
  assert.is(terminal.screenName, 'paid');
});

test('three crashed lives on different days, or an orderly stop between them, change nothing', async () => {
  const shop = await open();
  for (let life = 1; life <= 3; life += 1) {
    await crashLife(shop);
    await shop.terminal.pass(400_000);
  }
  await shop.terminal.sell(700, 'wechat');
  await shop.terminal.pass(5000);
  assert.is(shop.terminal.screenName, 'paid');
  for (let life = 1; life <= 3; life += 1) {
    if (life === 3) {
      shop.terminal.stop();
      await shop.census.watch(() => shop.terminal.powerUp());
    }
    await crashLife(shop);
  }
  await shop.terminal.sell(800, 'wechat');
  await shop.terminal.pass(5000);
  assert.is(shop.terminal.screenName, 'paid');
});

test.run();
