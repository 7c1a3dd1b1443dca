import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runSoak } from '../support/soak-run.ts';

// The short run of `npm run soak`. The ledger keeps 2,000 settled orders, so only what comes after them can show a leak.

const test = suite('soak/payments');
const PAYMENTS = 5000;
/** The long run allows 5 bytes; over so few payments the collector's own noise is larger. A kept chart weighs some 2,900. */
const SLOPE_BYTES_MAX = 400;

test('thousands of payments in one process leave nothing behind', async () => {
  setFlagsFromString('--expose-gc');
  globalThis.gc ??= runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
  const { samples, heapBytesPerPayment, printed, spoken } = await runSoak({ payments: PAYMENTS, sampleEvery: 250 });
  const [first, last] = [samples[9], samples.at(-1)];
  assert.ok(first !== undefined && last !== undefined);
  assert.ok(printed > PAYMENTS * 0.8 && spoken > PAYMENTS, `${printed} slips, ${spoken} sentences`);
  assert.ok(heapBytesPerPayment < SLOPE_BYTES_MAX, `${heapBytesPerPayment} bytes a payment`);
  assert.is(last.handles, first.handles);
  assert.is(last.descriptors, first.descriptors);
  assert.is(last.actors, first.actors);
  assert.ok(last.timers <= first.timers + 2, `${first.timers} timers became ${last.timers}`);
});

test.run();
