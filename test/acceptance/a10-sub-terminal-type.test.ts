import * as assert from 'uvu/assert';
import { Bench, SN, SUB_TERMINAL_TYPE } from '../support/bench.ts';
import { RecordingGateway } from '../support/recording-gateway.ts';
import { suite } from '../support/scenarios.ts';

const test = suite('acceptance/a10-sub-terminal-type');

const CARRY_ORDER_CLIENT = ['micro_pay', 'query_order', 'refund', 'query_refund_order'];

test('A10 C8 both platforms: every request that carries an OrderClient carries the configured sub_terminal_type', async () => {
  const gateway = await RecordingGateway.open();
  const bench = await Bench.open({
    config: { 'gateway.domains': [gateway.domain], 'gateway.caFile': gateway.caFile },
  });
  try {
    await bench.powerUp();
    bench.terminal.scan(`${gateway.domain}${gateway.sandbox.issueTicket().pathAndQuery}`);
    await bench.terminal.screen('configured');
    bench.terminal.press('cancel');
    for (const platform of ['wechat', 'alipay'] as const) {
      await bench.sell('0.02', bench.code(platform));
      await bench.terminal.screen('paid');
      const asked = await bench.sell('3', bench.code(platform, 'password'));
      await bench.terminal.screen('password');
      await bench.terminal.until('a query', () =>
        gateway.contents('query_order').some((one) => one['out_trade_no'] === asked.order),
      );
      gateway.sandbox.payOrder(asked.order ?? '');
      await bench.terminal.screen('paid');
    }
    const carriers = CARRY_ORDER_CLIENT.flatMap((name) => gateway.contents(name));
    assert.ok(carriers.length >= 6, `${carriers.length} requests`);
    for (const content of carriers) {
      const client = content['order_client'] as Readonly<Record<string, unknown>>;
      assert.is(client['sub_terminal_type'], SUB_TERMINAL_TYPE);
      assert.is(client['terminal_type'], 4);
      assert.is(client['sn_code'], SN);
      assert.is(client['device_id'], 'dev-001');
    }
    for (const content of [...gateway.requests.filter(({ method }) => method === 'POST')]) {
      const { order_client: client } = JSON.parse(
        (JSON.parse(content.body) as { request_content?: string }).request_content ?? '{}',
      ) as { order_client?: Readonly<Record<string, unknown>> };
      if (client !== undefined) assert.is(client['sub_terminal_type'], SUB_TERMINAL_TYPE, content.path);
    }
  } finally {
    await bench.close();
    await gateway.close();
  }
});

test('A10 without a configured sub_terminal_type the terminal starts, refuses payments and says why', async () => {
  const bench = await Bench.open({ config: { subTerminalType: null } });
  try {
    const ready = await bench.powerUp();
    assert.is(ready['configured'], false);
    await bench.configure();
    bench.terminal.typeAmount('0.02');
    const refused = await bench.terminal.screen('refused');
    assert.ok(refused.lines.join().includes('sub_terminal_type'), refused.lines.join());
    assert.is(bench.book.calls.micro_pay ?? 0, 0);
    assert.is(bench.book.totals.orders, 0);
  } finally {
    await bench.close();
  }
});

test.run();
