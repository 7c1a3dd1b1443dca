import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createActor, fromCallback } from 'xstate';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import {
  fleetLinkMachine,
  type ConnectionInput,
  type FleetLinkEvent,
  type FleetLinkInput,
} from '../../machines/fleet-link.machine.ts';
import { fullyJittered } from '../../machines/jitter.ts';
import { pass, pathOf } from '../support/charts.ts';

const test = suite('machines/fleet-link');

const INPUT: FleetLinkInput = { tid: 't-0001', servers: ['mqtt://a', 'mqtt://b', 'mqtt://c'], telemetryMs: 300_000 };

/** The chart over a connection that the test plays. */
function start(
  input: FleetLinkInput = INPUT,
  onConnect: (send: (event: FleetLinkEvent) => void) => void = () => undefined,
) {
  const clock = new VirtualClock();
  const tried: { readonly server: string; readonly atMs: number }[] = [];
  const did = { telemetry: 0, job: 0, check: 0, left: 0 };
  let send: (event: FleetLinkEvent) => void = () => undefined;
  const connection = fromCallback<FleetLinkEvent, ConnectionInput>(({ input: { server }, sendBack }) => {
    tried.push({ server, atMs: clock.monotonicMs() });
    send = sendBack;
    onConnect(sendBack);
    return () => void (did.left += 1);
  });
  const actor = createActor(
    fleetLinkMachine.provide({
      actors: { connection },
      actions: {
        sendTelemetry: () => void (did.telemetry += 1),
        askForJob: () => void (did.job += 1),
        checkAnswers: () => void (did.check += 1),
      },
    }),
    { input, clock },
  );
  actor.start();
  const state = (): string => pathOf(actor.getSnapshot().value);
  return { actor, clock, tried, did, state, say: (event: FleetLinkEvent) => send(event) };
}

const down = (hostile = false): FleetLinkEvent => ({ type: 'link.down', reason: 'planted', hostile });

test('a terminal waits a little before its first try, and is online when the connection says so', async () => {
  const { clock, tried, did, state, say } = start();
  assert.is(state(), 'spreading');
  await pass(clock, 2000);
  assert.is(state(), 'linked.connecting');
  assert.is(tried.length, 1);
  say({ type: 'link.up' });
  assert.match(state(), /^linked\.online/);
  assert.equal(did, { telemetry: 1, job: 1, check: 0, left: 0 });
});

test('a broker that never lets it in is left after a limit', async () => {
  const { actor, clock, did, state } = start();
  await pass(clock, 2000 + 45_000);
  assert.is(did.left, 1);
  assert.match(actor.getSnapshot().context.lastReason, /in time/);
  assert.ok(['backingOff', 'linked.connecting'].includes(state()));
});

test('every failure takes the next server and waits up to twice as long, five minutes at most', async () => {
  const { clock, tried } = start(INPUT, (send) => send(down()));
  await pass(clock, 86_400_000);
  assert.equal(
    tried.slice(0, 4).map(({ server }) => server),
    ['mqtt://a', 'mqtt://b', 'mqtt://c', 'mqtt://a'],
  );
  tried.slice(1).forEach(({ atMs }, index) => {
    const waited = atMs - (tried[index]?.atMs ?? 0);
    assert.ok(waited <= Math.min(300_000, 1000 * 2 ** (index + 1)), `${waited} ms before try ${index + 2}`);
    assert.ok(waited >= 250);
  });
  // Half of five minutes on average: a day of tries, never a storm, never a standstill.
  assert.ok(tried.length > 400 && tried.length < 1000, `${tried.length} tries a day`);
});

test('a hostile broker waits longer than one that merely fails', async () => {
  const failing = start(INPUT, (send) => send(down()));
  const hostile = start(INPUT, (send) => send(down(true)));
  await pass(failing.clock, 60_000);
  await pass(hostile.clock, 60_000);
  assert.ok(hostile.tried.length < failing.tried.length);
});

test('only a connection that lasts a minute makes the next failure cheap again', async () => {
  const { actor, clock, state, say } = start();
  const untilConnecting = async (): Promise<void> => {
    for (let n = 0; n < 400 && state() !== 'linked.connecting'; n += 1) await pass(clock, 1000);
  };
  for (let n = 0; n < 5; n += 1) {
    await untilConnecting();
    say({ type: 'link.up' });
    await pass(clock, 59_000);
    say(down());
  }
  assert.is(actor.getSnapshot().context.failures, 5);
  await untilConnecting();
  say({ type: 'link.up' });
  await pass(clock, 61_000);
  assert.is(actor.getSnapshot().context.failures, 0);
});

test('telemetry keeps its pace and takes another one at once', async () => {
  const { actor, clock, did, say } = start();
  await pass(clock, 2000);
  say({ type: 'link.up' });
  await pass(clock, 3_600_000);
  assert.ok(did.telemetry >= 10 && did.telemetry <= 16, `${did.telemetry} telemetries in an hour`);
  const before = did.telemetry;
  actor.send({ type: 'telemetry.paced', telemetryMs: 10_000 });
  await pass(clock, 600_000);
  assert.ok(did.telemetry - before >= 45, `${did.telemetry - before} in ten minutes`);
  assert.ok(did.check >= 100, 'unanswered events are looked after');
});

test('the job is asked for at every connection and about every six hours', async () => {
  const { clock, did, say } = start();
  await pass(clock, 2000);
  say({ type: 'link.up' });
  await pass(clock, 86_400_000);
  assert.ok(did.job >= 4 && did.job <= 6, `${did.job} in a day`);
});

test('terminals do not call in step: a thousand first waits are spread over their range', () => {
  const waits = Array.from({ length: 1000 }, (_, n) => fullyJittered(2000, `t-${n}`, 0));
  for (let bucket = 0; bucket < 10; bucket += 1) {
    const inBucket = waits.filter((wait) => wait >= bucket * 200 && wait < (bucket + 1) * 200).length;
    assert.ok(inBucket > 50 && inBucket < 200, `${inBucket} of 1000 in bucket ${bucket}`);
  }
});

test.run();
