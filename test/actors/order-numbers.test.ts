import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OrderNumbers } from '../../actors/order-numbers.ts';
import { Ledger } from '../../domain/ledger.ts';
import { readNumber } from '../../domain/order-number.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';

const test = suite('actors/order-numbers');

const PREFIX = '01009999';

/** One process life on what earlier lives left durable. */
function life(ledger: Ledger, seed = 1) {
  const numbers = new OrderNumbers({ ledger, random: new SeededRandom(seed), device: '0042' });
  let seq = 0;
  /** Reserves and makes it durable, as the caller must. */
  const take = (of: 'order' | 'refund' = 'order', prefix = PREFIX): string => {
    const { number, facts } = numbers.reserve(prefix, of);
    for (const fact of facts) ledger.apply({ ...fact, seq: (seq += 1), at: 0 });
    return number;
  };
  const counterOf = (number: string): number => {
    const reading = readNumber(number, PREFIX);
    return reading.ok ? reading.counter : -1;
  };
  return { numbers, take, counterOf };
}

test('M5 a thousand numbers of a life are all different, well formed and rising', () => {
  const { take, counterOf } = life(new Ledger());
  const numbers = Array.from({ length: 1000 }, () => take());
  assert.is(new Set(numbers).size, 1000);
  assert.ok(numbers.every((number) => readNumber(number, PREFIX).ok));
  const counters = numbers.map(counterOf);
  assert.ok(counters.every((counter, index) => index === 0 || counter === (counters[index - 1] ?? 0) + 1));
});

test('M5 the counter is durable once a block of a hundred, not once a number', () => {
  const ledger = new Ledger();
  const { numbers } = life(ledger);
  let blocks = 0;
  for (let index = 0; index < 250; index += 1) {
    for (const fact of numbers.reserve(PREFIX, 'order').facts) {
      blocks += 1;
      ledger.apply({ ...fact, seq: blocks, at: 0 });
    }
  }
  assert.is(blocks, 3);
});

test('M5 a restart goes on behind everything that may have been used', () => {
  const ledger = new Ledger();
  const used = new Set<string>();
  for (let boot = 0; boot < 20; boot += 1) {
    const { take } = life(ledger, boot + 1);
    for (let index = 0; index < 7 * boot + 1; index += 1) {
      const number = take(index % 3 === 0 ? 'refund' : 'order');
      assert.not.ok(used.has(number));
      used.add(number);
    }
  }
});

test('M5 M10 a number whose record failed is not given again, and its block is asked for anew', () => {
  const ledger = new Ledger();
  const { numbers } = life(ledger);
  const lost = numbers.reserve(PREFIX, 'order');
  assert.is(lost.facts.length, 1);
  const next = numbers.reserve(PREFIX, 'order');
  assert.is.not(next.number, lost.number);
  assert.is(next.facts.length, 1);
});

test('a fresh installation starts at a random place', () => {
  const starts = [1, 2, 3, 4].map((seed) => life(new Ledger(), seed).take());
  assert.is(new Set(starts).size, 4);
});

test('orders and refunds share the counter and never a number', () => {
  const { take } = life(new Ledger());
  const [order, refund] = [take('order'), take('refund')];
  const kinds = [order, refund].map((number) => {
    const reading = readNumber(number, PREFIX);
    return reading.ok ? reading.of : reading.reason;
  });
  assert.equal(kinds, ['order', 'refund']);
});

test('a prefix that leaves no room is refused in words', () => {
  const { numbers } = life(new Ledger());
  assert.throws(() => numbers.reserve('123456789012345', 'order'), /prefix/);
});

test.run();
