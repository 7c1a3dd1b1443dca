import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  remainingLength,
  admitting,
  CONNACK,
  HostileBroker,
  message,
  pouring,
  type Behaviour,
} from '../../support/hostile-broker.ts';
import { Bench } from '../../support/bench.ts';
import { createAuthority, createIdentity } from '../../cloudpay/tls-certificates.ts';

// A real terminal process, a real gateway over TLS, and a broker that is dead, slow, lying, flooding or hostile. What is judged are
// counts: every payment is taken, charged once, told and printed once, and the process lives in its first life to the end.

const test = suite('actors/fleet-link/payments-go-on');

const PAYMENTS = 2;
const TOPIC = 'f/v1/TILL_T1_000001/dn';
const manyAtOnce = Buffer.concat(Array.from({ length: 500 }, () => message(`${TOPIC}/cm`, Buffer.from('{"id":'))));
const future = Buffer.from('{"e":"0","s":9007199254740991}');

const BROKERS: readonly (readonly [name: string, behaviour: Behaviour])[] = [
  ['accepts and says nothing', () => undefined],
  ['answers garbage instead of a CONNACK', (socket) => void socket.write(Buffer.alloc(5000, 'x'))],
  ['says half a CONNACK', (socket) => void socket.write(CONNACK.subarray(0, 3))],
  ['floods with messages', admitting(pouring(() => manyAtOnce))],
  [
    'sends packets of one megabyte',
    admitting(pouring(() => Buffer.concat([Buffer.from([0x30]), remainingLength(1_000_000), Buffer.alloc(100_000)]))),
  ],
  ['acknowledges what was never sent', admitting((socket) => void socket.write(message(`${TOPIC}/ack`, future)))],
  ['never acknowledges anything', admitting(() => undefined)],
  ['hangs up on everybody', (socket) => void socket.destroy()],
];

/** The terminal sells as if there were no fleet. */
async function sellAll(bench: Bench): Promise<void> {
  const { terminal } = bench;
  for (let n = 1; n <= PAYMENTS; n += 1) {
    const { order } = await bench.sell(`${n}.00`, bench.code('wechat'));
    await terminal.ever('paid', (line) => line.is === 'screen' && line['name'] === 'paid' && line['order'] === order);
    const slip = await terminal.printed('the slip', (line) => line['orderBarcode'] === order);
    assert.is(slip['kind'], 'payment');
    assert.is(bench.truth(order)?.charges, 1);
    terminal.press('cancel');
    await terminal.screen('idle');
  }
  assert.is(bench.book.orders.length, PAYMENTS, 'no order beside them');
  assert.is(terminal.lines.filter(({ is }) => is === 'ready').length, 1, 'one process life');
  assert.is(terminal.lines.filter(({ is }) => is === 'error').length, 0);
}

for (const [name, behaviour] of BROKERS) {
  test(`a broker that ${name} costs no payment`, async () => {
    const broker = await HostileBroker.open(behaviour);
    const bench = await Bench.start({ config: { 'fleet.url': `mqtt://127.0.0.1:${broker.port}` } });
    try {
      await broker.reaches('connections', 1);
      await sellAll(bench);
      assert.ok(bench.terminal.running);
    } finally {
      await bench.close();
      await broker.close();
    }
  });
}

test('a broker that stalls in the TLS handshake, and one of a foreign authority, cost no payment', async () => {
  const identity = await createIdentity(await createAuthority('stranger'));
  const silent = await HostileBroker.open(() => undefined);
  const foreign = await HostileBroker.open(() => undefined, identity);
  const bench = await Bench.start({
    config: {
      'fleet.url': `mqtts://127.0.0.1:${silent.port}`,
      'fleet.moreUrls': [`mqtts://127.0.0.1:${foreign.port}`],
    },
  });
  try {
    await sellAll(bench);
  } finally {
    await bench.close();
    await silent.close();
    await foreign.close();
  }
});

test('where no broker is, nothing is missing', async () => {
  const bench = await Bench.start({ config: { 'fleet.url': 'mqtt://127.0.0.1:9' } });
  try {
    await sellAll(bench);
    assert.is(await bench.terminal.stop(), 0);
  } finally {
    await bench.close();
  }
});

test.run();
