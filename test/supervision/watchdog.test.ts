import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { createSandbox } from '../../simulator/gateway/sandbox.ts';
import { ActorCensus } from '../support/actor-census.ts';
import { sandboxTransport } from '../support/sandbox-transport.ts';
import { VirtualTerminal } from '../support/virtual-terminal.ts';

// The watchdog of a whole terminal: it is fed by what a payment needs, not by a timer that would outlive it.

const test = suite('supervision/watchdog');

const PET_MS = 10_000;
const MINUTE_MS = 60_000;

async function startWatched() {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, random: new SeededRandom(1) });
  sandbox.bind('sz01TESTSHP000000001', 'dev-001', 'TILL_V1_000001');
  const census = new ActorCensus();
  let pets = 0;
  let terminal: VirtualTerminal | null = null;
  await census.watch(async () => {
    terminal = await VirtualTerminal.start({
      ...{ seed: 1, clock, transport: sandboxTransport(sandbox, clock) },
      watchdog: { petMs: PET_MS, pet: () => void (pets += 1), close: () => Promise.resolve() },
    });
  });
  const running = terminal as VirtualTerminal | null;
  if (running === null) throw new Error('the terminal did not start');
  const petsIn = async (ms: number): Promise<number> => {
    const before = pets;
    await running.pass(ms);
    return pets - before;
  };
  return { terminal: running, census, petsIn };
}

test('a terminal that works is petted for, sales or none', async () => {
  const { terminal, petsIn } = await startWatched();
  assert.is(await petsIn(MINUTE_MS), 6);
  await terminal.sell(2005, 'wechat');
  assert.is(await petsIn(MINUTE_MS), 6);
  terminal.stop();
  assert.is(await petsIn(MINUTE_MS), 0, 'nothing pets for a terminal that has stopped');
});

test('M10 a journal that stays broken is barked at after its grace, and no longer once it is mended', async () => {
  const { terminal, petsIn } = await startWatched();
  terminal.disk.inject({ call: 'any', nth: 1, code: 'EIO', permanent: true });
  await terminal.sell(2005, 'wechat');
  assert.ok((await petsIn(5 * MINUTE_MS)) > 0, 'the terminal may mend itself first');
  await terminal.pass(10 * MINUTE_MS);
  assert.is(await petsIn(10 * MINUTE_MS), 0);
  terminal.disk.heal();
  await terminal.pass(2 * MINUTE_MS);
  assert.is(await petsIn(MINUTE_MS), 6);
});

test('a cashier’s session that is gone is barked at although the root still stands', async () => {
  const { census, petsIn } = await startWatched();
  const { system } = census.root as unknown as { system: { get: (id: string) => unknown } };
  const whole = system.get.bind(system);
  system.get = (id) => (id === 'cashier' ? undefined : whole(id));
  assert.is(await petsIn(MINUTE_MS), 0);
  system.get = whole;
  assert.is(await petsIn(MINUTE_MS), 6);
});

test('a cashier’s session that hangs on every event is barked at', async () => {
  const { census, petsIn } = await startWatched();
  const cashier = (
    census.root as unknown as { system: { get: (id: string) => { send: (event: object) => void } } }
  ).system.get('cashier');
  const { send } = cashier;
  cashier.send = () => undefined;
  assert.is(await petsIn(MINUTE_MS), 0);
  cashier.send = send;
  assert.is(await petsIn(MINUTE_MS), 6);
});

test('a root that has given up pets no more', async () => {
  const { terminal, census, petsIn } = await startWatched();
  for (let crash = 1; crash <= 6; crash += 1) {
    census
      .citizens()
      .find(({ machine }) => machine === 'cashier')
      ?.crash(new Error('planted'));
    await terminal.pass(1000);
  }
  assert.is(terminal.crashes.length, 1);
  assert.is(await petsIn(MINUTE_MS), 0);
});

test.run();
