import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import { HeadlessTerminal } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/process');

test.before.each(async (world) => {
  world.bench = await Bench.open();
});
test.after.each(async ({ bench }) => {
  await bench.close();
});

const refusedStart = async (bench: Bench): Promise<string> => {
  const started = await bench.powerUp().then(
    () => true,
    () => false,
  );
  assert.is(started, false, 'the terminal must not start');
  assert.is.not(await bench.terminal.exited(), 0);
  assert.equal(bench.terminal.lines, []);
  assert.equal(bench.terminal.stray, []);
  return bench.terminal.stderr;
};

test('a bad configuration names every wrong key at once, in one line, and nothing starts', async ({ bench }) => {
  bench.writeConfig({
    sn: 'no vendor',
    subTerminalType: 'nine',
    'gateway.domains': ['http://pay.qcloud.com'],
    'gateway.connectTimeoutMs': -1,
    'payment.windowMs': 1.5,
    'payment.maxAmountFen': '5000000',
    'payment.pollIntervalMS': 3000,
    'reconcile.intervalMs': null,
    locale: 'fr',
    colour: 'red',
  });
  const said = await refusedStart(bench);
  const wrong = [
    'sn',
    'subTerminalType',
    'gateway.domains',
    'gateway.connectTimeoutMs',
    'payment.windowMs',
    'payment.maxAmountFen',
    'payment.pollIntervalMS',
    'locale',
    'colour',
  ];
  for (const key of wrong) assert.ok(said.includes(key), `${key} is named in: ${said}`);
  assert.is(said.trim().split('\n').length, 1, said);
});

test('a configuration without a serial number, that is no JSON or that is missing is said in one line', async ({
  bench,
}) => {
  bench.writeConfig({ sn: null });
  assert.match(await refusedStart(bench), /sn/);
  writeFileSync(bench.configFile, '{ "sn": ');
  const notJson = await refusedStart(bench);
  assert.match(notJson, /JSON/);
  assert.is(notJson.trim().split('\n').length, 1, notJson);
  const missing = new HeadlessTerminal({ configFile: join(bench.folder, 'nowhere.json'), dataDir: bench.dataDir });
  assert.is.not(await missing.exited(), 0);
  assert.match(missing.stderr, /nowhere\.json/);
});

test('exit, SIGTERM and the end of stdin stop in order with status 0', async ({ bench }) => {
  const ways: Readonly<Record<string, () => void>> = {
    exit: () => bench.terminal.do({ do: 'exit' }),
    SIGTERM: () => bench.terminal.terminate(),
    'end of stdin': () => bench.terminal.endInput(),
  };
  for (const [way, stop] of Object.entries(ways)) {
    await bench.powerUp();
    await bench.terminal.screen('unconfigured');
    stop();
    assert.is(await bench.terminal.exited(), 0, way);
  }
});

test('an orderly stop in the middle of a payment loses nothing: the truth is told in the next life', async ({
  bench,
}) => {
  await bench.powerUp();
  await bench.configure();
  const asked = await bench.sell('3.21', bench.code('wechat', 'password'));
  await bench.terminal.screen('password');
  bench.terminal.terminate();
  assert.is(await bench.terminal.exited(), 0);
  assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
  const ready = await bench.powerUp();
  assert.is(ready['configured'], true);
  const voice = await bench.terminal.ever('the truth', (line) => line.is === 'voice' && line['order'] === asked.order);
  assert.match(String(voice['text']), /^刚才那笔，?微信支付收款成功，三点二一元/);
  await bench.terminal.until('no open order', ({ openOrders }) => openOrders.length === 0);
});

test('variables override the file, an unknown one is warned of on stderr, and --data holds everything durable', async ({
  bench,
}) => {
  const before = readdirSync(bench.folder).toSorted();
  bench.writeConfig({ dataDir: join(bench.folder, 'not-here') });
  await bench.powerUp({
    TILL_PAYMENT_MAX_AMOUNT_FEN: '500',
    TILL_LOCALE: 'en',
    TILL_GATEWAY_DOMAINS: bench.gateway.domains.toReversed().join(','),
    TILL_PAYMNT_WINDOW_MS: '1',
  });
  await bench.terminal.screen('unconfigured');
  bench.terminal.scan(bench.configurationQr());
  const configured = await bench.terminal.screen('configured');
  assert.ok(
    configured.lines.some((line) => /configur/i.test(line)),
    configured.lines.join(),
  );
  bench.terminal.press('cancel');
  bench.terminal.typeAmount('5.01');
  await bench.terminal.screen('refused');
  bench.terminal.press('cancel');
  await bench.sell('5', bench.code('wechat'));
  const paid = await bench.terminal.screen('paid');
  assert.is(bench.book.log.find(({ number }) => number === paid.order)?.host, 3);
  assert.match(bench.terminal.stderr, /TILL_PAYMNT_WINDOW_MS/);
  assert.not.match(bench.terminal.stderr, /TILL_LOCALE/);
  assert.not.ok(existsSync(join(bench.folder, 'not-here')));
  assert.equal(readdirSync(bench.folder).toSorted(), [...before, 'terminal'].toSorted());
});

test('a wrong variable is named like a wrong key', async ({ bench }) => {
  const started = await bench.powerUp({ TILL_PAYMENT_WINDOW_MS: 'soon', TILL_LOCALE: 'fr' }).catch(() => null);
  assert.is(started, null);
  for (const name of ['TILL_PAYMENT_WINDOW_MS', 'TILL_LOCALE']) assert.ok(bench.terminal.stderr.includes(name));
});

test('a second terminal on the same data refuses to start and says so, and the first goes on', async ({ bench }) => {
  await bench.powerUp();
  await bench.configure();
  const second = new HeadlessTerminal({ configFile: bench.configFile, dataDir: bench.dataDir });
  assert.is.not(await second.exited(), 0);
  assert.ok(second.stderr.includes(bench.dataDir) || /in use/.test(second.stderr), second.stderr);
  await bench.sell('1', bench.code('alipay'));
  await bench.terminal.screen('paid');
});

test('lines that are written before ready wait for it; nothing is lost and nothing comes first', async ({ bench }) => {
  await bench.powerUp();
  await bench.configure();
  assert.is(await bench.terminal.stop(), 0);
  const ready = bench.powerUp();
  bench.terminal.typeAmount('0.02');
  bench.terminal.scan(bench.code('wechat'));
  await ready;
  const paid = await bench.terminal.screen('paid');
  assert.is(bench.terminal.lines[0]?.is, 'ready');
  assert.is(bench.truth(paid.order)?.charges, 1);
});

test('an unknown command, a missing profile and --help end as their exit codes say', async ({ bench }) => {
  const wrong = new HeadlessTerminal({ configFile: '', dataDir: bench.dataDir });
  assert.is.not(await wrong.exited(), 0);
  assert.ok(wrong.stderr.trim() !== '');
});

test.run();
