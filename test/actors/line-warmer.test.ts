import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { createSandbox } from '../../simulator/gateway/sandbox.ts';
import { sandboxTransport, VIRTUAL_DOMAINS } from '../support/sandbox-transport.ts';
import { VirtualTerminal } from '../support/virtual-terminal.ts';

const test = suite('actors/line-warmer');

async function open() {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, random: new SeededRandom(1) });
  sandbox.bind('sz01TESTSHP000000001', 'dev-001', 'TILL_V1_000001');
  const warmed: string[] = [];
  const transport = {
    ...sandboxTransport(sandbox, clock),
    warmUp: (domain: string) => {
      warmed.push(domain);
      return Promise.resolve();
    },
  };
  return { warmed, terminal: await VirtualTerminal.start({ seed: 1, clock, transport }) };
}

test('the line to the first domain is warmed with the amount, and again while the code is waited for', async () => {
  const { terminal, warmed } = await open();
  terminal.keypad.press('8', 'enter');
  await terminal.pass(1000);
  assert.is(terminal.screenName, 'present-code');
  assert.equal(warmed, [VIRTUAL_DOMAINS[0]]);
  await terminal.pass(29_000);
  assert.is(warmed.length, 5);
});

test('nothing is warmed any more when the screen is left', async () => {
  const { terminal, warmed } = await open();
  terminal.keypad.press('8', 'enter');
  await terminal.pass(1000);
  terminal.keypad.press('cancel');
  await terminal.pass(120_000);
  assert.is(warmed.length, 1);
});

test.run();
