import * as assert from 'uvu/assert';
import type { HostCondition } from '../../simulator/gateway/fault-script.ts';
import { Bench } from '../support/bench.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/a2-connection');

const HOSTS = [0, 1, 2, 3];
const WRONG: Readonly<Partial<Record<HostCondition, string>>> = {
  'untrusted-ca': 'a certificate of a CA that is not configured',
  'expired-certificate': 'an expired certificate',
  'foreign-certificate': 'the certificate of another host',
  tls10: 'TLS 1.0',
};

const setHosts = async (bench: Bench, hosts: readonly number[], condition: HostCondition): Promise<void> => {
  for (const host of hosts) bench.gateway.sandbox.setHost(host, condition);
  await bench.gateway.settled();
};

test.before(async (world) => {
  world.bench = await Bench.start({ config: { 'gateway.connectTimeoutMs': 1000 } });
});
test.after(async ({ bench }) => {
  await bench.close();
});

for (const [condition, what] of Object.entries(WRONG) as [HostCondition, string][]) {
  for (const platform of ['wechat', 'alipay'] as const) {
    test(`A2 ${platform}: with ${what} on every domain nothing is sent, nothing is charged, and the screen says so`, async ({
      bench,
    }) => {
      const before = bench.book;
      await setHosts(bench, HOSTS, condition);
      bench.terminal.typeAmount('0.02');
      await bench.terminal.screen('present-code');
      bench.terminal.scan(bench.code(platform));
      const failed = await bench.terminal.screen('failed');
      assert.ok(failed.lines.join().includes('网络不通，未收款'), failed.lines.join());
      const voice = await bench.terminal.ever(
        'the voice',
        (line) => line.is === 'voice' && line['order'] === failed.order,
      );
      assert.ok(String(voice['text']).startsWith('没有收款'), String(voice['text']));
      await setHosts(bench, HOSTS, 'up');
      assert.is(bench.book.totals.orders, before.totals.orders);
      assert.is(bench.book.calls.micro_pay, before.calls.micro_pay);
      assert.equal((await bench.terminal.dump()).openOrders, []);
      bench.terminal.press('cancel');
      await bench.terminal.screen('idle');
    });
  }

  test(`A2 A8 with ${what} on the first domain the payment goes to the next, once`, async ({ bench }) => {
    await setHosts(bench, [0], condition);
    await bench.sell('0.02', bench.code('wechat'));
    const paid = await bench.terminal.screen('paid');
    assert.is(bench.truth(paid.order)?.charges, 1);
    assert.is(bench.book.requests[paid.order ?? '']?.micro_pay, 1);
    await setHosts(bench, [0], 'up');
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
  });
}

test('A2 when the connection breaks while the customer types the password nothing is claimed, and the truth follows', async ({
  bench,
}) => {
  const asked = await bench.sell('4', bench.code('alipay', 'password'));
  await bench.terminal.screen('password');
  await setHosts(bench, HOSTS, 'expired-certificate');
  const before = bench.terminal.stderr.length;
  await bench.terminal.until('a query that found no way', () =>
    bench.terminal.stderr.slice(before).includes('"query_order"'),
  );
  assert.is(bench.terminal.all('screen').at(-1)?.['name'], 'password');
  assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
  await setHosts(bench, HOSTS, 'up');
  const paid = await bench.terminal.screen('paid');
  assert.is(paid.order, asked.order);
  assert.is(bench.truth(asked.order)?.charges, 1);
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});

test('A2 without the configured CA the gateway is not trusted: the configuration fails and nothing is bound', async () => {
  const bench = await Bench.open({ config: { 'gateway.caFile': null } });
  try {
    await bench.powerUp();
    bench.terminal.scan(bench.configurationQr());
    const failed = await bench.terminal.screen('config-failed');
    assert.ok(failed.lines.join().includes('连不上网关'), failed.lines.join());
    assert.is(bench.book.calls.use_device_setting ?? 0, 0);
  } finally {
    await bench.close();
  }
});

test('A2 a terminal that is told not to verify certificates refuses to start and says why', async () => {
  const bench = await Bench.open({ environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
  try {
    const ended = await bench.powerUp().then(
      () => 'started',
      () => 'refused',
    );
    assert.is(ended, 'refused');
    assert.is.not(await bench.terminal.exited(), 0);
    assert.match(bench.terminal.stderr, /NODE_TLS_REJECT_UNAUTHORIZED/);
    assert.equal(bench.terminal.lines, []);
  } finally {
    await bench.close();
  }
});

test.run();
