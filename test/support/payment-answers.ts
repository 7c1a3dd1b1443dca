import type { CallTrace, OrderFacts, OrderState } from '../../domain/payment-gateway.ts';
import type { PaymentContext, RecoveredOrder } from '../../machines/payment-order.ts';

// Answers of the gateway, and a payment that meets them.

export const DOMAINS = ['https://a.test', 'https://b.test', 'https://c.test', 'https://d.test'];
export const LIMITS = {
  pollIntervalMs: 3000,
  windowMs: 120_000,
  codeLifeMs: 60_000,
  reconcileIntervalMs: 30_000,
  reconcileIntervalMaxMs: 600_000,
  notFoundFinalAfterMs: 600_000,
  domains: DOMAINS.length,
};
export const trace = (domain = DOMAINS[0] ?? ''): CallTrace => ({
  domain,
  operation: 'query_order',
  logId: null,
  status: 0,
  internalStatus: 0,
  description: '',
  connectMs: 0,
  requestMs: 1,
});
export const facts = (state: OrderState): OrderFacts => ({
  kind: 'order',
  order: 'o1',
  platform: 'wechat',
  amountFen: 88,
  state,
  gatewayState: 2,
  oldNumbering: false,
  transactionId: 't1',
  createdAtMs: 1,
  paidAtMs: state === 'paid' ? 2 : null,
  refundedFen: null,
  trace: trace(),
});
export const PAID = facts('paid');
export const WAITING = facts('waiting-for-customer');
export const CLOSED = facts('closed');
export const PROCESSING = facts('processing');
export const UNKNOWN = { kind: 'unknown', reason: 'lost', waitMs: 0, trace: trace() } as const;
export const BUSY = { kind: 'unknown', reason: 'status 103', waitMs: 3000, trace: trace() } as const;
export const NOT_FOUND = { kind: 'not-found', trace: trace() } as const;
export const REFUSED = { kind: 'refused', reason: 'rejected', description: 'no money', trace: trace() } as const;
export const TAKEN = { kind: 'refused', reason: 'number-taken', description: 'taken', trace: trace() } as const;
export const notSent = (domain: string) => ({ kind: 'not-sent', reason: 'refused', trace: trace(domain) }) as const;

export const CONTEXT: PaymentContext = {
  given: { slot: 'payment.1', sale: { amountFen: 88, platform: 'wechat', codeRef: 'code-1' }, limits: LIMITS },
  order: 'o1',
  amountFen: 88,
  platform: 'wechat',
  recovered: null,
  phase: 'submitting',
  closes: null,
  tried: [],
  maybeSent: false,
  codeAlive: true,
  windowOver: false,
  denialIsFinal: false,
  waitingIsFinal: false,
  heard: { lastReason: '', waitMs: 0, sawOldNumbering: false },
  reconciliations: 0,
  verdict: null,
};
export const SENT = { ...CONTEXT, maybeSent: true };
export const RECOVERED: RecoveredOrder = {
  order: 'o1',
  amountFen: 88,
  platform: 'wechat',
  windowRemainingMs: 40_000,
  unresolvedTold: { voice: false, slip: false },
  denialFinalAfterMs: 640_000,
};
