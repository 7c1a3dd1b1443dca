import * as assert from 'uvu/assert';
import type { Key } from '../../domain/screen.ts';
import { Bench } from '../support/bench.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/c4-amounts');

test.before(async (world) => {
  world.bench = await Bench.start({ config: { 'payment.maxAmountFen': 100_000 } });
});
test.after(async ({ bench }) => {
  await bench.close();
});

for (const typed of ['0', '0.0', '0.00', '00', '0.001', '0.009', '.', '.00', '.001']) {
  test(`C4 ${typed} is refused on the terminal with a prompt, and nothing is sent`, async ({ bench }) => {
    const before = bench.book.calls;
    bench.terminal.press(...([...typed] as Key[]), 'enter');
    const refused = await bench.terminal.screen('refused');
    assert.ok(
      refused.lines.some((line) => line.includes('金额必须大于0')),
      refused.lines.join(),
    );
    // A code that is shown all the same meets no sale.
    bench.terminal.scan(bench.code('wechat'));
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
    assert.equal(bench.book.calls, before);
    assert.equal(
      (await bench.terminal.dump()).journal.filter(({ type }) => type === 'ORDER_INTENT'),
      [],
    );
  });
}

test('C4 nothing typed is no amount: enter at idle asks for no code', async ({ bench }) => {
  bench.terminal.press('enter', 'backspace', 'enter');
  const { actors } = await bench.terminal.dump();
  assert.is(actors['cashier']?.state, 'idle');
  assert.is(bench.book.calls.micro_pay ?? 0, 0);
});

test('C4 an amount above the limit is refused with the limit, and nothing is sent', async ({ bench }) => {
  bench.terminal.typeAmount('1000.01');
  const refused = await bench.terminal.screen('refused');
  assert.ok(refused.lines.join().includes('1000.00'), refused.lines.join());
  assert.is(bench.book.calls.micro_pay ?? 0, 0);
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});

test('C4 the limit itself is taken, exactly', async ({ bench }) => {
  await bench.sell('1000', bench.code('alipay'));
  const paid = await bench.terminal.screen('paid');
  assert.is(bench.truth(paid.order)?.totalFen, 100_000);
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});

for (const [keys, fen] of [
  ['0.01', 1],
  ['.5', 50],
  ['007', 700],
  ['1.2.3', 123],
  ['12.345', 1234],
] as const) {
  test(`C1 the keys ${keys} charge ${fen} fen, never more than the screen shows`, async ({ bench }) => {
    await bench.sell(keys, bench.code('wechat'));
    const paid = await bench.terminal.screen('paid');
    const shown = bench.terminal.all('screen').findLast((line) => line['name'] === 'amount');
    assert.is(paid.amountFen, fen, String(shown?.['lines']));
    assert.is(bench.truth(paid.order)?.totalFen, fen);
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
  });
}

test('C1 backspace takes digits back one by one, and the last one leads home', async ({ bench }) => {
  bench.terminal.press('1', '2', 'backspace');
  const one = await bench.terminal.next('¥12', ({ is, lines }) => is === 'screen' && String(lines).includes('¥12'));
  assert.is(one['name'], 'amount');
  await bench.terminal.next('¥1', ({ is, lines }) => is === 'screen' && String(lines).includes('¥1,'));
  bench.terminal.press('backspace');
  await bench.terminal.screen('idle');
});

test.run();
