import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Random } from '../../../hal/random/contract.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { SystemRandom } from '../../../hal/random/system-random.ts';

const randoms = suite('hal/random');

const drivers: { name: string; random: Random }[] = [
  { name: 'system', random: new SystemRandom() },
  { name: 'seeded', random: new SeededRandom(42) },
];

for (const { name, random } of drivers) {
  randoms(`${name}: fractions lie in [0, 1) and spread over it`, () => {
    const buckets = new Array<number>(10).fill(0);
    for (let count = 0; count < 20_000; count++) {
      const fraction = random.fraction();
      assert.ok(fraction >= 0 && fraction < 1);
      const bucket = Math.floor(fraction * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    assert.ok(
      buckets.every((count) => count > 1700 && count < 2300),
      buckets.join(),
    );
  });

  randoms(`${name}: bytes come in the wanted number and differ`, () => {
    for (const count of [0, 1, 7, 32]) assert.is(random.bytes(count).length, count);
    assert.not.equal([...random.bytes(32)], [...random.bytes(32)]);
    const seen = new Set(random.bytes(20_000));
    assert.is(seen.size, 256);
  });
}

randoms('one seed gives one sequence, another seed another', () => {
  const take = (seed: number | string): number[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 20 }, () => random.fraction());
  };
  assert.equal(take(7), take(7));
  assert.equal(take('7'), take(7));
  assert.not.equal(take(7), take(8));
  assert.not.equal(take(1), take(10));
  assert.is(new Set(Array.from({ length: 5000 }, (_, seed) => new SeededRandom(seed).fraction())).size, 5000);
});

randoms.run();
