import * as assert from 'uvu/assert';
import { createHmac } from 'node:crypto';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import type { SandboxAnswer } from '../../../simulator/gateway/answer.ts';
import { demoMerchants } from '../../../simulator/gateway/merchant.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../simulator/gateway/sandbox.ts';

export const KEY = '0123456789ABCDEF0123456789ABCDEF';
export const SN = 'SIM0000001';
export const SHOP = 'sz01TESTSHP000000001';

export const MCH = {
  out_mch_id: 'sz01TESTMCH000000001',
  out_sub_mch_id: 'sz01TESTSUB000000001',
  out_shop_id: SHOP,
};

export const CLIENT = {
  device_id: 'dev-001',
  staff_id: '1001',
  terminal_type: 4,
  sub_terminal_type: 9001,
  machine_no: SN,
  sdk_version: '1.0',
  spbill_create_ip: '192.168.1.20',
  sn_code: SN,
};

export const orderNumber = (n: number): string => `01009999${String(n).padStart(12, '0')}`;

/** The signing of the documents, written a second time so that the sandbox's own is held against it. */
export function envelope(content: string, key = KEY): string {
  const code = createHmac('sha256', key).update(content).digest('hex').toUpperCase();
  return JSON.stringify({ request_content: content, authen_info: { a: { authen_type: 1, authen_code: code } } });
}

export type Fields = Record<string, unknown>;

/** An opened answer. */
export interface Opened {
  readonly answer: SandboxAnswer;
  readonly signed: boolean;
  /** The exact text of response_content. */
  readonly text: string;
  readonly content: Fields;
}

export function open(answer: SandboxAnswer, key = KEY): Opened {
  const outer = JSON.parse(answer.body) as { response_content: string; authen_info?: { a: { authen_code: string } } };
  const text = outer.response_content;
  if (outer.authen_info !== undefined) {
    const right = createHmac('sha256', key).update(text).digest('hex').toUpperCase();
    if (outer.authen_info.a.authen_code !== right) throw new RangeError('the answer’s code does not verify');
  }
  return { answer, signed: outer.authen_info !== undefined, text, content: JSON.parse(text) as Fields };
}

/** The value at a dotted path. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as Fields)[name] : undefined),
      value,
    );
}

export function payFields(number: string, fen: number, platform: 1 | 2 = 1, code?: string): Fields {
  const usual = `${platform === 1 ? '13' : '28'}${number.slice(-16)}`;
  return {
    pay_mch_key: { pay_platform: platform, ...MCH },
    pay_content: { out_trade_no: number, author_code: code ?? usual, total_fee: fen, fee_type: 'CNY', body: '茶' },
    order_client: CLIENT,
    nonce_str: '00112233445566778899aabbccddeeff',
  };
}

export function queryFields(number: string, platform?: 1 | 2): Fields {
  const key = platform === undefined ? MCH : { ...MCH, pay_platform: platform };
  return { pay_mch_key: key, order_client: CLIENT, out_trade_no: number, trade_type: 1, nonce_str: 'q' };
}

export function refundFields(number: string, refund: string, total: number, fen: number, platform: 1 | 2 = 1): Fields {
  return {
    pay_mch_key: { pay_platform: platform, ...MCH },
    refund_content: {
      out_trade_no: number,
      out_refund_no: refund,
      total_fee: total,
      refund_fee: fen,
      refund_fee_type: 'CNY',
    },
    order_client: CLIENT,
    nonce_str: 'r',
  };
}

/** A sandbox in virtual time with one bound terminal. */
export interface Bench {
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  send(name: string, fields: Fields): SandboxAnswer;
  ask(name: string, fields: Fields): Opened;
  pay(n: number, fen: number, platform?: 1 | 2, code?: string): Opened;
  /** The state that query_order tells. */
  state(n: number): unknown;
  refund(n: number, refund: number, total: number, fen: number, platform?: 1 | 2): Opened;
  charges(n: number): number | undefined;
}

export function openBench(options: Partial<SandboxOptions> = {}): Bench {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, random: new SeededRandom('bench'), merchants: demoMerchants(SN), ...options });
  const send = (name: string, fields: Fields): SandboxAnswer =>
    sandbox.handle({
      host: 0,
      method: 'POST',
      path: `/cpay/${name}`,
      query: '',
      body: envelope(JSON.stringify(fields)),
    });
  const ask = (name: string, fields: Fields): Opened => open(send(name, fields));
  return {
    sandbox,
    clock,
    send,
    ask,
    pay: (n, fen, platform, code) => ask('micro_pay', payFields(orderNumber(n), fen, platform, code)),
    state: (n) => stateIn(ask('query_order', queryFields(orderNumber(n))).content, 'query_order'),
    refund: (n, refund, total, fen, platform) =>
      ask('refund', refundFields(orderNumber(n), orderNumber(refund), total, fen, platform)),
    charges: (n) => sandbox.book().orders.find((order) => order.number === orderNumber(n))?.charges,
  };
}

export function stateIn(content: Fields, name: string): unknown {
  return (
    at(content, `${name}.order_content.wxpay_order_content_ext.current_trade_state`) ??
    at(content, `${name}.order_content.alipay_order_content_ext.current_trade_state`)
  );
}

/** The status, and that it is signed as the status table says. */
export function expectStatus(opened: Opened, status: number, internal?: number): void {
  assert.is(opened.content['status'], status, opened.text);
  if (internal !== undefined) assert.is(opened.content['internal_status'], internal, opened.text);
  assert.is(opened.signed, status !== 101 && status !== 3, 'signed as the status table says');
}

/** A client_order_detail request for the orders of this minute. */
export function detailFields(bench: Bench): Fields {
  const nowS = Math.floor(bench.sandbox.nowMs() / 1000);
  return {
    out_sub_mch_id: MCH.out_sub_mch_id,
    out_shop_id: MCH.out_shop_id,
    query_order_type: 1,
    start_time: nowS - 60,
    end_time: nowS + 60,
    page_num: 1,
    page_size: 10,
    nonce_str: 'd',
  };
}
