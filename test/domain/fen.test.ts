import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eraseAmountKey, fenOfTyped, typeAmountKey, yuanText } from '../../domain/fen.ts';

const fen = suite('domain/fen');
const typed = (keys: string): string => [...keys].reduce(typeAmountKey, '');

fen('a third decimal cannot be typed, so that 0.001 stays 0.00 and is refused as 0', () => {
  assert.is(typed('0.001'), '0.00');
  assert.is(fenOfTyped(typed('0.001')), 0);
});

fen('a point first means zero yuan, a second point and a second leading zero change nothing', () => {
  assert.is(typed('.5'), '0.5');
  assert.is(typed('1.2.3'), '1.23');
  assert.is(typed('007'), '7');
  assert.is(typed('00.02'), '0.02');
});

fen('keys that are no amount keys change nothing', () => {
  for (const key of ['enter', '-', 'e', ' ', '１']) assert.is(typeAmountKey('12', key), '12');
});

fen('whatever is typed, the amount is a whole number of fen and shows as the same amount', () => {
  const keys = fc.array(fc.constantFrom(...'0123456789.'), { maxLength: 20 });
  fc.assert(
    fc.property(keys, (pressed) => {
      const amount = fenOfTyped(typed(pressed.join('')));
      assert.ok(Number.isSafeInteger(amount) && amount >= 0 && amount <= 9_999_999_999);
      assert.is(fenOfTyped(yuanText(amount)), amount);
    }),
  );
});

fen('every amount up to 100 yuan comes back from its text, without a rounding step', () => {
  for (let amount = 0; amount <= 10_000; amount += 1) assert.is(fenOfTyped(yuanText(amount)), amount);
});

fen('erasing takes the last key back', () => {
  assert.is(eraseAmountKey('12.3'), '12.');
  assert.is(eraseAmountKey(''), '');
});

fen('a fraction of a fen is a bug and throws', () => {
  assert.throws(() => yuanText(1.5), RangeError);
  assert.throws(() => fenOfTyped('1.234'), RangeError);
  assert.is(yuanText(-5), '-0.05');
});

fen.run();
