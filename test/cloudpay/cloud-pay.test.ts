import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCloudPay } from '../../cloudpay/cloud-pay.ts';
import type { Transport, TransportAnswer } from '../../cloudpay/transport.ts';
import { CUSTOMER_CODE, head, partOf, PAY, QUERY, REFUND } from './asked.ts';
import {
  answerOf,
  call,
  CONFIGURATION,
  DOMAIN,
  envelope,
  fixedRandom,
  IDENTITY,
  signed,
  standingClock,
  startCloudPay,
} from './scripted-transport.ts';
import { CONTENT_VECTORS, VECTOR_KEY } from './vectors.ts';

const test = suite('cloudpay/cloud-pay');

const { V1, V3, V5 } = CONTENT_VECTORS;

test('a pay request is made of the documented bytes, once', async () => {
  const { gateway, requests, contents } = startCloudPay(answerOf(''));
  const payment = gateway.preparePayment(PAY);
  await gateway.pay(payment, call());
  await gateway.pay(payment, call());
  assert.equal(contents(), [V1.text, V1.text]);
  assert.is(requests[0]?.body, envelopeOfRequest(V1.text, V1.code));
  assert.is(requests[0]?.body, requests[1]?.body);
  assert.is(requests[0]?.path, '/cpay/micro_pay');
  assert.is(requests[0]?.method, 'POST');
  assert.is(requests[0]?.domain, DOMAIN);
});

function envelopeOfRequest(content: string, code: string): string {
  return JSON.stringify({ request_content: content, authen_info: { a: { authen_type: 1, authen_code: code } } });
}

test('a query is made of the documented bytes', async () => {
  const { gateway, contents } = startCloudPay(answerOf(''));
  await gateway.queryOrder(QUERY, call());
  assert.is(contents()[0], V3.text.replace('0123456789abcdef0123456789abcdef', '00112233445566778899aabbccddeeff'));
});

test('a refund is made of the documented bytes', async () => {
  const { gateway, contents } = startCloudPay(answerOf(''));
  await gateway.refund(REFUND, call());
  assert.is(contents()[0], V5.text);
});

test('unset optionals are left out, set ones travel as text', async () => {
  const { gateway, contents } = startCloudPay(answerOf(''));
  const configuration = { ...CONFIGURATION, staffId: null };
  await gateway.queryOrder({ ...QUERY, platform: null, configuration }, call());
  await gateway.queryOrder({ ...QUERY, staffId: '77', configuration }, call());
  const [without, withStaff] = contents();
  assert.is(partOf(without, 'order_client', 'staff_id'), undefined);
  assert.is(partOf(without, 'pay_mch_key', 'pay_platform'), undefined);
  assert.is(partOf(withStaff, 'order_client', 'staff_id'), '77');
  assert.is(partOf(withStaff, 'order_client', 'sub_terminal_type'), 9001);
  assert.is(partOf(withStaff, 'order_client', 'sn_code'), 'SIM0000001');
});

test('without a sub terminal type nothing that needs one is sent', async () => {
  const identity = { ...IDENTITY, subTerminalType: null };
  const requests: string[] = [];
  const transport: Transport = {
    async request({ path }) {
      requests.push(path);
      return answerOf('');
    },
    warmUp: async () => undefined,
    close: async () => undefined,
  };
  const gateway = createCloudPay({ transport, clock: standingClock(), random: fixedRandom('00'), identity });
  assert.throws(() => gateway.preparePayment(PAY), /sub_terminal_type is not set/);
  const refused = await gateway.refund(REFUND, call()).then(
    () => 'sent',
    (error: Error) => error.message,
  );
  assert.match(refused, /sub_terminal_type is not set/);
  assert.is(requests.length, 0);
});

test('an amount or an order number that makes no sense is not made into a request', () => {
  const { gateway } = startCloudPay();
  for (const amountFen of [0, -1, 0.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => gateway.preparePayment({ ...PAY, amountFen }), /not an amount/);
  }
  for (const order of ['', 'a b', '1'.repeat(33), '支']) {
    assert.throws(() => gateway.preparePayment({ ...PAY, order }), /not an order number/);
  }
});

test('a long shop name is cut between characters, at 128 bytes', () => {
  const { gateway } = startCloudPay();
  const configuration = { ...CONFIGURATION, shopName: '店'.repeat(60) };
  const { body } = gateway.preparePayment({ ...PAY, configuration });
  const content = String(partOf(body.reveal(), 'request_content'));
  assert.is(partOf(content, 'pay_content', 'body'), '店'.repeat(42));
});

test('a prepared payment shows neither the code nor the key', () => {
  const { gateway } = startCloudPay();
  const payment = gateway.preparePayment(PAY);
  for (const shown of [JSON.stringify(payment), inspect(payment, { depth: 9 }), String(payment.body)]) {
    assert.not.ok(shown.includes(CUSTOMER_CODE));
    assert.not.ok(shown.includes(VECTOR_KEY));
  }
});

test('unbinding is done when it is done, and when it had been done before', async () => {
  const unbind = (answer: TransportAnswer) => startCloudPay(answer).gateway.unbind(CONFIGURATION, 'SN1', call());
  assert.is((await unbind(signed(head(0)))).kind, 'done');
  assert.is((await unbind(signed(head(104, 3215)))).kind, 'done');
  assert.is((await unbind(signed(head(104)))).kind, 'refused');
  assert.is((await unbind(answerOf(envelope('{"status":0}', null)))).kind, 'unknown');
});

test('the log upload names each interface by its number and hides codes', async () => {
  const trace = {
    domain: DOMAIN,
    operation: 'micro_pay',
    logId: '76',
    status: 0,
    internalStatus: 0,
    description: '',
    connectMs: 100.4,
    requestMs: 712,
  };
  const calls = [
    { trace, startedAtMs: 1_577_836_800_120, lines: ['send', `code ${CUSTOMER_CODE}`] },
    { trace: { ...trace, operation: 'use_device_setting' }, startedAtMs: 0, lines: [] },
    {
      trace: { ...trace, operation: 'query_order', status: null, logId: null },
      startedAtMs: 1_577_836_801_000,
      lines: [],
    },
  ];
  const { gateway, contents } = startCloudPay(signed({ ...head(0), upload_client_monitor_info: { interval: 0 } }));
  const report = { configuration: CONFIGURATION, intervalMs: 300_000, calls, machine: { cpu: 12 } };
  assert.is((await gateway.uploadMonitoring(report, call())).kind, 'done');
  const [content] = contents();
  assert.is(partOf(content, 'interval'), 300);
  assert.is(partOf(content, 'uncompressed_monitor_info', 'machine_info'), '{"cpu":12}');
  assert.equal(partOf(content, 'uncompressed_monitor_info', 'client_int_results'), [
    {
      interface: 100,
      status: 0,
      description: '',
      time_cost: 812,
      start_time: 1_577_836_800,
      logs: ['send', 'code 13***'],
      log_id: 76,
      domain_name: 'pay.qcloud.com',
    },
    {
      interface: 106,
      description: '',
      time_cost: 812,
      start_time: 1_577_836_801,
      logs: [],
      domain_name: 'pay.qcloud.com',
    },
  ]);
});

test('a domain is alive by HTTP 2xx, JSON and status 0', async () => {
  const ping = (answer: TransportAnswer) => startCloudPay(answer).gateway.ping(call());
  const alive = await ping(answerOf('{"description":"ok","status":0,"timestamp":1568810077}'));
  assert.equal(alive, { kind: 'alive', latencyMs: 10, gatewayTimeMs: 1_568_810_077_000 });
  const odd = await ping(answerOf('{"status":"0","timestamp":"soon"}'));
  assert.is(odd.kind === 'alive' && odd.gatewayTimeMs, null);
  for (const answer of [
    answerOf('{"status":1}'),
    answerOf('{"status":0}', 500),
    answerOf('ok'),
    answerOf('{}'),
    { kind: 'not-sent', reason: 'x', connectMs: 1 } as const,
    { kind: 'lost', reason: 'x', connectMs: 1, requestMs: 1 } as const,
  ]) {
    assert.is((await ping(answer)).kind, 'dead');
  }
});

test('warming up and closing reach the transport', async () => {
  const { gateway, warmed } = startCloudPay();
  await gateway.warmUp(call());
  assert.equal(warmed, [DOMAIN]);
  await gateway.close();
  assert.equal(warmed, []);
});

test.run();
