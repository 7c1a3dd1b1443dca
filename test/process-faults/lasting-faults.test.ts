import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FaultBench } from './fault-bench.ts';
import type { Fault } from './fault-shim.ts';

// A disk that goes on failing until the test heals it (M10), under the real process before the sandbox.
const test = suite<{ world: FaultBench }>('process-faults/lasting-faults');

test.before.each(async (context) => {
  context.world = await FaultBench.start();
});
test.after.each(async ({ world }) => {
  await world.close();
});

const FAULTS: readonly (Fault & { readonly name: string })[] = [
  { name: 'fdatasync says EIO', calls: ['sync'], error: 'EIO', count: 0 },
  { name: 'writes say ENOSPC', calls: ['open', 'write'], error: 'ENOSPC', count: 0 },
  {
    name: 'everything that changes says EROFS',
    calls: ['open', 'write', 'rename', 'folder'],
    error: 'EROFS',
    count: 0,
  },
];

for (const { name, ...fault } of FAULTS) {
  test(`${name}: sales stop with an alarm, nothing is sent without a durable intent, and sales go on after the fault`, async ({
    world,
  }) => {
    const { bench, shim, cashier } = world;
    await cashier.sell();
    const charged = bench.book.orders.length;
    shim.fail(fault);
    // The first sale may get as far as its intent; it ends there.
    assert.is((await cashier.trySale()).name, 'refused');
    const refused = await cashier.trySale();
    assert.is(refused.name, 'refused');
    assert.match(refused.lines.join(), /存储故障/);
    await bench.terminal.voice('存储故障');
    bench.terminal.press('cancel');
    const idle = await bench.terminal.screen('idle');
    assert.match(idle.lines.join(), /存储故障/);
    assert.is(bench.book.orders.length, charged, 'no request left the terminal');
    shim.heal();
    await cashier.sell();
    assert.ok(shim.failed > 0);
    await world.mustHoldMoneyTruth();
  });
}

test('while the disk fails an order that is under way is queried, announced, and recorded when the disk is back', async ({
  world,
}) => {
  const { bench, shim, cashier } = world;
  const asked = await bench.sell('5.20', bench.code('wechat', 'password'));
  await bench.terminal.ever('the password screen', (line) => line['name'] === 'password');
  shim.fail({ calls: ['write', 'sync'], error: 'EIO', count: 0 });
  assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
  const paid = await bench.terminal.screen('paid');
  assert.is(paid.order, asked.order);
  await bench.terminal.voice('微信支付收款成功，五点二元');
  await bench.terminal.voice('存储故障');
  const { journal } = await bench.terminal.dump();
  assert.not.ok(journal.some(({ type, order }) => type === 'ORDER_RESULT' && order === asked.order));
  shim.heal();
  await bench.terminal.until('the record', (dump) =>
    dump.journal.some(({ type, order }) => type === 'ORDER_RESULT' && order === asked.order),
  );
  await cashier.sell();
  await world.mustHoldMoneyTruth();
});

test('while the disk fails a new configuration is refused and the old one goes on working', async ({ world }) => {
  const { bench, shim, cashier } = world;
  shim.fail({ calls: ['write', 'sync'], error: 'ENOSPC', count: 0 });
  bench.terminal.press('cancel');
  bench.terminal.scan(bench.configurationQr());
  const failed = await bench.terminal.screen('config-failed');
  assert.match(failed.lines.join(), /配置无法保存/);
  shim.heal();
  await cashier.sell();
  await world.end('stop');
  assert.is((await world.powerUp())['configured'], true);
  await cashier.sell();
  await world.mustHoldMoneyTruth();
});

test('a disk that cannot tell whether the settings are there is not taken for a new terminal', async ({ world }) => {
  const { bench, shim, cashier } = world;
  await world.end('stop');
  shim.fail({ calls: ['look'], error: 'EIO', count: 0 });
  await world.powerUp().then(
    () => assert.unreachable('a terminal without its settings must not start'),
    () => undefined,
  );
  assert.is(await bench.terminal.exited(), 1);
  assert.match(bench.terminal.stderr, /^till run: [^\n]*EIO[^\n]*\n$/);
  shim.heal();
  assert.is((await world.powerUp())['configured'], true);
  await cashier.sell();
  await world.mustHoldMoneyTruth();
});

test.run();
