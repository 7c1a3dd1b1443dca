import * as assert from 'uvu/assert';
import type { Platform } from '../../domain/platform.ts';
import { Bench } from '../support/bench.ts';
import type { Line } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/paper-and-voice');

test.before(async (world) => {
  world.bench = await Bench.start({ config: { 'payment.windowMs': 1500 } });
});
test.after(async ({ bench }) => {
  await bench.close();
});

const sellAndLeave = async (bench: Bench, yuan: string, platform: Platform = 'wechat'): Promise<string> => {
  await bench.sell(yuan, bench.code(platform));
  const paid = await bench.terminal.screen('paid');
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
  return paid.order ?? '';
};

const slipsOf = (bench: Bench, order: string): readonly Line[] =>
  bench.terminal.all('print').filter((line) => line['orderBarcode'] === order);

for (const platform of ['wechat', 'alipay'] as const) {
  test(`A11 ${platform}: a slip comes out within 3 s of its screen, and its barcode leads back to the order`, async ({
    bench,
  }) => {
    await bench.sell('20.05', bench.code(platform));
    const paid = await bench.terminal.screen('paid');
    const slip = await bench.terminal.printed('the slip', (line) => line['orderBarcode'] === paid.order);
    assert.is(slip['kind'], 'payment');
    assert.ok(String(slip['text']).includes('20.05'));
    assert.ok(String(slip['text']).includes(paid.order ?? '?'));
    assert.ok(Buffer.from(String(slip['escpos']), 'base64').length > 100);
    assert.ok(Math.abs(Date.parse(slip.at) - Date.parse(paid.at)) < 3000);
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
    bench.terminal.scan(String(slip['orderBarcode']));
    const found = await bench.terminal.screen('order');
    assert.is(found.order, paid.order);
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
  });
}

for (const state of ['out-of-paper', 'unplugged'] as const) {
  test(`A11 M7 a printer that is ${state} holds the slips; they are printed once when it is well again`, async ({
    bench,
  }) => {
    bench.terminal.do({ do: 'printer', state });
    const orders = [await sellAndLeave(bench, '0.11'), await sellAndLeave(bench, '0.12')];
    const waiting = await bench.terminal.ever(
      'waiting slips',
      ({ is, lines }) => is === 'screen' && String(lines).includes('待打印 2 张'),
    );
    assert.is(waiting['name'], 'idle');
    for (const order of orders) assert.is(slipsOf(bench, order).length, 0);
    bench.terminal.do({ do: 'printer', state: 'ok' });
    for (const order of orders) await bench.terminal.printed('the slip', (line) => line['orderBarcode'] === order);
    await sellAndLeave(bench, '0.13');
    for (const order of orders) assert.is(slipsOf(bench, order).length, 1);
    const idle = bench.terminal.all('screen').findLast((line) => line['name'] === 'idle');
    assert.not.ok(String(idle?.['lines']).includes('待打印'), String(idle?.['lines']));
  });

  test(`A11 M7 slips that wait while the printer is ${state} survive kill -9, and are printed once, marked`, async ({
    bench,
  }) => {
    bench.terminal.do({ do: 'printer', state });
    const order = await sellAndLeave(bench, '0.14');
    await bench.terminal.kill();
    await bench.powerUp();
    const slip = await bench.terminal.printed('the slip', (line) => line['orderBarcode'] === order);
    assert.is(slip['kind'], 'payment');
    assert.ok(String(slip['text']).includes('断电'), String(slip['text']));
    await bench.terminal.dump();
    await bench.terminal.kill();
    await bench.powerUp();
    const last = await sellAndLeave(bench, '0.15');
    await bench.terminal.printed('the slip', (line) => line['orderBarcode'] === last);
    assert.is(slipsOf(bench, order).length, 0);
  });
}

test('A12 M7 what was announced before kill -9 is not announced again', async ({ bench }) => {
  const order = await sellAndLeave(bench, '0.21');
  await bench.terminal.ever('the voice', (line) => line.is === 'voice' && line['order'] === order);
  await bench.terminal.printed('the slip', (line) => line['orderBarcode'] === order);
  await bench.terminal.dump();
  await bench.terminal.kill();
  await bench.powerUp();
  await sellAndLeave(bench, '0.22');
  assert.is(bench.terminal.all('voice').filter((line) => line['order'] === order).length, 0);
  assert.is(slipsOf(bench, order).length, 0);
});

test('A12 M7 a payment that ended while the terminal was dead is told after boot, with 断电前那笔, platform and amount', async ({
  bench,
}) => {
  const asked = await bench.sell('12.34', bench.code('alipay', 'password'));
  await bench.terminal.screen('password');
  await bench.terminal.kill();
  assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
  await bench.powerUp();
  const voice = await bench.terminal.ever(
    'the truth',
    (line) => line.is === 'voice' && line['order'] === asked.order && String(line['text']).includes('收款成功'),
  );
  assert.match(String(voice['text']), /^断电前那笔，?支付宝收款成功，十二点三四元/);
  const slip = await bench.terminal.printed(
    'the slip',
    (line) => line['orderBarcode'] === asked.order && line['kind'] === 'payment',
  );
  assert.ok(String(slip['text']).includes('12.34'));
  await bench.terminal.until('no open order', ({ openOrders }) => openOrders.length === 0);
  assert.is(bench.truth(asked.order)?.charges, 1);
});

test('A12 M8 an order whose window ended while the terminal was dead is told as unknown once, then as what it is', async ({
  bench,
}) => {
  const asked = await bench.sell('12.35', bench.code('wechat', 'password'));
  await bench.terminal.screen('unknown');
  await bench.terminal.printed('the unknown slip', (line) => line['orderBarcode'] === asked.order);
  await bench.terminal.ever('the words', (line) => line.is === 'voice' && line['order'] === asked.order);
  await bench.terminal.dump();
  await bench.terminal.kill();
  await bench.powerUp();
  await bench.terminal.until('the order is open again', ({ openOrders }) => openOrders.includes(asked.order ?? ''));
  assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
  await bench.terminal.ever(
    'the truth',
    (line) => line.is === 'voice' && line['order'] === asked.order && String(line['text']).includes('收款成功'),
  );
  const unknownAgain = bench.terminal.lines.filter((line) => {
    return (
      (line.is === 'voice' && line['order'] === asked.order && String(line['text']).includes('结果未确认')) ||
      (line.is === 'print' && line['kind'] === 'unknown')
    );
  });
  assert.equal(unknownAgain, []);
});

for (const platform of ['wechat', 'alipay'] as const) {
  test(`A12 ${platform}: replay repeats the last announcement, word for word, and is not journalled`, async ({
    bench,
  }) => {
    const order = await sellAndLeave(bench, '0.31', platform);
    const said = await bench.terminal.ever('the voice', (line) => line.is === 'voice' && line['order'] === order);
    bench.terminal.press('replay');
    const again = await bench.terminal.next(
      'the voice again',
      (line) => line.is === 'voice' && line['order'] === order && line.seq > said.seq,
    );
    assert.is(again['text'], said['text']);
    assert.equal(again['clips'], said['clips']);
    const { journal } = await bench.terminal.dump();
    assert.is(
      journal.filter((entry) => entry.type === 'TOLD' && entry['order'] === order && entry['channel'] === 'voice')
        .length,
      1,
    );
  });
}

test('A11 reprint repeats the last slip under a job of its own, marked as a reprint', async ({ bench }) => {
  const order = await sellAndLeave(bench, '0.32');
  const first = await bench.terminal.printed('the slip', (line) => line['orderBarcode'] === order);
  bench.terminal.press('reprint');
  const again = await bench.terminal.printed(
    'the reprint',
    (line) => line['orderBarcode'] === order && line['kind'] === 'reprint',
  );
  assert.is.not(again['job'], first['job']);
  assert.ok(String(again['text']).includes('补打'), String(again['text']));
  bench.terminal.press('reprint');
  const third = await bench.terminal.printed(
    'one more',
    (line) => line['kind'] === 'reprint' && line['job'] !== again['job'],
  );
  assert.is(third['orderBarcode'], order);
});

test('A12 every sentence has its clips, and every print its bytes', ({ bench }) => {
  for (const line of bench.terminal.all('voice')) assert.ok((line['clips'] as readonly string[]).length > 0);
  for (const line of bench.terminal.all('print')) assert.ok(String(line['escpos']).length > 0);
});

test.run();
