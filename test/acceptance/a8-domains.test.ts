import * as assert from 'uvu/assert';
import type { HostCondition } from '../../simulator/gateway/fault-script.ts';
import { Bench } from '../support/bench.ts';
import type { Line } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/a8-domains');

const HOSTS = [0, 1, 2, 3];

const setHosts = async (bench: Bench, conditions: readonly HostCondition[]): Promise<void> => {
  for (const host of HOSTS) bench.gateway.sandbox.setHost(host, conditions[host] ?? 'up');
  await bench.gateway.settled();
};

test.before.each(async (world) => {
  world.bench = await Bench.start({ config: { 'gateway.connectTimeoutMs': 500, 'gateway.requestTimeoutMs': 700 } });
});
test.after.each(async ({ bench }) => {
  await bench.close();
});

const hostsOf = (bench: Bench): readonly string[] =>
  bench.gateway.domains.map((domain) => domain.replace('https://', ''));

const rowOf = (line: Line, host: string | undefined): string =>
  (line['lines'] as readonly string[]).find((row) => row.startsWith(`${host} `)) ?? '';

test('A8 the operator sees all four domains asked in order, with a prompt for each and the choice at the end', async ({
  bench,
}) => {
  await setHosts(bench, ['refuse', 'up', 'stall', 'expired-certificate']);
  bench.terminal.press('menu');
  const menu = await bench.terminal.screen('menu');
  assert.ok(
    menu.lines.some((line) => line.includes('3 域名检测')),
    menu.lines.join(),
  );
  bench.terminal.press('3');
  const done = await bench.terminal.next('the choice', ({ is, name, lines }) => {
    return is === 'screen' && name === 'domain-check' && String(lines).includes('使用');
  });
  const hosts = hostsOf(bench);
  assert.equal(
    hosts.map((host) => rowOf(done, host).split(' ')[1]),
    ['不可用', '可用', '不可用', '不可用'],
  );
  assert.ok(String(done['lines']).includes(`使用 ${hosts[1]}`));
  const checks = bench.terminal.all('screen').filter((line) => line['name'] === 'domain-check');
  const asked = hosts.map((host) => checks.findIndex((line) => rowOf(line, host).includes('检测中')));
  assert.ok(
    asked.every((at) => at >= 0),
    'each domain has a prompt of its own',
  );
  assert.equal(
    asked,
    asked.toSorted((one, other) => one - other),
    'in the order of the configuration',
  );
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});

test('A8 the check is reached by up, down and enter too, and says when no domain answers', async ({ bench }) => {
  await setHosts(bench, ['refuse', 'refuse', 'refuse', 'refuse']);
  bench.terminal.press('menu');
  let menu = await bench.terminal.screen('menu');
  while (!menu.lines.some((line) => line.startsWith('▶') && line.includes('域名检测'))) {
    bench.terminal.press('down');
    menu = await bench.terminal.screen('menu');
  }
  bench.terminal.press('enter');
  const done = await bench.terminal.next('no domain', ({ is, lines }) => {
    return is === 'screen' && String(lines).includes('没有可用域名');
  });
  assert.is(done['name'], 'domain-check');
});

for (const platform of ['wechat', 'alipay'] as const) {
  for (const condition of ['refuse', 'stall'] as const) {
    test(`A8 ${platform}: a first domain that ${condition === 'refuse' ? 'refuses' : 'accepts TCP and says nothing'} is left while paying, and the sale is charged once`, async ({
      bench,
    }) => {
      await setHosts(bench, [condition]);
      await bench.sell('20.05', bench.code(platform));
      const paid = await bench.terminal.screen('paid');
      assert.is(bench.truth(paid.order)?.charges, 1);
      assert.is(bench.book.requests[paid.order ?? '']?.micro_pay, 1);
      assert.is(bench.book.hosts[0]?.requests ?? 0, bench.book.log.filter(({ host }) => host === 0).length);
      bench.terminal.press('cancel');
      await bench.terminal.screen('idle');
      // The choice is sticky: the next sale does not meet the dead domain again.
      const before = bench.gateway.sandbox.nowMs();
      await bench.sell('20.06', bench.code(platform));
      await bench.terminal.screen('paid');
      assert.ok(bench.book.log.filter(({ atMs }) => atMs >= before).every(({ host }) => host !== 0));
    });
  }

  test(`A8 ${platform}: three dead domains leave one, and the sale is charged once`, async ({ bench }) => {
    await setHosts(bench, ['stall', 'refuse', 'stall', 'up']);
    await bench.sell('20.05', bench.code(platform));
    const paid = await bench.terminal.screen('paid');
    assert.is(bench.truth(paid.order)?.charges, 1);
    assert.is(bench.book.requests[paid.order ?? '']?.micro_pay, 1);
  });

  for (const script of ['host-dies', 'host-stalls'] as const) {
    test(`A8 M2 ${platform}: ${script} after the request: another domain is asked about the order before anything is repeated`, async ({
      bench,
    }) => {
      bench.gateway.sandbox.arm({ script });
      await bench.sell('20.05', bench.code(platform));
      const paid = await bench.terminal.screen('paid');
      assert.is(bench.ordersOf(2005).length, 1);
      assert.is(bench.truth(paid.order)?.charges, 1);
      assert.is(bench.book.requests[paid.order ?? '']?.micro_pay, 1);
      const query = bench.book.log.find((one) => one.interface === 'query_order' && one.number === paid.order);
      assert.is.not(query?.host, 0);
    });
  }

  test(`A8 M2 ${platform}: a domain that stalls after it has read the request is asked about elsewhere, never charged again`, async ({
    bench,
  }) => {
    bench.gateway.sandbox.arm({ script: 'silence-30s' });
    await bench.sell('20.05', bench.code(platform));
    const paid = await bench.terminal.screen('paid');
    assert.is(bench.ordersOf(2005).length, 1);
    assert.is(bench.truth(paid.order)?.charges, 1);
    assert.is(bench.book.requests[paid.order ?? '']?.micro_pay, 1);
  });
}

test('A8 when every domain is dead nothing was sent: failed, and the same code may be shown again when the network is back', async ({
  bench,
}) => {
  await setHosts(bench, ['refuse', 'refuse', 'stall', 'refuse']);
  const code = bench.code('wechat');
  bench.terminal.typeAmount('20.05');
  await bench.terminal.screen('present-code');
  bench.terminal.scan(code);
  const failed = await bench.terminal.screen('failed');
  assert.is(bench.ordersOf(2005).length, 0);
  await setHosts(bench, []);
  bench.terminal.typeAmount('20.05');
  await bench.terminal.screen('present-code');
  bench.terminal.scan(code);
  const paid = await bench.terminal.screen('paid');
  assert.is.not(paid.order, failed.order);
  assert.equal(
    bench.ordersOf(2005).map(({ charges }) => charges),
    [1],
  );
});

test.run();
