import * as assert from 'uvu/assert';
import { Bench, SN } from '../support/bench.ts';
import { RecordingGateway } from '../support/recording-gateway.ts';
import { suite } from '../support/scenarios.ts';

const test = suite('acceptance/a1-configuration');

const withBench = async (
  options: Parameters<typeof Bench.open>[0],
  story: (bench: Bench) => Promise<void>,
): Promise<void> => {
  const bench = await Bench.open(options);
  try {
    await story(bench);
  } finally {
    await bench.close();
  }
};

const paysTwoFen = async (bench: Bench): Promise<void> => {
  await bench.sell('0.02', bench.code('wechat'));
  const paid = await bench.terminal.screen('paid');
  assert.is(bench.truth(paid.order)?.charges, 1);
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
};

for (const configurationShape of ['nested', 'flat'] as const) {
  test(`A1 the ${configurationShape} answer configures the terminal, with a voice at the start and at the end`, () =>
    withBench({ settings: { configurationShape } }, async (bench) => {
      const ready = await bench.powerUp();
      assert.is(ready['configured'], false);
      await bench.terminal.screen('unconfigured');
      bench.terminal.scan(bench.configurationQr());
      await bench.terminal.screen('configuring');
      const screen = await bench.terminal.screen('configured');
      assert.ok(screen.lines.join().includes('南山茶铺（科技园店）'), screen.lines.join());
      await bench.terminal.voice('开始配置');
      await bench.terminal.voice('配置成功');
      bench.terminal.press('cancel');
      await bench.terminal.screen('idle');
      await paysTwoFen(bench);
      const [order] = bench.book.orders;
      assert.is(order?.deviceId, 'dev-001');
      assert.is(order?.staffId, '1001');
      assert.match(order?.number ?? '', /^01009999\d+$/);
      assert.ok((order?.number.length ?? 99) <= 24 && (order?.number.length ?? 1) % 2 === 0);
    }));
}

test('A1 the configuration is fetched with GET, with the serial number appended', async () => {
  const gateway = await RecordingGateway.open();
  try {
    await withBench(
      { config: { 'gateway.domains': [gateway.domain], 'gateway.caFile': gateway.caFile } },
      async (bench) => {
        await bench.powerUp();
        const { pathAndQuery } = gateway.sandbox.issueTicket();
        bench.terminal.scan(`${gateway.domain}${pathAndQuery}`);
        await bench.terminal.screen('configured');
        const asked = gateway.requests.filter(({ path }) => path === '/cpay/use_device_setting');
        assert.is(asked.length, 1);
        assert.is(asked[0]?.method, 'GET');
        assert.is(asked[0]?.body, '');
        const query = new URLSearchParams(asked[0]?.query);
        assert.equal([...query.keys()], ['osi', 'si', 'sn']);
        assert.is(query.get('sn'), SN);
        assert.is(`/cpay/use_device_setting?osi=${query.get('osi')}&si=${query.get('si')}`, pathAndQuery);
      },
    );
  } finally {
    await gateway.close();
  }
});

test('A1 an order without a clerk in the configuration carries none', () =>
  withBench({}, async (bench) => {
    await bench.powerUp();
    await bench.configure({ staffId: null });
    await paysTwoFen(bench);
    assert.is(bench.book.orders[0]?.staffId, null);
  }));

test('A1 an expired QR fails with a voice and leaves the old configuration working', () =>
  withBench({}, async (bench) => {
    await bench.powerUp();
    bench.terminal.scan(bench.configurationQr({ expired: true }));
    const first = await bench.terminal.screen('config-failed');
    assert.ok(
      first.lines.some((line) => line.includes('过期')),
      first.lines.join(),
    );
    assert.not.ok(first.lines.join().includes('原配置仍可使用'), 'there is no old configuration yet');
    await bench.terminal.voice('配置失败');
    bench.terminal.press('cancel');
    await bench.terminal.screen('unconfigured');
    await bench.configure();
    bench.terminal.scan(bench.configurationQr({ expired: true }));
    const second = await bench.terminal.screen('config-failed');
    assert.ok(second.lines.includes('原配置仍可使用'), second.lines.join());
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
    await paysTwoFen(bench);
  }));

test('A1 a QR of a foreign host, of another port or without TLS is refused and nothing is fetched', () =>
  withBench({}, async (bench) => {
    await bench.powerUp();
    await bench.terminal.screen('unconfigured');
    const good = new URL(bench.configurationQr());
    const foreign = [
      `https://pay.qcloud.example${good.pathname}${good.search}`,
      `https://${good.hostname}:1${good.pathname}${good.search}`,
      `http://${good.host}${good.pathname}${good.search}`,
      `https://user@${good.host}${good.pathname}${good.search}`,
    ];
    const noted = async (part: string): Promise<void> => {
      await bench.terminal.next(part, ({ is, lines }) => is === 'screen' && String(lines).includes(part));
    };
    for (const text of foreign) {
      bench.terminal.scan(text);
      await noted('配置码不是本网关的，已拒绝');
      bench.terminal.scan('hello');
      await noted('不认识的码');
    }
    assert.is(bench.book.calls.use_device_setting ?? 0, 0);
    assert.is(
      bench.terminal.all('screen').some((line) => line['name'] === 'configuring'),
      false,
    );
  }));

test('A1 a device that is bound to another terminal (3214) is named, and the old configuration stays', () =>
  withBench({ boundSn: 'OTHER_T1_000009' }, async (bench) => {
    await bench.powerUp();
    bench.terminal.scan(bench.configurationQr());
    const screen = await bench.terminal.screen('config-failed');
    assert.ok(
      screen.lines.some((line) => line.includes('已被绑定')),
      screen.lines.join(),
    );
    bench.terminal.press('cancel');
    await bench.configure({ deviceId: 'dev-002' });
    bench.terminal.scan(bench.configurationQr());
    const again = await bench.terminal.screen('config-failed');
    assert.ok(again.lines.includes('原配置仍可使用'), again.lines.join());
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
    await paysTwoFen(bench);
    assert.is(bench.book.orders[0]?.deviceId, 'dev-002');
  }));

test('A1 it can be repeated at any time: the new shop is used from then on, also after a restart', () =>
  withBench({}, async (bench) => {
    await bench.powerUp();
    await bench.configure();
    await paysTwoFen(bench);
    await bench.configure({ outShopId: 'sz01TESTSHP000000002' });
    await paysTwoFen(bench);
    assert.equal(
      bench.book.orders.map(({ outShopId }) => outShopId),
      ['sz01TESTSHP000000002', 'sz01TESTSHP000000001'],
    );
    assert.is(await bench.terminal.stop(), 0);
    const ready = await bench.powerUp();
    assert.is(ready['configured'], true);
    await paysTwoFen(bench);
    assert.is(bench.book.orders[0]?.outShopId, 'sz01TESTSHP000000002');
  }));

test('A1 a gateway that cannot be reached leaves the old configuration working', () =>
  withBench({ config: { 'gateway.connectTimeoutMs': 300 } }, async (bench) => {
    await bench.powerUp();
    await bench.configure();
    const qr = bench.configurationQr({ outShopId: 'sz01TESTSHP000000002' });
    for (const host of [0, 1, 2, 3]) bench.gateway.sandbox.setHost(host, host % 2 === 0 ? 'refuse' : 'stall');
    await bench.gateway.settled();
    bench.terminal.scan(qr);
    const failed = await bench.terminal.screen('config-failed');
    assert.ok(failed.lines.includes('原配置仍可使用'), failed.lines.join());
    await bench.terminal.voice('配置失败');
    for (const host of [0, 1, 2, 3]) bench.gateway.sandbox.setHost(host, 'up');
    await bench.gateway.settled();
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
    await paysTwoFen(bench);
    assert.is(bench.book.orders[0]?.outShopId, 'sz01TESTSHP000000001');
  }));

test('A1 A3 an order that is open while the terminal is configured for another shop still finds its truth', () =>
  withBench({}, async (bench) => {
    await bench.powerUp();
    await bench.configure();
    const waiting = await bench.sell('3', bench.code('alipay', 'password'));
    bench.terminal.press('cancel');
    await bench.terminal.screen('idle');
    await bench.configure({ outShopId: 'sz01TESTSHP000000003', deviceId: 'noodle-001' });
    assert.equal((await bench.terminal.dump()).openOrders, [waiting.order]);
    assert.ok(bench.gateway.sandbox.payOrder(waiting.order ?? ''));
    const told = await bench.terminal.ever(
      'the late truth',
      (line) => line.is === 'voice' && line['order'] === waiting.order,
    );
    assert.match(String(told['text']), /^刚才那笔.*支付宝收款成功，三元/);
    await paysTwoFen(bench);
    assert.is(bench.book.orders[0]?.outShopId, 'sz01TESTSHP000000003');
  }));

test.run();
