import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { factSchemas } from '../../../fleet/contract/events.ts';
import { SimulatedOutbox } from '../../../fleet/service/simulate/simulated-outbox.ts';
import { SimulatedTrade } from '../../../fleet/service/simulate/simulated-trade.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { cashierMachine } from '../../../machines/cashier.machine.ts';
import { paymentMachine } from '../../../machines/payment.machine.ts';
import { terminalMachine } from '../../../machines/terminal.machine.ts';
import * as v from 'valibot';
import type { AnyStateMachine, StateValue } from 'xstate';

const trade = suite('fleet/service/simulate');
const CHARTS: Readonly<Record<string, AnyStateMachine>> = {
  terminal: terminalMachine,
  cashier: cashierMachine,
  payment: paymentMachine,
};

trade('a simulated terminal shows only states that the real charts have, and facts of the contract', () => {
  const simulated = new SimulatedTrade(new SeededRandom('1'), '80000001', 1000);
  const types = new Set<string>();
  let [nowMs, seen] = [1_700_000_000_000, 0];
  for (let step = 0; step < 2_000; step++) {
    const { facts, nextMs } = simulated.step(nowMs);
    nowMs += Math.ceil(nextMs);
    for (const { type, d } of facts) {
      types.add(type);
      const schema = factSchemas[type as keyof typeof factSchemas];
      assert.is(v.safeParse(schema, d).success, true, type);
    }
    for (const { machine, state } of Object.values(simulated.actors())) {
      const chart = CHARTS[machine];
      assert.not.throws(
        () => chart?.resolveState({ value: state as StateValue, context: {} }),
        undefined,
        JSON.stringify(state),
      );
      seen += 1;
    }
  }
  assert.ok(seen > 4_000);
  assert.equal([...types].toSorted(), ['ORDER_INTENT', 'ORDER_RESULT', 'TOLD']);
  const { cnt = {}, ph = {} } = simulated.counts();
  assert.ok((cnt['wechat.paid'] ?? 0) > 10);
  assert.is(ph['result']?.n, ph['voice']?.n);
});

trade('the outbox sends what is not acknowledged, keeps to its window and fills what is gone', () => {
  const outbox = new SimulatedOutbox();
  for (let i = 0; i < 5_000; i++) outbox.add(i, 'BOOT', {});
  const first = outbox.due();
  assert.equal([first.length, first.flat().length, first.flat()[0]?.s], [16, 3_200, 1]);
  assert.equal(outbox.due(), []);
  outbox.acknowledge(3_000);
  assert.equal(
    outbox
      .due()
      .flat()
      .map(({ s }) => s)
      .at(-1),
    5_000,
  );
  outbox.rewind();
  assert.is(outbox.due().flat()[0]?.s, 3_001);
  outbox.acknowledge(99_999);
  assert.is(outbox.acked, 3_000, 'nobody can acknowledge what was never sent');
  outbox.resendFrom(2_999, 7);
  const again = outbox.due().flat();
  assert.equal(
    again.slice(0, 3).map(({ s, type }) => [s, type]),
    [
      [2_999, 'GONE'],
      [3_000, 'GONE'],
      [3_001, 'BOOT'],
    ],
  );
});

trade.run();
