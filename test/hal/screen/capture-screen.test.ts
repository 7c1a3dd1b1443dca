import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Screen } from '../../../domain/screen.ts';
import { CaptureScreen } from '../../../hal/screen/capture-screen.ts';

const screen = suite('hal/screen/capture-screen');

const idle: Screen = { name: 'idle', lines: ['请输入金额'], order: null, amountFen: null };
const amount = (fen: number): Screen => ({
  name: 'amount',
  lines: ['收款', `¥${fen / 100}`],
  order: null,
  amountFen: fen,
});

screen('the watcher is told every screen in order', () => {
  const display = new CaptureScreen();
  const seen: Screen[] = [];
  display.subscribe((shown) => seen.push(shown));
  display.show(idle);
  display.show(amount(200));
  assert.equal(seen, [idle, amount(200)]);
  assert.equal(display.current(), amount(200));
});

screen('a screen that is already shown is not told again', () => {
  const display = new CaptureScreen();
  let told = 0;
  display.subscribe(() => (told += 1));
  display.show(amount(200));
  display.show(amount(200));
  assert.is(told, 1);
  display.show({ ...amount(200), order: '0100005200000018' });
  assert.is(told, 2, 'another order is another screen');
});

screen('only the last screens are remembered, so that 100,000 sales need no more memory than a few', () => {
  const display = new CaptureScreen({ historyMax: 3 });
  for (let fen = 1; fen <= 50; fen += 1) display.show(amount(fen));
  assert.equal(
    display.history().map((shown) => shown.amountFen),
    [48, 49, 50],
  );
});

screen('a closed display and a watcher that left are told nothing', async () => {
  const display = new CaptureScreen();
  let told = 0;
  const leave = display.subscribe(() => (told += 1));
  leave();
  display.show(idle);
  display.subscribe(() => (told += 1));
  await display.close();
  await display.close();
  display.show(amount(5));
  assert.is(told, 0);
});

screen.run();
