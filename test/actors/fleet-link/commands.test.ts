import { generateKeyPairSync } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FleetPart } from '../../../actors/fleet-link/fleet-part.ts';
import type { Command } from '../../../fleet/contract/commands.ts';
import { signCommand } from '../../../fleet/contract/command-signature.ts';
import { SnapshotJoiner } from '../../../fleet/contract/snapshot-parts.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { demoMerchants } from '../../../simulator/gateway/merchant.ts';
import { createSandbox } from '../../../simulator/gateway/sandbox.ts';
import { sandboxTransport } from '../../support/sandbox-transport.ts';
import { ScriptedBroker, TID } from '../../support/scripted-broker.ts';
import { VirtualTerminal } from '../../support/virtual-terminal.ts';

// Commands and wishes of the service at a whole terminal, over restarts and wrong clocks.

const test = suite('actors/fleet-link/commands');

async function start(more: Partial<FleetPart> = {}) {
  const broker = new ScriptedBroker();
  const clock = new VirtualClock();
  const sandbox = createSandbox({
    clock,
    random: new SeededRandom(1),
    merchants: demoMerchants('TILL_V1_000001'),
  });
  const transport = sandboxTransport(sandbox, clock);
  const fleet: typeof broker.part = async (...around) => ({ ...(await broker.part(...around)), ...more });
  const terminal = await VirtualTerminal.start({ seed: 1, clock, transport, fleet });
  await terminal.pass(10_000);
  const command = (id: string, op: string, args: object = {}, lifeMs = 60_000): Command => ({
    id,
    op,
    args: { ...args },
    exp: clock.wallMs() + lifeMs,
    by: 'ops',
  });
  /** States that were reported of a command, in order. */
  const states = (id: string): string[] =>
    broker
      .of('up/cr')
      .filter((report) => report.id === id)
      .map(({ st }) => st);
  const last = (id: string) =>
    broker
      .of('up/cr')
      .filter((report) => report.id === id)
      .at(-1);
  return { broker, clock, terminal, command, states, last };
}

test('a command is accepted, carried out and told; a repeat is told again and not carried out again', async () => {
  const { broker, terminal, command, states, last } = await start();
  const volume = command('c1', 'volume', { percent: 30 });
  broker.say('dn/cm', volume);
  await terminal.pass(2000);
  assert.equal(states('c1'), ['accepted', 'done']);
  assert.is(terminal.speaker.volume(), 30);
  terminal.speaker.setVolume(99);
  broker.say('dn/cm', volume);
  await terminal.pass(2000);
  assert.equal(states('c1'), ['accepted', 'done', 'done']);
  assert.equal(last('c1')?.res, { percent: 30 });
  assert.is(terminal.speaker.volume(), 99);
});

test('with the operators’ key a service in wrong hands cannot command: only what they signed for this terminal is done', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const commandKeyPem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  const { broker, terminal, command, states, last } = await start({ commandKeyPem });
  const before = terminal.speaker.volume();
  const plain = command('plain', 'volume', { percent: 30 });
  const forOther = command('other', 'volume', { percent: 31 });
  const changed = command('changed', 'volume', { percent: 32 });
  broker.say('dn/cm', plain);
  broker.say('dn/cm', { ...forOther, sig: signCommand('another-terminal', forOther, privateKey) });
  broker.say('dn/cm', { ...changed, sig: signCommand(TID, { ...changed, args: { percent: 1 } }, privateKey) });
  await terminal.pass(5000);
  for (const id of ['plain', 'other', 'changed']) {
    assert.equal(states(id), ['rejected']);
    assert.match(last(id)?.why ?? '', /only commands that an operator signed for it/);
  }
  assert.is(terminal.speaker.volume(), before);
  const signed = command('signed', 'volume', { percent: 33 });
  const good = { ...signed, sig: signCommand(TID, signed, privateKey) };
  broker.say('dn/cm', good);
  broker.say('dn/cm', good);
  await terminal.pass(5000);
  assert.is(states('signed').filter((state) => state === 'accepted').length, 1, 'carried out once');
  assert.is(terminal.speaker.volume(), 33);
});

test('a repeat in the next process life is not carried out either', async () => {
  const { broker, terminal, command, states } = await start();
  const level = command('c1', 'log-level', { level: 'debug' }, 3_600_000);
  broker.say('dn/cm', level);
  await terminal.pass(2000);
  terminal.stop();
  await terminal.powerUp();
  await terminal.pass(10_000);
  broker.say('dn/cm', level);
  await terminal.pass(2000);
  assert.equal(states('c1'), ['accepted', 'done', 'done']);
  assert.equal(broker.logLevels, ['debug']);
});

test('a command that the end of the process cut off is told as failed and never begun again', async () => {
  const { broker, terminal, command, states } = await start();
  const follow = command('c1', 'snapshot', { followMs: 600_000 }, 3_600_000);
  broker.say('dn/cm', follow);
  await terminal.pass(2000);
  assert.equal(states('c1')[0], 'accepted');
  terminal.stop();
  await terminal.powerUp();
  await terminal.pass(10_000);
  assert.is(states('c1').at(-1), 'failed');
  const parts = broker.of('up/sn').length;
  broker.say('dn/cm', follow);
  await terminal.pass(10_000);
  assert.is(states('c1').at(-1), 'failed');
  assert.is(broker.of('up/sn').length, parts);
});

test('none runs past its time: late, with a clock that is behind, or waiting behind another', async () => {
  const { broker, clock, terminal, command, states } = await start();
  broker.say('dn/cm', command('late', 'volume', { percent: 1 }, -1));
  broker.say('dn/cm', command('far', 'volume', { percent: 1 }, 8 * 86_400_000));
  broker.say('dn/cm', command('slow', 'snapshot', { followMs: 60_000 }, 5000));
  broker.say('dn/cm', command('behind', 'volume', { percent: 1 }, 100));
  // The service's clock says that ours is two hours behind.
  await terminal.pass(70_000);
  broker.say('dn/cm', { ...command('wrong', 'volume', { percent: 1 }), t: clock.wallMs() + 7_200_000 });
  await terminal.pass(2000);
  assert.equal(states('late'), ['expired']);
  assert.equal(states('far'), ['rejected']);
  assert.is(states('slow').at(-1), 'done');
  assert.equal(states('behind'), ['expired']);
  assert.equal(states('wrong'), ['expired']);
  assert.is(terminal.speaker.volume(), 80);
});

test('what is unknown, does not fit or would move money is refused with why', async () => {
  const { broker, terminal, command, last } = await start();
  for (const op of ['pay', 'refund', 'reverse', 'constructor', '__proto__', 'unbind']) {
    broker.say('dn/cm', command(`x-${op}`, op, { amountFen: 1 }));
  }
  broker.say('dn/cm', command('x-args', 'volume', { percent: 101 }));
  broker.say('dn/cm', command('x-boot', 'reboot'));
  await terminal.pass(5000);
  for (const op of ['pay', 'refund', 'reverse', 'constructor', '__proto__', 'unbind']) {
    assert.is(last(`x-${op}`)?.st, 'rejected', op);
    assert.match(last(`x-${op}`)?.why ?? '', /does not know/);
  }
  assert.match(last('x-args')?.why ?? '', /percent/);
  assert.equal([last('x-boot')?.st, last('x-boot')?.why], ['failed', 'this terminal cannot boot itself']);
});

test('a flood of commands is answered, remembered up to its bound and costs no payment', async () => {
  const { broker, terminal, command } = await start();
  for (let n = 0; n < 2000; n += 1) broker.say('dn/cm', command(`f-${n}`, 'journal', { count: 1 }));
  await terminal.sell(2005, 'wechat');
  await terminal.pass(5000);
  assert.is(terminal.screenName, 'paid');
  await terminal.pass(60_000);
  const answers = broker.of('up/cr');
  const done = answers.filter(({ st }) => st === 'done').length;
  assert.ok(done >= 16 && done <= 32, `${done} were carried out`);
});

test('the last 256 commands are remembered, more are forgotten oldest first', async () => {
  const { broker, terminal, command, states } = await start();
  for (let n = 0; n < 260; n += 1) {
    broker.say('dn/cm', command(`m-${n}`, 'log-level', { level: 'info' }, 3_600_000));
    await terminal.pass(600);
  }
  broker.say('dn/cm', command('m-4', 'log-level', { level: 'info' }, 3_600_000));
  broker.say('dn/cm', command('m-259', 'log-level', { level: 'info' }, 3_600_000));
  await terminal.pass(2000);
  assert.equal(states('m-259'), ['accepted', 'done', 'done'], 'told again');
  assert.is(broker.logLevels.length, 260);
});

test('a snapshot comes in parts that add up, masked, and then every transition', async () => {
  const { broker, terminal, command, last } = await start();
  broker.say('dn/cm', command('s1', 'snapshot', { followMs: 30_000 }));
  await terminal.pass(1000);
  await terminal.sell(1999, 'alipay');
  await terminal.pass(40_000);
  const [first, ...rest] = broker.of('up/sn');
  assert.ok(first !== undefined && first.id === 's1');
  const joiner = new SnapshotJoiner(first);
  for (const part of rest) joiner.add(part);
  const joined = joiner.join();
  assert.ok(joined.ok);
  const { actors, transitions, journal } = joined.snapshot;
  assert.ok(['terminal', 'cashier', 'domainFailover', 'fleetLink'].every((id) => id in actors));
  assert.ok(transitions.length > 0 && journal.length > 0);
  const followed = broker
    .of('up/cr')
    .filter(({ id, st }) => id === 's1' && st === 'progress')
    .flatMap(({ res }) => (res?.['tr'] ?? []) as { readonly n: number; readonly a: string; readonly ev: string }[]);
  assert.ok(followed.some(({ a }) => a.startsWith('payment.')));
  assert.ok(followed.every(({ n }, index) => index === 0 || n > (followed[index - 1]?.n ?? 0)));
  assert.equal([last('s1')?.st, last('s1')?.res?.['lost']], ['done', 0]);
});

test('whoever follows gives way to the next command', async () => {
  const { broker, terminal, command, states } = await start();
  broker.say('dn/cm', command('s1', 'snapshot', { followMs: 600_000 }, 3_600_000));
  await terminal.pass(5000);
  assert.is.not(states('s1').at(-1), 'done');
  broker.say('dn/cm', command('v1', 'volume', { percent: 30 }));
  await terminal.pass(3000);
  assert.is(states('s1').at(-1), 'done');
  assert.is(states('v1').at(-1), 'done');
});

test('the journal’s tail and the domains are told', async () => {
  const { broker, terminal, command, last } = await start();
  broker.say('dn/cm', command('j1', 'journal', { count: 2 }));
  broker.say('dn/cm', command('d1', 'domain-check'));
  broker.say('dn/cm', command('r1', 'reconcile'));
  await terminal.pass(10_000);
  assert.is((last('j1')?.res?.['entries'] as unknown[]).length, 2);
  assert.is((last('d1')?.res?.['domains'] as unknown[]).length, 4);
  assert.equal(last('r1')?.res, { open: 0 });
});

test('a restart waits for the payment in hand', async () => {
  const { broker, terminal, command, states } = await start();
  await terminal.sell(5000, 'wechat', 'password', 20);
  await terminal.pass(4000);
  assert.is(terminal.screenName, 'password');
  broker.say('dn/cm', command('b1', 'restart', {}, 3_600_000));
  await terminal.pass(5000);
  assert.is(broker.restarted, 0);
  assert.equal(states('b1'), ['accepted']);
  await terminal.pass(600_000);
  assert.is(broker.restarted, 1);
  assert.equal(states('b1'), ['accepted', 'done']);
});

test('wishes are applied forward only, as a whole, and only with the terminal’s own domains', async () => {
  const { broker, terminal } = await start();
  const own = terminal.config.gateway.domains;
  broker.say('dn/cf', { ver: 2, doc: { volumePercent: 44, telemetryMs: 20_000, domains: [...own].reverse() } });
  await terminal.pass(5000);
  broker.say('dn/cf', { ver: 1, doc: { volumePercent: 1 } });
  broker.say('dn/cf', { ver: 3, doc: { volumePercent: 2, domains: ['https://evil.example'] } });
  await terminal.pass(5000);
  assert.equal(
    broker.of('up/cf').map(({ ver, ok }) => [ver, ok]),
    [
      [2, true],
      [3, false],
    ],
  );
  assert.match(broker.of('up/cf')[1]?.err ?? '', /evil\.example is not one of/);
  assert.is(terminal.speaker.volume(), 44);
  const before = broker.of('up/tm').length;
  await terminal.pass(200_000);
  assert.ok(broker.of('up/tm').length - before >= 7, 'the pace is in force at once');
  terminal.stop();
  await terminal.powerUp();
  await terminal.pass(40_000);
  const birth = broker.of('up/st').at(-1);
  assert.is(birth?.['cfg'], 2);
  assert.equal(
    broker
      .of('up/tm')
      .at(-1)
      ?.dom?.map(({ d }) => `https://${d}`),
    [...own].reverse(),
    'the order of the domains with the next start',
  );
});

test.run();
