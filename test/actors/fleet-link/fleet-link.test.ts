import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { demoMerchants } from '../../../simulator/gateway/merchant.ts';
import { createSandbox, type Sandbox } from '../../../simulator/gateway/sandbox.ts';
import { sandboxTransport } from '../../support/sandbox-transport.ts';
import { ScriptedBroker } from '../../support/scripted-broker.ts';
import { VirtualTerminal } from '../../support/virtual-terminal.ts';

const test = suite('actors/fleet-link/fleet-link');

const WEEK_MS = 7 * 86_400_000;

interface Scene {
  readonly broker: ScriptedBroker;
  readonly terminal: VirtualTerminal;
  readonly clock: VirtualClock;
  readonly sandbox: Sandbox;
}

async function start(broker = new ScriptedBroker()): Promise<Scene> {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, random: new SeededRandom(1), merchants: demoMerchants('TILL_V1_000001') });
  const transport = sandboxTransport(sandbox, clock);
  const terminal = await VirtualTerminal.start({ seed: 1, clock, transport, fleet: broker.part });
  return { broker, terminal, clock, sandbox };
}

/** Every durable record of the journal has reached the service. */
function assertComplete({ broker, terminal }: Scene): void {
  const durable = terminal.terminal.dump().journal.at(-1) as { readonly seq: number };
  const sequences = broker.sequences();
  assert.equal(
    sequences,
    Array.from({ length: sequences.length }, (_, index) => index + 1),
  );
  assert.is(sequences.length, durable.seq);
}

test('a terminal says its birth first, and its will carries the same boot counter', async () => {
  const { broker, terminal } = await start();
  await terminal.pass(10_000);
  const [first] = broker.heard;
  assert.is(first?.family, 'up/st');
  assert.ok(first?.packet.retain);
  const [birth] = broker.of('up/st');
  assert.ok(birth?.on === 1);
  assert.equal([birth.b, birth.cfg, birth.job, birth.sn], [1, 0, null, 'TILL_V1_000001']);
  const will = JSON.parse(Buffer.from(broker.requests[0]?.will.payload ?? []).toString()) as Record<string, unknown>;
  assert.equal(will, { on: 0, e: birth.e, b: 1 });
  assert.is(broker.of('up/jg').length, 1);
  assert.ok(broker.of('up/tm').length >= 1);
});

test('every durable fact of a payment reaches the service, in order and without a gap', async () => {
  const scene = await start();
  await scene.terminal.pass(10_000);
  await scene.terminal.sell(2005, 'wechat');
  await scene.terminal.pass(20_000);
  assertComplete(scene);
  const types = scene.broker.events().map(({ type }) => type);
  assert.ok(types.indexOf('ORDER_INTENT') < types.indexOf('ORDER_RESULT'));
  assert.ok(types.includes('TOLD'));
  const intent = scene.broker.events().find(({ type }) => type === 'ORDER_INTENT');
  assert.equal(Object.keys(intent?.d ?? {}).toSorted(), [
    'amountFen',
    'order',
    'platform',
    'staffId',
    'windowEndsAtMs',
  ]);
});

test('an orderly stop says goodbye, and the next birth has the next boot counter in the same epoch', async () => {
  const scene = await start();
  await scene.terminal.pass(10_000);
  scene.terminal.stop();
  const death = scene.broker.of('up/st').at(-1);
  assert.equal([death?.on, death?.['why']], [0, 'stop']);
  await scene.terminal.powerUp();
  await scene.terminal.pass(10_000);
  const births = scene.broker.of('up/st').filter(({ on }) => on === 1);
  assert.equal(
    births.map(({ b }) => b),
    [1, 2],
  );
  assert.is(births[0]?.['e'], births[1]?.['e']);
  assertComplete(scene);
});

test('a week without the service loses no fact and runs no command past its time', async () => {
  const scene = await start();
  const { broker, terminal, clock } = scene;
  await terminal.pass(10_000);
  broker.isUp = false;
  broker.cut();
  const overdue = { id: 'c-old', op: 'volume', args: { percent: 5 }, exp: clock.wallMs() + 60_000, by: 'ops' };
  for (let day = 0; day < 7; day += 1) {
    for (let sale = 0; sale < 40; sale += 1) {
      await terminal.sell(100 + sale, sale % 2 === 0 ? 'wechat' : 'alipay');
      await terminal.pass(30_000);
    }
    await terminal.pass(WEEK_MS / 7 - 40 * 30_000);
  }
  const away = broker.requests.length;
  broker.isUp = true;
  await terminal.pass(400_000);
  broker.say('dn/cm', overdue);
  await terminal.pass(60_000);
  assertComplete(scene);
  assert.is(broker.events().filter(({ type }) => type === 'ORDER_RESULT').length, 280);
  assert.equal(
    broker.of('up/cr').map(({ id, st }) => [id, st]),
    [['c-old', 'expired']],
  );
  // Five minutes between two tries on average half of it: a week of tries is bounded, and the terminal never gave up.
  assert.ok(away > 1000 && away < 8000, `${away} tries`);
});

test('what the service has not acknowledged is sent again, and it stores nothing twice', async () => {
  const scene = await start();
  const { broker, terminal } = scene;
  await terminal.pass(10_000);
  broker.acknowledges = false;
  await terminal.sell(1234, 'alipay');
  await terminal.pass(300_000);
  const batches = broker.of('up/ev').filter(({ ev }) => ev.some(({ type }) => type === 'ORDER_INTENT'));
  assert.ok(batches.length >= 2, 'sent again without an acknowledgement');
  assert.ok(batches.length <= 8, 'and ever less often');
  broker.acknowledges = true;
  await terminal.pass(600_000);
  assertComplete(scene);
});

test('lying acknowledgements free nothing: the future, another epoch, a number that was never sent', async () => {
  const scene = await start();
  const { broker, terminal } = scene;
  await terminal.pass(10_000);
  broker.acknowledges = false;
  await terminal.sell(777, 'wechat');
  const e = (broker.of('up/st')[0] as { e: string }).e;
  broker.say('dn/ack', { e, s: 9_007_199_254_740_991 });
  broker.say('dn/ack', { e: 'other', s: 1 });
  broker.say('dn/ack', { e, from: 9_007_199_254_740_991 });
  await terminal.pass(5000);
  broker.acknowledges = true;
  broker.cut();
  await terminal.pass(600_000);
  assertComplete(scene);
});

test('a broker that takes no packets costs a bounded number of them, and no payment', async () => {
  const scene = await start();
  const { broker, terminal } = scene;
  await terminal.pass(10_000);
  broker.takesPackets = false;
  for (let sale = 0; sale < 30; sale += 1) {
    await terminal.sell(500 + sale, 'wechat');
    await terminal.pass(5000);
    assert.is(terminal.screenName, 'paid');
  }
  broker.takesPackets = true;
  broker.cut();
  await terminal.pass(900_000);
  assertComplete(scene);
});

test('foreign topics and broken packets are refused, counted, and told in telemetry', async () => {
  const { broker, terminal } = await start();
  await terminal.pass(10_000);
  for (let i = 0; i < 5; i += 1) broker.sayBytes('f/v1/t-0001/dn/cm', Buffer.from('{"id":'));
  broker.sayBytes('f/v1/t-0002/dn/cm', Buffer.from('{}'));
  broker.sayBytes('f/v1/t-0001/up/st', Buffer.from('{}'));
  broker.sayBytes('f/v1/t-0001/dn/ack', Buffer.from('{"e":1}'));
  await terminal.pass(400_000);
  const box = broker.of('up/tm').at(-1)?.box;
  assert.equal(box?.['refused'], { 'not-json': 5, foreign: 2, 'not-the-contract': 1 });
  assert.equal(terminal.crashes, []);
});

test('telemetry counts outcomes and times the phases', async () => {
  const { broker, terminal } = await start();
  await terminal.pass(10_000);
  await terminal.sell(300, 'wechat');
  await terminal.pass(400_000);
  const telemetry = broker.of('up/tm').at(-1);
  assert.ok(telemetry?.ph !== undefined && telemetry.cnt !== undefined);
  const { ph, cnt, prn, dom, open } = telemetry;
  assert.is(cnt['wechat.paid'], 1);
  assert.equal([ph['result']?.n, ph['pay']?.n, ph['voice']?.n], [1, 1, 1]);
  assert.is(prn, 'ok');
  assert.is(dom?.length, 4);
  assert.equal(open, { orders: 0, refunds: 0 });
});

test('the working time in telemetry is that of this process life', async () => {
  const { broker, terminal } = await start();
  await terminal.pass(400_000);
  assert.ok((broker.of('up/tm').at(-1)?.up ?? 0) > 60_000);
  terminal.stop();
  await terminal.powerUp();
  await terminal.pass(10_000);
  assert.ok((broker.of('up/tm').at(-1)?.up ?? Infinity) <= 10_000, JSON.stringify(broker.of('up/tm').at(-1)));
});

test('without upgrades from afar a job is refused, with why', async () => {
  const { broker, terminal } = await start();
  await terminal.pass(10_000);
  broker.say('dn/jb', { job: 'j-1', ver: 2, doc: { target: 'till-2', version: '2.0.0' } });
  broker.say('dn/jb', { job: null, ver: 0 });
  await terminal.pass(1000);
  const [progress, ...more] = broker.of('up/jb');
  assert.equal([progress?.job, progress?.ver, progress?.st], ['j-1', 2, 'rejected']);
  assert.equal(more, []);
});

test.run();
