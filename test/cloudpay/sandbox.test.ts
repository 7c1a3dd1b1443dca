import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCloudPay } from '../../cloudpay/cloud-pay.ts';
import type { Transport } from '../../cloudpay/transport.ts';
import type { DeviceConfiguration } from '../../domain/device-configuration.ts';
import { NO_EVIDENCE, type OrderEvidence } from '../../domain/payment-gateway.ts';
import type { Platform } from '../../domain/platform.ts';
import { Secret } from '../../domain/secret.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { makeCode, type CodeKind } from '../../simulator/gateway/customer-codes.ts';
import { createSandbox } from '../../simulator/gateway/sandbox.ts';
import { STATE_PROFILES, type SandboxSettings } from '../../simulator/gateway/settings.ts';
import { call, IDENTITY } from './scripted-transport.ts';

// The client and the sandbox were written from the same documents by different hands: here they meet.

const test = suite('cloudpay/sandbox');

const RECORDED: OrderEvidence = { ...NO_EVIDENCE, recordedPaid: true };

/** A client on a sandbox without sockets, configured through its own QR. */
async function startShop(settings: Partial<SandboxSettings>) {
  const clock = new VirtualClock();
  const random = new SeededRandom(7);
  const sandbox = createSandbox({ clock, random, settings });
  const transport: Transport = {
    async request({ method, path, body }) {
      const [name = '', query = ''] = path.split('?');
      const answer = sandbox.handle({ host: 0, method, path: name, query, body: body ?? '' });
      return {
        kind: 'answer',
        httpStatus: answer.httpStatus,
        body: Buffer.from(answer.body, 'utf8'),
        connectMs: 0,
        requestMs: 1,
      };
    },
    warmUp: async () => undefined,
    close: async () => undefined,
  };
  const gateway = createCloudPay({ transport, clock, random, identity: IDENTITY });
  const fetchConfiguration = async (sn: string) => {
    const ticket = new URL(sandbox.issueTicket().pathAndQuery, 'https://pay.qcloud.com').searchParams;
    const si = new Secret(ticket.get('si') ?? '');
    return gateway.fetchConfiguration({ osi: ticket.get('osi') ?? '', si }, sn, call());
  };
  const configured = await fetchConfiguration(IDENTITY.sn);
  assert.is(configured.kind, 'configured', JSON.stringify(configured));
  const { configuration } = configured as { configuration: DeviceConfiguration };
  let numbers = 0;
  const nextNumber = () => `${configuration.orderPrefix}${String((numbers += 1)).padStart(12, '0')}`;

  const pay = async (platform: Platform, kind: CodeKind, amountFen = 2) => {
    const order = nextNumber();
    const customerCode = new Secret(makeCode(platform, kind, 5, random));
    const request = { order, amountFen, platform, customerCode, staffId: null, configuration };
    return { order, answer: await gateway.pay(gateway.preparePayment(request), call()) };
  };
  const query = (order: string, evidence: OrderEvidence, amountFen: number | null = null) =>
    gateway.queryOrder({ order, platform: null, amountFen, evidence, staffId: null, configuration }, call());
  const detail = async (order: string) => {
    const found = await query(order, RECORDED);
    assert.is(found.kind, 'order');
    const createdAtMs = (found.kind === 'order' ? found.createdAtMs : null) ?? 0;
    const asked = {
      order,
      platform: null,
      amountFen: 2,
      evidence: RECORDED,
      staffId: null,
      configuration,
      createdAtMs,
    };
    return gateway.orderDetail(asked, call());
  };
  const refund = (order: string, platform: Platform, refundFen: number, number = nextNumber()) =>
    gateway.refund({ order, refund: number, orderFen: 2, refundFen, platform, staffId: null, configuration }, call());
  return { clock, gateway, configuration, fetchConfiguration, pay, query, detail, refund };
}

for (const profile of STATE_PROFILES) {
  for (const platform of ['wechat', 'alipay'] as const) {
    test(`${profile}, ${platform}: paid, partly refunded, fully refunded, as the acceptance script wants it`, async () => {
      const { clock, configuration, gateway, pay, query, detail, refund } = await startShop({ profile });
      const { order, answer } = await pay(platform, 'plain');
      assert.is(answer.kind === 'order' && answer.state, 'paid', JSON.stringify(answer));
      const untouched = await detail(order);
      assert.is(untouched.kind === 'order' && untouched.refundedFen, 0);

      const first = await refund(order, platform, 1);
      assert.is(first.kind === 'refund' && first.state, 'processing', JSON.stringify(first));
      clock.advance(10_000);
      const partly = await detail(order);
      assert.is(partly.kind === 'order' && partly.refundedFen, 1);
      const tooMuch = await refund(order, platform, 2);
      assert.is(tooMuch.kind === 'refused' && tooMuch.reason, 'rejected');

      assert.is((await refund(order, platform, 1)).kind, 'refund');
      clock.advance(10_000);
      const fully = await detail(order);
      assert.is(fully.kind === 'order' && fully.refundedFen, 2);
      const scanned = await query(order, RECORDED);
      assert.is(scanned.kind === 'order' && scanned.state, 'refunded');

      const asked = { order, refund: null, platform: null, staffId: null, configuration };
      const refunds = await gateway.queryRefunds(asked, call());
      assert.equal(refunds.kind === 'refunds' && refunds.refunds.map(({ state }) => state), ['refunded', 'refunded']);
    });

    test(`${profile}, ${platform}: a customer types a password`, async () => {
      const { clock, pay, query } = await startShop({ profile });
      const { order, answer } = await pay(platform, 'password');
      assert.is(answer.kind === 'order' && answer.state, 'waiting-for-customer', JSON.stringify(answer));
      clock.advance(60_000);
      const later = await query(order, NO_EVIDENCE, 2);
      assert.is(later.kind === 'order' && later.state, 'paid');
    });

    test(`${profile}, ${platform}: a customer never pays`, async () => {
      const { clock, pay, query } = await startShop({ profile });
      const { order, answer } = await pay(platform, 'never');
      const sawOldNumbering = answer.kind === 'order' && answer.oldNumbering;
      assert.is(sawOldNumbering, profile === 'until2018' && platform === 'alipay');
      clock.advance(200_000);
      const later = await query(order, { recordedPaid: false, sawOldNumbering, lifeOver: true }, 2);
      assert.is(later.kind === 'order' && later.state, 'closed', JSON.stringify(later));
    });
  }
}

test('a number that was never used is not found, one used for another sale is taken', async () => {
  const { configuration, gateway, pay, query } = await startShop({});
  assert.is((await query(`${configuration.orderPrefix}999999999999`, NO_EVIDENCE)).kind, 'not-found');
  const { order } = await pay('wechat', 'plain');
  const request = { order, amountFen: 3, platform: 'wechat', staffId: null, configuration } as const;
  const again = gateway.preparePayment({ ...request, customerCode: new Secret('130000000000000001') });
  const answer = await gateway.pay(again, call());
  assert.is(answer.kind === 'refused' && answer.reason, 'number-taken');
});

test('a wallet without enough money is refused or closed, never paid', async () => {
  const { pay, query } = await startShop({});
  const { order, answer } = await pay('alipay', 'insufficient');
  const told = answer.kind === 'order' ? answer.state : answer.kind;
  assert.ok(['refused', 'closed'].includes(told), told);
  const later = await query(order, NO_EVIDENCE);
  assert.not.ok(later.kind === 'order' && later.state === 'paid');
});

test('an order is found among many rows of a huge list', async () => {
  const { pay, detail } = await startShop({ detailSize: 'huge', internalStatusSpelling: 'Internal_status' });
  const orders: string[] = [];
  for (let count = 0; count < 23; count += 1) orders.push((await pay('alipay', 'plain')).order);
  for (const order of [orders[0], orders[11], orders[22]]) {
    const found = await detail(order ?? '');
    assert.is(found.kind === 'order' && found.order, order);
  }
});

test('a flat configuration is taken, a device bound elsewhere is told', async () => {
  const { configuration, fetchConfiguration } = await startShop({ configurationShape: 'flat' });
  assert.is(configuration.orderPrefix, '01009999');
  const other = await fetchConfiguration('ACME_T1_0002');
  assert.is(other.kind === 'refused' && other.reason, 'bound-elsewhere');
});

test('the gateway lists and adds up what was sold, and unbinds, pings and takes logs', async () => {
  const { clock, configuration, gateway, pay, refund } = await startShop({});
  const { order } = await pay('wechat', 'plain');
  await pay('alipay', 'plain', 5);
  await refund(order, 'wechat', 1);
  const span = { fromMs: clock.wallMs() - 60_000, toMs: clock.wallMs() + 60_000 };
  const list = await gateway.listOrders({ configuration, span, page: 1, pageSize: 20 }, call());
  assert.is(list.kind === 'page' && list.total, 3, JSON.stringify(list));
  const overview = await gateway.overview({ configuration, span, staffId: null }, call());
  assert.is(overview.kind, 'overview');
  const paidFen = overview.kind === 'overview' ? overview.totals.reduce((sum, total) => sum + total.paidFen, 0) : 0;
  assert.is(paidFen, 7);
  assert.is((await gateway.ping(call())).kind, 'alive');
  const report = { configuration, intervalMs: 300_000, calls: [], machine: { cpu: 1 } };
  assert.is((await gateway.uploadMonitoring(report, call())).kind, 'done');
  assert.is((await gateway.unbind(configuration, IDENTITY.sn, call())).kind, 'done');
  assert.is((await gateway.unbind(configuration, IDENTITY.sn, call())).kind, 'done');
});

test.run();
