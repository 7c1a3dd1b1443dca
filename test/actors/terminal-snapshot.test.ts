import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { MASKED } from '../../actors/support-mask.ts';
import { snapshotParts } from '../../fleet/contract/snapshot-parts.ts';
import { snapshotSchema } from '../../fleet/contract/snapshot.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { makeCode } from '../../simulator/gateway/customer-codes.ts';
import { createSandbox } from '../../simulator/gateway/sandbox.ts';
import { sandboxTransport } from '../support/sandbox-transport.ts';
import { ScriptedBroker } from '../support/scripted-broker.ts';
import { VirtualTerminal } from '../support/virtual-terminal.ts';

const test = suite('actors/terminal-snapshot');

async function start(broker: ScriptedBroker | null): Promise<VirtualTerminal> {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, random: new SeededRandom(1), merchants: demoMerchants('TILL_V1_000001') });
  const transport = sandboxTransport(sandbox, clock);
  const fleet = broker === null ? {} : { fleet: broker.part };
  return VirtualTerminal.start({ seed: 1, clock, transport, ...fleet });
}

test('a snapshot fits the contract at every stage of a sale, and holds no code and no key', async () => {
  const terminal = await start(new ScriptedBroker());
  const code = makeCode('wechat', 'password', 60, terminal.random);
  const secrets = [code, demoMerchants()[0]?.authenKey ?? 'no key'];
  const look = (): void => {
    const snapshot = terminal.terminal.snapshot();
    assert.ok(v.is(snapshotSchema, snapshot));
    assert.ok(snapshotParts('c', snapshot).length > 0);
    const text = JSON.stringify(snapshot);
    for (const secret of secrets) assert.not.ok(text.includes(secret), secret);
  };
  await terminal.pass(10_000);
  look();
  terminal.keypad.press('4', '7', '1', '1');
  await terminal.turn();
  look();
  const cashier = terminal.terminal.snapshot().actors['cashier']?.context as { readonly typed: unknown };
  assert.is(cashier.typed, MASKED, 'what is typed could be a code');
  terminal.keypad.press('enter');
  await terminal.turn();
  terminal.scanner.read(code);
  for (let second = 0; second < 10; second += 1) {
    await terminal.pass(1000);
    look();
  }
  const { actors, transitions } = terminal.terminal.snapshot();
  const payment = Object.entries(actors).find(([id]) => id.startsWith('payment.'));
  assert.ok(payment !== undefined && payment[1].machine === 'payment');
  assert.ok(JSON.stringify(payment[1].context).includes(MASKED), 'the reference to the code is masked');
  assert.ok(transitions.length > 10 && transitions.length <= 256);
  assert.ok(transitions.every(({ n }, index) => n === (transitions[0]?.n ?? 0) + index));
  assert.ok(transitions.some(({ a, cx }) => a === 'cashier' && cx !== undefined));
});

test('a terminal without a fleet keeps no transitions and answers all the same', async () => {
  const terminal = await start(null);
  const snapshot = terminal.terminal.snapshot();
  assert.ok(v.is(snapshotSchema, snapshot));
  assert.equal(snapshot.transitions, []);
  assert.not.ok('fleetLink' in snapshot.actors);
});

test.run();
