import { NO_EVIDENCE, type OrderDetailQuery, type OrderQuery, type PayRequest } from '../../domain/payment-gateway.ts';
import { Secret } from '../../domain/secret.ts';
import { CONFIGURATION } from './scripted-transport.ts';
import { CONTENT_VECTORS } from './vectors.ts';

// What the tests of the client ask for, and the answer that fits.

export const CUSTOMER_CODE = '130000000000000001';
export const PAY: PayRequest = {
  order: '01009999000000000001',
  amountFen: 2,
  platform: 'wechat',
  customerCode: new Secret(CUSTOMER_CODE),
  staffId: null,
  configuration: CONFIGURATION,
};
export const QUERY: OrderQuery = {
  order: '01009999000000000003',
  platform: 'alipay',
  amountFen: 2,
  evidence: NO_EVIDENCE,
  staffId: null,
  configuration: CONFIGURATION,
};
export const DETAIL: OrderDetailQuery = { ...QUERY, createdAtMs: 1_577_836_800_000 };
export const REFUND = {
  order: '01009999000000000001',
  refund: '01009999000000000002',
  orderFen: 2,
  refundFen: 1,
  platform: 'wechat',
  staffId: null,
  configuration: CONFIGURATION,
} as const;
export const SPAN = { fromMs: 1_577_836_800_000, toMs: 1_577_923_199_999 };
export const head = (status: number, internalStatus = 0) => ({
  status,
  description: '',
  log_id: 1,
  internal_status: internalStatus,
});

interface PaidAnswer {
  readonly query_order: { readonly order_content: object };
}

/** The answer of V4 as an object. */
export const paid = JSON.parse(CONTENT_VECTORS.V4.text) as PaidAnswer;

/** V4 with parts of its order changed. */
export const paidWith = (changes: object) => ({
  ...paid,
  query_order: { ...paid.query_order, order_content: { ...paid.query_order.order_content, ...changes } },
});

/** A part of a JSON text, by the way to it. */
export function partOf(text: string | undefined, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (part as Record<string, unknown> | undefined)?.[key],
    JSON.parse(text ?? '{}'),
  );
}
