import * as assert from 'uvu/assert';
import type { TransportAnswer } from '../../../cloudpay/transport.ts';
import type { PaymentGateway } from '../../../domain/payment-gateway.ts';
import { Secret } from '../../../domain/secret.ts';
import { DETAIL, paid, PAY, QUERY, REFUND, SPAN } from '../../cloudpay/asked.ts';
import { answerOf, call, CONFIGURATION, envelope, IDENTITY, startCloudPay } from '../../cloudpay/scripted-transport.ts';
import { CONTENT_VECTORS } from '../../cloudpay/vectors.ts';
import type { FuzzDoor } from '../door.ts';
import type { Mutator } from '../mutator.ts';

interface Said {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** One interface with an answer that it believes. */
interface Interface {
  readonly name: string;
  readonly content: string;
  /** Travels without an envelope and proves nothing about money. */
  readonly isPlain?: boolean;
  readonly ask: (gateway: PaymentGateway) => Promise<{ readonly kind: string }>;
}

const refundContent = {
  out_refund_no: REFUND.refund,
  out_trade_no: REFUND.order,
  total_fee: 2,
  refund_fee: 1,
  wxpay_refund_order_content_ext: { state: 2 },
};
const common = { status: 0, description: '', log_id: 1, internal_status: 0 };
const overview = { success_count: 1, success_amount: 2, refund_create_count: 0, refund_create_amount: 0 };
const listed = {
  out_trade_no: PAY.order,
  total_fee: 2,
  create_time: 1577836800,
  sub_pay_platform: 100,
  wxpay_current_trade_state: 2,
};
const list = { ...common, query_order_list: { total_count: 1, order_details: [{ order: listed }] } };
const detail = {
  ...common,
  order_detail_query: { total_count: 1, order_details: [{ receipt: { order: paid.query_order } }] },
};
const setting = {
  ...common,
  use_device_setting: {
    out_mch_id: 'm',
    out_sub_mch_id: 's',
    out_shop_id: 'sz01TESTSHP000000001',
    cloud_cashier_id: '01009999',
    authen_type: 1,
    authen_key: '0123456789ABCDEF0123456789ABCDEF',
    shop_name: 'shop',
    device_id: 'd',
    device_name: 'n',
  },
};
const json = (value: object): string => JSON.stringify(value);

const INTERFACES: readonly Interface[] = [
  { name: 'micro_pay', content: CONTENT_VECTORS.V2.text, ask: (g) => g.pay(g.preparePayment(PAY), call()) },
  { name: 'micro_pay', content: CONTENT_VECTORS.V6.text, ask: (g) => g.pay(g.preparePayment(PAY), call()) },
  { name: 'query_order', content: CONTENT_VECTORS.V4.text, ask: (g) => g.queryOrder(QUERY, call()) },
  {
    name: 'query_order',
    content: json({ ...common, status: 104, internal_status: 400 }),
    ask: (g) => g.queryOrder(QUERY, call()),
  },
  { name: 'client_order_detail', content: json(detail), ask: (g) => g.orderDetail(DETAIL, call()) },
  {
    name: 'refund',
    content: json({ ...common, refund: { refund_order_content: refundContent } }),
    ask: (g) => g.refund(REFUND, call()),
  },
  {
    name: 'query_refund_order',
    content: json({ ...common, query_refund_order: { refund_order_content: [refundContent] } }),
    ask: (g) => g.queryRefunds(REFUND, call()),
  },
  {
    name: 'query_order_list',
    content: json(list),
    ask: (g) => g.listOrders({ configuration: CONFIGURATION, span: SPAN, page: 1, pageSize: 20 }, call()),
  },
  {
    name: 'query_order_list_overview',
    content: json({ ...common, query_order_list_overview: { overviews: [overview] } }),
    ask: (g) => g.overview({ configuration: CONFIGURATION, span: SPAN, staffId: null }, call()),
  },
  {
    name: 'query_sub_mch_shop_info',
    content: json({
      ...common,
      query_shop_info: {
        total_count: 1,
        shop_infos: [{ out_shop_id: CONFIGURATION.outShopId, staff_infos: [{ staff_id: '1', staff_name: 'a' }] }],
      },
    }),
    ask: (g) => g.shopStaff(CONFIGURATION, call()),
  },
  {
    name: 'unbind',
    content: json({ ...common, unbind_device_sn_code: {} }),
    ask: (g) => g.unbind(CONFIGURATION, IDENTITY.sn, call()),
  },
  {
    name: 'monitor',
    content: json({ ...common, upload_client_monitor_info: {} }),
    ask: (g) => g.uploadMonitoring({ configuration: CONFIGURATION, intervalMs: 1, calls: [], machine: {} }, call()),
  },
  {
    name: 'use_device_setting',
    content: json(setting),
    isPlain: true,
    ask: (g) =>
      g.fetchConfiguration(
        { osi: 'sz01TESTSHP000000001', si: new Secret('0123456789abcdef0123') },
        IDENTITY.sn,
        call(),
      ),
  },
  {
    name: 'ping',
    content: json({ status: 0, description: 'ok', timestamp: 1 }),
    isPlain: true,
    ask: (g) => g.ping(call()),
  },
];

const HARMLESS = ['unknown', 'dead', 'not-sent'];

async function ask({ ask: question }: Interface, answer: TransportAnswer): Promise<Said> {
  const told: Said = { ...(await question(startCloudPay(answer).gateway)) };
  const { trace: _ignored, latencyMs: _alsoIgnored, ...said } = told;
  return said;
}

/** Answers of the gateway on every interface: damaged on the way, and damaged before they were signed. */
export function gatewayDoor(): FuzzDoor {
  const genuine = new Map<Interface, string>();
  const genuineOf = async (one: Interface): Promise<string> => {
    const known = genuine.get(one);
    if (known !== undefined) return known;
    const answer = answerOf(one.isPlain === true ? one.content : envelope(one.content));
    const said = JSON.stringify(await ask(one, answer));
    assert.not.match(said, /"kind":"(unknown|dead)"/, `${one.name} must believe its own example`);
    genuine.set(one, said);
    return said;
  };
  return {
    name: 'gateway',
    corpus: [Buffer.from('{"response_content":"{}"}')],
    async feed(_input, mutator) {
      const one = mutator.oneOf(INTERFACES);
      if (mutator.below(2) === 0) return damagedOnTheWay(one, await genuineOf(one), mutator);
      return signedAsItIs(one, mutator);
    },
  };
}

/** Without the key, a verdict can only be the one that the untouched bytes give. */
async function damagedOnTheWay(one: Interface, genuine: string, mutator: Mutator): Promise<void> {
  const whole = one.isPlain === true ? one.content : envelope(one.content);
  const body = mutator.next([Buffer.from(whole, 'utf8')]);
  const said = await ask(one, answerOf(body, mutator.oneOf([200, 200, 200, 500, 302])));
  if (one.isPlain === true || HARMLESS.includes(said.kind)) return;
  assert.is(JSON.stringify(said), genuine, `${one.name}: a verdict from text that was not signed`);
}

/** With the key, nothing throws, and what ends an order or a refund is about the one that was asked for. */
async function signedAsItIs(one: Interface, mutator: Mutator): Promise<void> {
  const text = mutator.nextJson(mutator.nextJson(one.content));
  const said = await ask(one, answerOf(one.isPlain === true ? text : envelope(text)));
  if (said.kind === 'order') {
    assert.is(said['amountFen'], 2);
    assert.ok([PAY.order, QUERY.order].includes(String(said['order'])));
  }
  if (said.kind === 'refund')
    assert.equal([said['order'], said['refund'], said['refundFen']], [REFUND.order, REFUND.refund, 1]);
}
