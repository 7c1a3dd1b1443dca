import * as assert from 'uvu/assert';
import type { Key } from '../../domain/screen.ts';
import { PLATFORMS, type Platform } from '../../domain/platform.ts';
import { Bench } from '../support/bench.ts';
import type { Line } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/hand-budget');

test.before(async (world) => {
  world.bench = await Bench.start();
});
test.after(async ({ bench }) => bench.close());

/** The cashier's hands, which count: nothing else touches the terminal while they work. */
class CountingHands {
  readonly moves: string[] = [];
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  press(...keys: Key[]): void {
    this.moves.push(...keys);
    this.#bench.terminal.press(...keys);
  }

  scan(text: string): void {
    this.moves.push('scan');
    this.#bench.terminal.scan(text);
  }
}

async function pay(bench: Bench, platform: Platform): Promise<{ hands: CountingHands; order: string }> {
  const hands = new CountingHands(bench);
  hands.press('2', '0', '.', '0', '5', 'enter');
  await bench.terminal.screen('present-code');
  hands.scan(bench.code(platform));
  const { order } = await bench.terminal.screen('paid');
  await slip(bench, (line) => line['orderBarcode'] === order);
  assert.ok(order !== null);
  return { hands, order };
}

const slip = (bench: Bench, fits: (line: Line) => boolean): Promise<Line> => bench.terminal.printed('a slip', fits);
const count = (bench: Bench, is: string): number => bench.terminal.all(is).length;

for (const platform of PLATFORMS) {
  test(`A3 ${platform}: a payment costs its digits, enter and one scan, and the next one starts on its result`, async ({
    bench,
  }) => {
    const first = await pay(bench, platform);
    assert.equal(first.hands.moves, ['2', '0', '.', '0', '5', 'enter', 'scan']);
    // No key leads back: the result is left by typing.
    const second = await pay(bench, platform);
    assert.is(second.hands.moves.length, 7);
    assert.not.equal(second.order, first.order);
  });

  test(`A4 ${platform}: a full refund costs the refund key, one scan and enter`, async ({ bench }) => {
    const { order } = await pay(bench, platform);
    const hands = new CountingHands(bench);
    hands.press('refund');
    await bench.terminal.screen('refund-scan');
    hands.scan(order);
    await bench.terminal.screen('refund-amount');
    hands.press('enter');
    const accepted = await bench.terminal.screen('refund-accepted');
    assert.is(accepted.amountFen, 2005);
    assert.equal(hands.moves, ['refund', 'scan', 'enter']);
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
  });

  test(`A5 ${platform}: a query costs one scan`, async ({ bench }) => {
    const { order } = await pay(bench, platform);
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
    const hands = new CountingHands(bench);
    hands.scan(order);
    assert.is((await bench.terminal.screen('order')).order, order);
    assert.equal(hands.moves, ['scan']);
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
  });

  test(`A11 A12 ${platform}: replay and reprint cost one key each`, async ({ bench }) => {
    const { order } = await pay(bench, platform);
    await bench.terminal.until('everything told', ({ openOrders }) => openOrders.length === 0);
    const spoken = count(bench, 'voice');
    const hands = new CountingHands(bench);
    hands.press('replay');
    await bench.terminal.ever('the replay', () => count(bench, 'voice') > spoken);
    assert.match(bench.terminal.spoken().at(-1) ?? '', /收款成功，二十点零五元$/);
    const printed = count(bench, 'print');
    hands.press('reprint');
    await bench.terminal.ever('the reprint', () => count(bench, 'print') > printed);
    assert.is(bench.terminal.all('print').at(-1)?.['orderBarcode'], order);
    assert.equal(hands.moves, ['replay', 'reprint']);
  });
}

test.run();
