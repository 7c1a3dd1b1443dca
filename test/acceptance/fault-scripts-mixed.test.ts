import * as assert from 'uvu/assert';
import { FAULT_SCRIPTS } from '../../simulator/gateway/fault-scripts.ts';
import { runFaultScripts, type FaultScriptRun } from '../support/fault-script-run.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ run: FaultScriptRun }>('acceptance/fault-scripts-mixed');

test.before(async (world) => {
  world.run = await runFaultScripts('mixed').catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    throw error;
  });
});

for (const { id, en } of FAULT_SCRIPTS) {
  test(`A3 C3 under mixed: ${id}: ${en}: both platforms end with the gateway’s truth, one number, at most one charge`, ({
    run,
  }) => {
    const sales = run.sales.filter(({ script }) => script.id === id);
    assert.is(sales.length, 2);
    for (const { order, platform } of sales) {
      assert.equal(
        run.wrong.filter((what) => what.includes(order)),
        [],
      );
      const same = run.book.orders.filter((one) => one.script === id && one.platform === platform);
      assert.ok(same.every(({ number, charges }) => number === order && charges <= 1));
      if (!run.ambiguous.includes(order)) assert.is(run.unresolved.includes(order), run.neverTold.includes(order));
    }
  });
}

test('A3 C3 under mixed, both platforms: nothing else is wrong: no order lost, none charged twice, nothing reversed, no slip printed twice', ({
  run,
}) => {
  assert.equal(run.wrong, []);
  assert.is(run.book.totals.chargedTwice, 0);
  assert.is(run.book.traps.reverse, 0);
});

test('A3 under mixed, both platforms: an order that the gateway never tells about stays open, with the mandated words and an unknown slip', ({
  run,
}) => {
  for (const order of run.neverTold) {
    const voices = run.lines.filter((line) => line.is === 'voice' && line['order'] === order);
    assert.equal(
      voices.map((line) => line['text']),
      ['结果未确认，请查单，勿重复收款'],
    );
    const slips = run.lines.filter((line) => line.is === 'print' && line['orderBarcode'] === order);
    assert.equal(
      slips.map((line) => line['kind']),
      ['unknown'],
    );
  }
});

test.run();
