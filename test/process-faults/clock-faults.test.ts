import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readJournal } from '../support/read-journal.ts';
import { FaultBench } from './fault-bench.ts';

// The wall clock of the real process is set off by a year while everything else keeps the true time (M5, M8).
const test = suite<{ world: FaultBench }>('process-faults/clock-faults');

test.before.each(async (context) => {
  context.world = await FaultBench.start();
});
test.after.each(async ({ world }) => {
  await world.close();
});

const YEAR_S = 365 * 86_400;
const JUMPS = [
  { name: 'back a year', seconds: -YEAR_S },
  { name: 'forward a year', seconds: YEAR_S },
];

function ordersInJournal(dataDir: string): string[] {
  return readJournal(dataDir).flatMap((entry) => (entry.type === 'ORDER_INTENT' ? [entry.order] : []));
}

for (const { name, seconds } of JUMPS) {
  test(`a clock set ${name} while the customer types the password changes no verdict`, async ({ world }) => {
    const { bench, shim, cashier } = world;
    const asked = await bench.sell('5.20', bench.code('alipay', 'password'));
    await bench.terminal.ever('the password screen', (line) => line['name'] === 'password');
    shim.shiftClock(seconds);
    // Two more answers under the wrong clock: nothing is claimed.
    const answered = bench.gateway.sandbox.revision();
    await bench.terminal.dump();
    assert.ok(bench.gateway.sandbox.revision() >= answered);
    assert.not.ok(bench.terminal.all('screen').some(({ name: screen }) => screen === 'failed' || screen === 'unknown'));
    assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
    assert.is((await bench.terminal.screen('paid')).order, asked.order);
    shim.shiftClock(0);
    await cashier.sell();
    await world.mustHoldMoneyTruth();
  });

  test(`a terminal that starts with its clock set ${name} takes up its open order and repeats no number`, async ({
    world,
  }) => {
    const { bench, shim, cashier } = world;
    await cashier.sell();
    const asked = await bench.sell('5.20', bench.code('wechat', 'password'));
    await bench.terminal.ever('the password screen', (line) => line['name'] === 'password');
    await world.end('kill');
    const before = ordersInJournal(bench.dataDir);
    shim.shiftClock(seconds);
    assert.is((await world.powerUp())['configured'], true);
    assert.equal((await bench.terminal.dump()).openOrders, [asked.order]);
    // The gateway's certificate does not fit such a clock: the sale ends without a byte sent, and says so truthfully.
    await cashier.trySale();
    assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
    shim.shiftClock(0);
    await bench.terminal.voice('断电前那笔');
    await cashier.sell();
    await world.mustHoldMoneyTruth();
    const after = ordersInJournal(bench.dataDir);
    assert.is(new Set(after).size, after.length);
    assert.equal(after.slice(0, before.length), before);
  });
}

test.run();
